package dev.conclave.artery;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conclave.ElectionEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Artery is cut, and the lifelines with their express lanes are not, as with a firewall that opens one port: the
 * leadership ends before the next begins, and the lanes alone neither keep nor elect a leader.
 */
class CutUnderLanesTest {

    @TempDir
    Path directory;

    @Test
    void r7_aLeaderThatArteryDoesNotReachStopsLeadingBeforeTheNextLeads() {
        try (TestCluster cluster = TestCluster.of(3, directory, NetworkCut.SETTINGS + "conclave.warm-up = off")) {
            cluster.startAll();
            TestCluster.Node first = cluster.awaitLeader();
            long term = first.election().status().term();
            try (Eyes eyes = new Eyes(cluster.nodes())) {
                cluster.cutOff(first);
                await().atMost(30, SECONDS)
                        .until(() -> cluster.nodes().stream()
                                .anyMatch(node ->
                                        node.leads() && node.election().status().term() > term));
                assertThat(first.leads()).isFalse();
                cluster.reconnect(first);
                cluster.awaitLeader();
                assertThat(eyes.twoAtOnce).isEmpty();
                assertThat(eyes.looks.get()).isGreaterThan(100);
            }
        }
    }

    @Test
    void expressLanesAloneElectNoLeaderWhileArteryIsCut() {
        try (TestCluster cluster = TestCluster.of(3, directory, NetworkCut.SETTINGS + "conclave.warm-up = off")) {
            List<TestCluster.Node> nodes = cluster.startAll();
            TestCluster.Node first = cluster.awaitLeader();
            nodes.forEach(cluster::cutOff);
            await().atMost(30, SECONDS).until(() -> !first.leads());
            long elections = elected(nodes);
            long until = System.nanoTime() + SECONDS.toNanos(3);
            await().atMost(30, SECONDS).until(() -> System.nanoTime() > until);
            assertThat(elected(nodes)).isEqualTo(elections);
            assertThat(cluster.leader()).isEmpty();
            nodes.forEach(cluster::reconnect);
            cluster.awaitLeader();
        }
    }

    /** The smaller side cannot keep a lease. If the release of one named a successor, its two nodes would be elected in turn. */
    @Test
    void r9_theLargerSideKeepsALeaderWhenArteryIsCutFromTheLeaderAndOneOther() {
        try (TestCluster cluster = TestCluster.of(5, directory, NetworkCut.SETTINGS + "conclave.warm-up = off")) {
            List<TestCluster.Node> larger = new ArrayList<>(cluster.startAll());
            TestCluster.Node first = cluster.awaitLeader();
            larger.remove(first);
            List<TestCluster.Node> smaller = List.of(first, larger.remove(0));
            NetworkCut.between(smaller, larger);
            await().atMost(60, SECONDS)
                    .during(3, SECONDS)
                    .until(
                            () -> termsLedBy(larger),
                            terms -> terms.size() == 1 && termsLedBy(smaller).isEmpty());
            assertThat(termsLedBy(smaller)).isEmpty();
            NetworkCut.healed(smaller, larger);
            cluster.awaitLeader();
        }
    }

    private static Set<Long> termsLedBy(List<TestCluster.Node> nodes) {
        return nodes.stream()
                .filter(TestCluster.Node::leads)
                .map(node -> node.election().status().term())
                .collect(Collectors.toSet());
    }

    private static long elected(List<TestCluster.Node> nodes) {
        return nodes.stream()
                .flatMap(node -> node.events().stream())
                .filter(ElectionEvent.Elected.class::isInstance)
                .count();
    }

    /** Samples all handles. Two hold at one instant if one holds both before and after a sample in which another holds. */
    private static final class Eyes implements AutoCloseable {

        private final List<TestCluster.Node> nodes;
        private final Queue<String> twoAtOnce = new ConcurrentLinkedQueue<>();
        private final AtomicLong looks = new AtomicLong();
        private volatile boolean closed;

        private Eyes(List<TestCluster.Node> nodes) {
            this.nodes = nodes;
            Thread thread = new Thread(this::look, "eyes");
            thread.setDaemon(true);
            thread.start();
        }

        private void look() {
            while (!closed) {
                for (TestCluster.Node one : nodes) {
                    one.election()
                            .leadership()
                            .ifPresent(held -> nodes.stream()
                                    .filter(other -> !other.equals(one) && other.leads() && held.holds())
                                    .forEach(other -> twoAtOnce.add(one.id() + " and " + other.id())));
                }
                looks.incrementAndGet();
                LockSupport.parkNanos(100_000);
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
