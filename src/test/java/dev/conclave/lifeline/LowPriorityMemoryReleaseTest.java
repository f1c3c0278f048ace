package dev.conclave.lifeline;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The reaper threads have a low priority, and no other thread has. */
@EnabledOnOs(OS.LINUX)
class LowPriorityMemoryReleaseTest {

    private static final Path TASKS = Path.of("/proc/self/task");

    /** The kernel shows only the first fifteen bytes of a thread's name. */
    private static final String NAME = "conclave-reaper";

    private static final int NICE = 16;

    /** The niceness of all threads of this process with this name, or of all others. */
    private static List<Integer> niceness(boolean named) throws IOException {
        List<Integer> all = new ArrayList<>();
        try (Stream<Path> tasks = Files.list(TASKS)) {
            for (Path task : tasks.toList()) {
                try {
                    String stat = Files.readString(task.resolve("stat"));
                    String name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
                    String[] behindName =
                            stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
                    if (name.equals(NAME) == named) {
                        all.add(Integer.parseInt(behindName[NICE]));
                    }
                } catch (IOException ended) {
                    // The thread has ended, and its file is gone or cannot be read.
                }
            }
        }
        return all;
    }

    @Test
    void onlyTheReaperThreadsHaveALowPriority() throws IOException {
        List<Integer> before = niceness(false);
        List<Thread> hired = LowPriorityMemoryRelease.start();
        try {
            await().atMost(20, SECONDS).until(() -> niceness(true).equals(List.of(10, 10, 10, 10)));
            assertThat(niceness(false)).containsOnly(before.get(0));
        } finally {
            hired.forEach(Thread::interrupt);
        }
        // The kernel's threads end a moment after Java's.
        await().atMost(20, SECONDS).until(() -> niceness(true).isEmpty());
    }
}
