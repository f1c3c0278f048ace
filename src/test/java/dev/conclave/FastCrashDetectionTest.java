package dev.conclave;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** In a process of its own, since the call changes the process for good. */
@EnabledOnOs(OS.LINUX)
class FastCrashDetectionTest {

    @TempDir
    Path directory;

    @Test
    void onlyTheLifelinesThreadLacksTheFilesThatAreOpenedAfterTheCallAndASecondCallStartsNothing() throws Exception {
        Path output = directory.resolve("output.txt");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        directory.resolve("opened-later").toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, SECONDS)).as("%s", output).isTrue();
            assertThat(output).content().contains("without the file: [conclave-lifeli]");
            assertThat(output).content().contains("reapers: 4");
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    /** The main class of the process. */
    static final class Program {

        private Program() {}

        /** Prints which threads do not have a file that is opened after the call, and how many reapers there are. */
        public static void main(String[] args) throws IOException {
            boolean first = FastCrashDetection.enable();
            boolean second = FastCrashDetection.enable();
            if (!first || !second) {
                System.out.println("enable() returned " + first + " and " + second);
                System.exit(1);
            }
            Path file = Path.of(args[0]);
            List<String> without = new ArrayList<>();
            int reapers = 0;
            try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw");
                    Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
                for (Path task : tasks.toList()) {
                    String name = nameOf(task);
                    reapers += name.equals("conclave-reaper") ? 1 : 0;
                    if (!hasOpen(task, file) && Files.exists(task)) {
                        without.add(name);
                    }
                }
                open.writeByte(1);
            }
            System.out.println("without the file: " + without);
            System.out.println("reapers: " + reapers);
        }

        private static String nameOf(Path task) {
            try {
                return Files.readString(task.resolve("comm")).strip();
            } catch (IOException ended) {
                return "";
            }
        }

        private static boolean hasOpen(Path task, Path file) {
            try (Stream<Path> descriptors = Files.list(task.resolve("fd"))) {
                return descriptors.anyMatch(descriptor -> isLinkTo(file, descriptor));
            } catch (IOException ended) {
                return false;
            }
        }

        private static boolean isLinkTo(Path file, Path descriptor) {
            try {
                return Files.readSymbolicLink(descriptor).equals(file);
            } catch (IOException closed) {
                return false;
            }
        }
    }
}
