package dev.conclave.store;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A data directory in the file system of this machine. */
final class FileSystemDataDirectory implements DataDirectory {

    /**
     * The name of the lock file. Never deleted: a lock on a deleted file would not exclude a process that creates the file
     * again.
     */
    static final String LOCK = "lock";

    /**
     * The directories that this process has locked. The system's file lock does not suffice: on Linux it belongs to the process,
     * and closing <em>any</em> channel to the file releases it. If a second store opened the lock file, was refused, and closed
     * it, the first would no longer be protected against other processes.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    /**
     * Channels that are never closed, for the same reason: channels to lock files that another copy of this class in the same
     * JVM has locked.
     */
    private static final Queue<FileChannel> NEVER_CLOSED = new ConcurrentLinkedQueue<>();

    private final Path path;
    private Optional<FileChannel> lock = Optional.empty();

    private FileSystemDataDirectory(Path path) {
        this.path = path;
    }

    /** Creates the directory durably if it does not exist. */
    static FileSystemDataDirectory at(Path path) throws IOException {
        makeDurably(path.toAbsolutePath().normalize());
        return new FileSystemDataDirectory(path.toRealPath());
    }

    private static void makeDurably(Path path) throws IOException {
        Path parent = path.getParent();
        if (!Files.isDirectory(path) && parent != null) {
            makeDurably(parent);
            Files.createDirectory(path);
            force(parent);
        }
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public void lock() throws IOException {
        if (!HELD.add(path)) {
            throw inUse("this process");
        }
        try {
            FileChannel channel = FileChannel.open(path.resolve(LOCK), CREATE, WRITE);
            try {
                if (channel.tryLock() == null) {
                    channel.close();
                    throw inUse("another process");
                }
            } catch (OverlappingFileLockException held) {
                NEVER_CLOSED.add(channel);
                throw inUse("this process");
            } catch (IOException broken) {
                channel.close();
                throw broken;
            }
            lock = Optional.of(channel);
        } finally {
            if (lock.isEmpty()) {
                HELD.remove(path);
            }
        }
    }

    private StoreException inUse(String byWhom) {
        return new StoreException(
                path,
                "the data directory is in use by a peer in " + byWhom,
                "stop that peer, or give each peer its own directory (conclave.data-dir)");
    }

    @Override
    public Set<String> list() throws IOException {
        Set<String> names = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
            files.forEach(file -> names.add(path.relativize(file).toString()));
        }
        return names;
    }

    @Override
    public byte[] read(String name) throws IOException {
        return Files.readAllBytes(path.resolve(name));
    }

    @Override
    public Target create(String name) throws IOException {
        FileChannel channel = FileChannel.open(path.resolve(name), CREATE, TRUNCATE_EXISTING, WRITE);
        return new Target() {
            @Override
            public int write(ByteBuffer from, long position) throws IOException {
                return channel.write(from, position);
            }

            @Override
            public void force() throws IOException {
                // Without the modification time, which is not needed; the length is always included.
                channel.force(false);
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(path.resolve(from), path.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(path.resolve(name));
    }

    @Override
    public void force() throws IOException {
        force(path);
    }

    private static void force(Path directory) throws IOException {
        // Windows cannot open a directory as a file; its file system makes changes of names durable by itself.
        if (File.separatorChar == '/') {
            try (FileChannel channel = FileChannel.open(directory, READ)) {
                channel.force(true);
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (lock.isPresent()) {
            FileChannel held = lock.get();
            lock = Optional.empty();
            try {
                held.close();
            } finally {
                HELD.remove(path);
            }
        }
    }
}
