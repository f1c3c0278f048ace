package dev.conclave.store;

import static dev.conclave.store.Samples.ORDERS;
import static dev.conclave.store.Samples.get;
import static dev.conclave.store.Samples.keep;
import static dev.conclave.store.Samples.vote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A data directory belongs to one life at a time (R3). */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LockTest {

    @TempDir
    Path directory;

    /** Opens the given directory and prints the result. */
    static final class OtherProcess {

        private OtherProcess() {}

        public static void main(String[] arguments) {
            try (FileNodeStore store = FileNodeStore.open(Path.of(arguments[0]), keep())) {
                System.out.print("opened " + store.ballots());
            } catch (StoreException refused) {
                System.out.print(refused.getMessage());
            }
        }
    }

    private String openInAnotherProcess() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherProcess.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void aSecondStoreInTheSameProcessIsRefusedAndDoesNotFreeTheDirectoryForAnotherProcess() throws IOException {
        try (FileNodeStore store = FileNodeStore.open(directory, keep())) {
            Path sameByAnotherName = directory.resolve("../" + directory.getFileName());
            for (Path name : Set.of(directory, sameByAnotherName)) {
                assertThatThrownBy(() -> FileNodeStore.open(name, keep()))
                        .isInstanceOf(StoreException.class)
                        .hasMessage(directory.toRealPath() + ": the data directory is in use by a peer in this process;"
                                + " stop that peer, or give each peer its own directory (conclave.data-dir)");
            }
            get(store.save(ORDERS, vote(1)));
            assertThat(openInAnotherProcess()).contains("the data directory is in use by a peer in another process;");
            get(store.save(ORDERS, vote(2)));
        }
        assertThat(openInAnotherProcess()).startsWith("opened {orders=Ballot[term=2");
        FileNodeStore.open(directory, keep()).close();
    }

    @Test
    void aRefusedOpeningFreesTheDirectory() {
        assertThatThrownBy(() -> FileNodeStore.open(directory, found -> {
                    throw new IllegalStateException("no");
                }))
                .hasMessageEndingWith(": no");
        FileNodeStore.open(directory, keep()).close();
    }

    /** Another copy of the library in this process holds such a lock, which this copy does not know. */
    @Test
    void aLockOfAnotherCopyOfTheLibraryIsRespected() throws IOException {
        Path file = directory.resolve(FileSystemDataDirectory.LOCK);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            assertThat(channel.lock().isValid()).isTrue();
            assertThatThrownBy(() -> FileNodeStore.open(directory, keep())).hasMessageContaining("in this process");
            assertThat(openInAnotherProcess()).contains("in another process");
        }
    }

    @Test
    void aLockFileThatCannotBeOpenedIsNamed() throws IOException {
        Files.createDirectory(directory.resolve(FileSystemDataDirectory.LOCK));
        assertThatThrownBy(() -> FileNodeStore.open(directory, keep()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(directory + ": the data directory cannot be opened (");
    }

    @Test
    void aDirectoryThatIsNotLockedMayBeClosedRepeatedly() throws IOException {
        FileSystemDataDirectory disk = FileSystemDataDirectory.at(directory);
        disk.close();
        disk.lock();
        disk.close();
        disk.close();
        disk.lock();
        disk.close();
    }
}
