package dev.conclave.artery;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.conclave.Conclave;
import dev.conclave.ConclaveHealthCheck;
import dev.conclave.Election;
import dev.conclave.ElectionEvent;
import dev.conclave.Leadership;
import dev.conclave.core.PeerId;
import dev.conclave.logging.LogLines;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application observes an election by stages, by events, and by the readiness check of its platform. */
class WatchingOverArteryTest {

    @TempDir
    Path directory;

    @Test
    void whenElectedCompletesWithTheElectionAndAtOnceOnALeader() {
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            cluster.startAll();
            TestCluster.Node leader = cluster.awaitLeader();
            Leadership present = when(leader).join();
            assertThat(present.fencingToken())
                    .isEqualTo(leader.election().status().term());
            assertThat(present.holds()).isTrue();

            List<TestCluster.Node> others = cluster.nodes().stream()
                    .filter(node -> !node.equals(leader))
                    .toList();
            List<CompletableFuture<Leadership>> waiting =
                    others.stream().map(WatchingOverArteryTest::when).toList();
            assertThat(waiting).noneMatch(CompletableFuture::isDone);
            leader.election().handOver().toCompletableFuture().join();
            Leadership next = (Leadership) CompletableFuture.anyOf(waiting.toArray(new CompletableFuture<?>[0]))
                    .join();
            assertThat(next.fencingToken()).isGreaterThan(present.fencingToken());
            assertThat(present.holds()).isFalse();

            int vainly = waiting.get(0).isDone() ? 1 : 0;
            CompletableFuture<Leadership> vain = waiting.get(vainly);
            cluster.stop(others.get(vainly));
            assertThatThrownBy(() -> vain.get(30, SECONDS))
                    .hasCauseInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("has stopped");
        }
    }

    private static CompletableFuture<Leadership> when(TestCluster.Node node) {
        return node.election().whenElected().toCompletableFuture();
    }

    @Test
    void callbacksOfWhenElectedRunOnTheDefaultDispatcher() {
        try (TestCluster cluster = TestCluster.of(1, directory)) {
            TestCluster.Node node = cluster.startAll().get(0);
            CompletableFuture<String> thread =
                    when(node).thenApply(elected -> Thread.currentThread().getName());
            assertThat(thread.join()).contains("default-dispatcher");
        }
    }

    @Test
    void aNonVoterIsNotifiedOfEachLeader() {
        PeerId outsider = TestCluster.of(1, directory).voters().get(0);
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            cluster.startAll();
            TestCluster.Node first = cluster.awaitLeader();
            TestCluster.Node watcher = cluster.join(outsider);
            await().atMost(30, SECONDS).until(() -> heardOf(watcher, first.id()));
            first.election().handOver().toCompletableFuture().join();
            await().atMost(30, SECONDS)
                    .until(() -> cluster.nodes().stream()
                            .anyMatch(node -> !node.equals(first) && heardOf(watcher, node.id())));
            assertThat(watcher.events()).extracting(ElectionEvent::term).isSorted();
        }
    }

    private static boolean heardOf(TestCluster.Node watcher, PeerId leader) {
        return watcher.events().stream()
                .anyMatch(event -> event instanceof ElectionEvent.Following following
                        && following.leader().equals(leader));
    }

    @Test
    void aNodeIsReadyWhileItKnowsTheLeaderOfEveryConfiguredElectionAndLogsEachChangeOnce() {
        try (LogLines lines = LogLines.of(ConclaveHealthCheck.class.getName());
                TestCluster cluster =
                        TestCluster.of(2, directory, "conclave.health-check.elections = [orders, stock]")) {
            List<TestCluster.Node> nodes = cluster.startAll();
            TestCluster.Node leader = cluster.awaitLeader();
            assertThat(leader.isReady()).as("\"stock\" has no leader").isFalse();
            assertThat(leader.isReady()).as("asked again").isFalse();
            Conclave.get(leader.system()).join("stock").stand();
            await().atMost(30, SECONDS).until(() -> nodes.stream().allMatch(TestCluster.Node::isReady));
            TestCluster.Node other = nodes.get(nodes.get(0).equals(leader) ? 1 : 0);
            cluster.stop(other);
            await().atMost(30, SECONDS)
                    .until(() -> !leader.isReady()
                            && lines.soFar()
                                    .contains(leader.id()
                                            + " is not ready: it knows no leader of \"orders\", \"stock\""));
            assertThat(lines.soFar())
                    .filteredOn(line -> line.startsWith(leader.id().toString()))
                    .startsWith(
                            leader.id() + " is not ready yet: it knows no leader of \"stock\"",
                            leader.id() + " is ready")
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void anElectionThatIsJoinedLaterCausesAWarningOnlyWhenItLosesItsLeader() {
        try (LogLines lines = LogLines.of(ConclaveHealthCheck.class.getName());
                TestCluster cluster = TestCluster.of(1, directory)) {
            TestCluster.Node node = cluster.startAll().get(0);
            cluster.awaitLeader();
            await().atMost(30, SECONDS).until(node::isReady);
            Election stock = Conclave.get(node.system()).join("stock");
            assertThat(node.isReady()).as("no node stands").isFalse();
            stock.stand();
            await().atMost(30, SECONDS).until(node::isReady);
            stock.withdraw();
            await().atMost(30, SECONDS).until(() -> !node.isReady());
            assertThat(lines.soFar()).last().isEqualTo(node.id() + " is not ready: it knows no leader of \"stock\"");
            assertThat(lines.soFar())
                    .containsSubsequence(
                            node.id() + " is not ready yet: it knows no leader of \"stock\"", node.id() + " is ready");
        }
    }

    @Test
    void aNodeThatIsReadyWhenItTakesPartIsReadyAsSoonAsItMayVote() {
        try (LogLines lines = LogLines.of(ConclaveHealthCheck.class.getName());
                TestCluster cluster = TestCluster.of(2, directory, "conclave.health-check.ready-when = takes-part")) {
            TestCluster.Node first = cluster.join(cluster.voters().get(0));
            assertThat(first.isReady()).as("the other voter has not started").isFalse();
            assertThat(lines.soFar())
                    .containsExactly(first.id() + " is not ready yet: it has no configuration yet: it waits until"
                            + " each of conclave.voters has answered once, or until a node shows it one");
            TestCluster.Node second = cluster.join(cluster.voters().get(1));
            await().atMost(30, SECONDS).until(() -> first.isReady() && second.isReady());
            assertThat(first.election().status().leader()).isEmpty();
        }
    }
}
