package dev.conclave.artery;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import dev.conclave.Conclave;
import dev.conclave.ElectionEvent;
import dev.conclave.ElectorateChange;
import dev.conclave.ElectorateView;
import dev.conclave.Serve;
import dev.conclave.core.PeerId;
import dev.conclave.core.Terms;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Elections of actor systems in one JVM over real Artery, with journals on disk. */
class ElectionOverArteryTest {

    @TempDir
    Path directory;

    @Test
    void threeFreshPeersElectOneLeaderWithoutTheOperator() {
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            cluster.startAll();
            TestCluster.Node leader = cluster.awaitLeader();
            assertThat(cluster.nodes()).filteredOn(TestCluster.Node::leads).containsExactly(leader);
            assertThat(leader.election().status().term()).isPositive();
        }
    }

    @Test
    void aLeaderThatStopsInOrderHasASuccessorWithAHigherToken() {
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            cluster.startAll();
            TestCluster.Node first = cluster.awaitLeader();
            long token = first.election().status().term();
            cluster.stop(first);
            TestCluster.Node second = cluster.awaitLeader();
            assertThat(second.id()).isNotEqualTo(first.id());
            assertThat(second.election().status().term()).isGreaterThan(token);
            assertThat(first.events())
                    .anyMatch(event -> event instanceof ElectionEvent.Ended ended && ended.term() == token);
        }
    }

    @Test
    void aRestartedFollowerFollowsAgainWithoutAnElection() {
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            cluster.startAll();
            TestCluster.Node leader = cluster.awaitLeader();
            long term = leader.election().status().term();
            TestCluster.Node follower = cluster.nodes().stream()
                    .filter(node -> !node.leads())
                    .findFirst()
                    .orElseThrow();
            cluster.stop(follower);
            cluster.start(follower.id());
            assertThat(cluster.awaitLeader().id()).isEqualTo(leader.id());
            assertThat(leader.election().status().term()).isEqualTo(term);
        }
    }

    /** The non-voter has a new port in each life, and no directory. */
    @Test
    void eachLifeOfANonVoterAtANewPortLeadsWithAHigherToken() {
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            cluster.voters().forEach(cluster::join);
            PeerId outsider = TestCluster.of(1, directory).voters().get(0);
            cluster.give(outsider, "akka.remote.artery.canonical.port = 0\nconclave.data-dir = \"\"");
            long token = 0;
            for (int life = 0; life < 3; life++) {
                TestCluster.Node node = cluster.start(outsider);
                await().atMost(30, SECONDS).until(node::leads);
                assertThat(node.election().status().term()).isGreaterThan(token);
                token = node.election().status().term();
                cluster.stop(node);
            }
        }
    }

    /** Non-voters discover each other only through the voters. */
    @Test
    void nonVotersFollowANonVoterAndSucceedIt() {
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            cluster.voters().forEach(cluster::join);
            List<PeerId> outsiders = TestCluster.of(3, directory).voters();
            TestCluster.Node leader = cluster.start(outsiders.get(0));
            cluster.start(outsiders.get(1));
            cluster.join(outsiders.get(2));
            assertThat(cluster.awaitLeader().id()).isIn(outsiders);
            cluster.stop(leader);
            assertThat(cluster.awaitLeader().id()).isEqualTo(outsiders.get(1));
        }
    }

    /** The voters have already voted for a peer of this address. With a directory it keeps its ballots there (E8). */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aRestartedNonVoterLeadsWithAHigherTokenAtTheSameAddress(boolean withDirectory) {
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            cluster.voters().forEach(cluster::join);
            PeerId outsider = TestCluster.of(1, directory).voters().get(0);
            if (!withDirectory) {
                cluster.give(outsider, "conclave.data-dir = \"\"");
            }
            TestCluster.Node first = cluster.start(outsider);
            assertThat(cluster.awaitLeader()).isEqualTo(first);
            long token = first.election().status().term();
            cluster.stop(first);
            TestCluster.Node second = cluster.start(outsider);
            assertThat(cluster.awaitLeader()).isEqualTo(second);
            assertThat(second.election().status().term()).isGreaterThan(token);
            assertThat(Files.exists(directory.resolve("127.0.0.1_" + outsider.port())))
                    .isEqualTo(withDirectory);
        }
    }

    /** The operator replaces a voter by one on a machine with another name, while everything runs (E1, S4). */
    @Test
    void tokensKeepRisingAfterAVoterIsReplaced() {
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            cluster.startAll();
            for (int times = 0; times < 3; times++) {
                cluster.awaitLeader()
                        .election()
                        .handOver()
                        .toCompletableFuture()
                        .join();
            }
            TestCluster.Node leader = cluster.awaitLeader();
            long token = leader.election().status().term();
            TestCluster.Node removed = cluster.nodes().stream()
                    .filter(node -> !node.equals(leader))
                    .findFirst()
                    .orElseThrow();
            PeerId added = TestCluster.of(1, directory).voters().get(0);
            cluster.start(added);

            ElectorateView view = Conclave.get(leader.system())
                    .electorate()
                    .change(ElectorateChange.replace(removed.id().toString(), added.toString()))
                    .toCompletableFuture()
                    .join();

            assertThat(view.number()).isEqualTo(2);
            assertThat(view.voters())
                    .contains(added.toString())
                    .doesNotContain(removed.id().toString());
            assertThat(leader.leads())
                    .as("no leadership ends on a node that stays")
                    .isTrue();
            assertThat(leader.election().status().term()).isEqualTo(token);
            cluster.stop(removed);
            leader.election().handOver().toCompletableFuture().join();
            assertThat(cluster.awaitLeader().election().status().term())
                    .isGreaterThan(token)
                    .isGreaterThan(Terms.before(2));
        }
    }

    @Test
    void aHandOverWaitsForTheServerToStopBeforeAnotherNodeLeads() {
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            List<TestCluster.Node> nodes = cluster.startAll();
            Queue<String> held = new ConcurrentLinkedQueue<>();
            nodes.forEach(node -> node.election().serve(holder(node, held)));
            TestCluster.Node leader = cluster.awaitLeader();
            await().atMost(10, SECONDS).until(() -> held.contains("start " + leader.id()));
            leader.election().handOver().toCompletableFuture().join();
            TestCluster.Node next = cluster.awaitLeader();
            assertThat(next.id()).isNotEqualTo(leader.id());
            await().atMost(10, SECONDS).until(() -> held.contains("start " + next.id()));
            assertThat(held).containsSubsequence("start " + leader.id(), "stop " + leader.id(), "start " + next.id());
        }
    }

    @Test
    void aNodeThatLeavesHandsOverAndNoLongerStands() {
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            cluster.startAll();
            TestCluster.Node leader = cluster.awaitLeader();
            Conclave.get(leader.system()).leave().toCompletableFuture().join();
            assertThat(leader.leads()).isFalse();
            TestCluster.Node next = cluster.awaitLeader();
            assertThat(next.id()).isNotEqualTo(leader.id());
            next.election().handOver().toCompletableFuture().join();
            TestCluster.Node afterNext = cluster.awaitLeader();
            assertThat(afterNext.id()).isNotIn(leader.id(), next.id());
        }
    }

    private static ActorRef<Serve> holder(TestCluster.Node node, Queue<String> held) {
        return node.system()
                .systemActorOf(
                        Behaviors.receiveMessage(message -> {
                            if (message instanceof Serve.Stop stop) {
                                held.add("stop " + node.id());
                                stop.replyTo().tell(Done.getInstance());
                            } else {
                                held.add("start " + node.id());
                            }
                            return Behaviors.same();
                        }),
                        "holder",
                        Props.empty());
    }

    @Test
    void aLeaderWithoutAnotherCandidateRefusesToHandOverAndGoesOnLeading() {
        try (TestCluster cluster = TestCluster.of(1, directory)) {
            cluster.startAll();
            TestCluster.Node leader = cluster.awaitLeader();
            assertThatThrownBy(() ->
                            leader.election().handOver().toCompletableFuture().join())
                    .isInstanceOf(CompletionException.class)
                    .hasMessageContaining("there is no other candidate");
            assertThat(leader.leads()).isTrue();
        }
    }

    @Test
    void userCodeThatBlocksTheDefaultDispatcherCausesNoElection() {
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            cluster.startAll();
            TestCluster.Node leader = cluster.awaitLeader();
            long term = leader.election().status().term();
            CountDownLatch release = new CountDownLatch(1);
            CountDownLatch blocked = new CountDownLatch(64);
            try {
                for (int i = 0; i < 64; i++) {
                    leader.system().executionContext().execute(() -> {
                        blocked.countDown();
                        await().forever().until(() -> release.getCount() == 0);
                    });
                }
                long until = System.nanoTime() + SECONDS.toNanos(4);
                await().atMost(10, SECONDS).until(() -> System.nanoTime() > until);
                assertThat(leader.leads()).isTrue();
                assertThat(leader.election().status().term()).isEqualTo(term);
            } finally {
                release.countDown();
            }
        }
    }
}
