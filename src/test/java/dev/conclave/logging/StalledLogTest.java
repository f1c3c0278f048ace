package dev.conclave.logging;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conclave.Conclave;
import dev.conclave.ElectionEvent;
import dev.conclave.artery.TestCluster;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No election, and no end of a leadership, waits for the reader of the log (R14). */
class StalledLogTest {

    @TempDir
    Path directory;

    @Test
    void aStalledLogDelaysNeitherTheEndOfALeaseNorElections() throws InterruptedException {
        try (TestCluster cluster = TestCluster.of(3, directory, "akka.remote.artery.advanced.test-mode = on")) {
            cluster.startAll();
            TestCluster.Node cutOff = cluster.awaitLeader();
            long term = cutOff.election().status().term();
            try (StalledLog log = StalledLog.begin()) {
                cluster.cutOff(cutOff);
                await().atMost(20, SECONDS)
                        .until(() -> has(cutOff, ElectionEvent.Dismissed.class, term)
                                && has(cutOff, ElectionEvent.Ended.class, term));
                log.hasHeldUpAWriter();
                assertThat(cutOff.leads()).isFalse();
                await().atMost(20, SECONDS)
                        .until(() -> cluster.leader()
                                .filter(leader -> leader.election().status().term() > term)
                                .isPresent());
                cluster.reconnect(cutOff);

                TestCluster.Node next = cluster.awaitLeader();
                long second = next.election().status().term();
                Conclave.get(next.system())
                        .leave()
                        .toCompletableFuture()
                        .orTimeout(20, SECONDS)
                        .join();
                TestCluster.Node last = cluster.awaitLeader();
                assertThat(last.election().status().term()).isGreaterThan(second);

                last.election()
                        .handOver()
                        .toCompletableFuture()
                        .orTimeout(20, SECONDS)
                        .join();
                assertThat(cluster.awaitLeader().id()).isNotIn(next.id(), last.id());
            }
        }
    }

    @Test
    void aNodeStartsAndLeadsAndEndsWhileTheLogIsStalled() throws InterruptedException {
        try (StalledLog log = StalledLog.of("dev.conclave");
                TestCluster cluster = TestCluster.of(1, directory)) {
            cluster.startAll();
            TestCluster.Node node = cluster.awaitLeader();
            log.hasHeldUpAWriter();
            Conclave.get(node.system())
                    .leave()
                    .toCompletableFuture()
                    .orTimeout(20, SECONDS)
                    .join();
            assertThat(node.leads()).isFalse();
        }
    }

    private static boolean has(TestCluster.Node node, Class<? extends ElectionEvent> kind, long term) {
        return List.copyOf(node.events()).stream().anyMatch(event -> kind.isInstance(event) && event.term() == term);
    }
}
