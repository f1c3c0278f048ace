package dev.conclave.cluster.machine;

import dev.conclave.cluster.trial.PeerProcess;
import dev.conclave.cluster.trial.Trial;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A named pipe that is the standard error of the peers of one test, and that has no reader. {@link #close} moves its bytes to a
 * file, so that {@link Trial} shows them if a test fails.
 */
public final class UnreadPipe implements AutoCloseable {

    private final Path pipe;
    private final Path file;
    private final RandomAccessFile ends;

    private UnreadPipe(Path pipe, Path file, RandomAccessFile ends) {
        this.pipe = pipe;
        this.file = file;
        this.ends = ends;
    }

    public static UnreadPipe in(Path directory) {
        Path pipe = directory.resolve("log.pipe");
        Shell.run("mkfifo", pipe.toString());
        try {
            // Opens both ends at once: to open one end alone blocks until a process opens the other.
            return new UnreadPipe(pipe, directory.resolve("log.txt"), new RandomAccessFile(pipe.toFile(), "rw"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The command that starts a process with this pipe as its standard error ({@link PeerProcess#startThrough}). */
    public List<String> asStandardError() {
        return List.of("sh", "-c", "exec 2>'" + pipe + "'; exec \"$0\" \"$@\"");
    }

    /** The command that starts a process with this pipe as its standard output. */
    public List<String> asStandardOutput() {
        return List.of("sh", "-c", "exec >'" + pipe + "'; exec \"$0\" \"$@\"");
    }

    /** Writes until the kernel refuses a further byte: from then on each write to the pipe blocks. */
    public void fill() {
        for (int blockBytes : new int[] {4096, 1}) {
            Shell.run(
                    "sh",
                    "-c",
                    "! LC_ALL=C dd if=/dev/zero of='" + pipe + "' oflag=nonblock conv=notrunc bs=" + blockBytes + " 2>'"
                            + file + "' && grep -q 'Resource temporarily unavailable' '" + file + "'");
        }
    }

    @Override
    public void close() {
        try (ends;
                FileInputStream unread = new FileInputStream(ends.getFD());
                FileOutputStream out = new FileOutputStream(file.toFile())) {
            byte[] bytes = new byte[unread.available()];
            if (bytes.length > 0) {
                out.write(bytes, 0, unread.read(bytes));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
