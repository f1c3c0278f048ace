package dev.conclave;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What switching the lifeline off does; what it does when it is on, DemoIT shows with processes that are killed. */
class LifelineOverArteryTest {

    @TempDir
    Path directory;

    @Test
    void switchedOffThereIsNoPortAndElectionsWorkAllTheSame() {
        Set<Thread> before = lifelines();
        try (TestCluster cluster = TestCluster.of(3, directory, "conclave.lifeline = off")) {
            cluster.startAll();
            TestCluster.Node leader = cluster.awaitLeader();
            assertThat(leader.leads()).isTrue();
            assertThat(before).containsAll(lifelines());
        }
    }

    /** Those of other tests may still be ending. */
    private static Set<Thread> lifelines() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("conclave-lifeline"))
                .collect(Collectors.toSet());
    }
}
