package dev.conclave.artery;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.ClusterEvent.MemberEvent;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import akka.cluster.typed.Subscribe;
import akka.remote.RemoteActorRefProvider;
import dev.conclave.Conclave;
import dev.conclave.Election;
import dev.conclave.ElectionEvent;
import dev.conclave.Leadership;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.internal.node.NodeActor;
import dev.conclave.internal.node.NodeCommand;
import dev.conclave.internal.peer.PeerCommand;
import dev.conclave.internal.wire.NodeMessage;
import dev.conclave.logging.LogLines;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes recover from failures, stop in order, vote in elections that are new to them, and log little about dead peers. */
class NodesOverArteryTest {

    @TempDir
    Path directory;

    @SuppressWarnings("NullAway")
    private static void failEndpoint(TestCluster.Node node) {
        ActorRef<NodeMessage> endpoint = ActorRefResolver.get(node.system())
                .resolveActorRef("akka://test@" + node.id() + "/system/" + NodeActor.NAME);
        PeerCommand nothing = null;
        endpoint.tell(new NodeCommand.ForPeer(new ElectionName(TestCluster.ELECTION), nothing));
    }

    private static boolean hasPeer(ActorSystem<?> system, String election) {
        return Adapter.toClassic(system)
                .actorSelection("/system/conclave/" + election)
                .resolveOne(Duration.ofSeconds(3))
                .handle((found, failure) -> failure == null)
                .toCompletableFuture()
                .join();
    }

    @Test
    void anEndpointThatFailedIsReachedByTheOthersAsBefore() {
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            cluster.startAll();
            TestCluster.Node failing = cluster.awaitLeader();
            Leadership former = failing.election().leadership().orElseThrow();
            failEndpoint(failing);
            await().atMost(20, SECONDS).until(() -> !former.holds());
            cluster.awaitLeader();
            TestCluster.Node other = cluster.nodes().stream()
                    .filter(node -> !node.equals(failing))
                    .findFirst()
                    .orElseThrow();
            // Each of the two remaining voters needs the vote of the other.
            cluster.stop(other);
            TestCluster.Node leader = cluster.awaitLeader();
            assertThat(leader.election().status().term()).isGreaterThan(former.fencingToken());
            assertThat(failing.events()).noneMatch(ElectionEvent.Stopped.class::isInstance);
        }
    }

    @Test
    void votersVoteInAnElectionThatIsNewToThemAndNonVotersIgnoreIt() {
        PeerId outsider = TestCluster.of(1, directory).voters().get(0);
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            cluster.startAll();
            TestCluster.Node watcher = cluster.join(outsider);
            TestCluster.Node first = cluster.awaitLeader();
            Election extra = Conclave.get(first.system()).join("extra");
            extra.stand();
            await().atMost(20, SECONDS).until(() -> extra.leadership().isPresent());
            await().atMost(20, SECONDS)
                    .until(() -> cluster.nodes().stream()
                            .filter(node -> !node.equals(watcher))
                            .allMatch(node -> hasPeer(node.system(), "extra")));
            assertThat(hasPeer(watcher.system(), TestCluster.ELECTION)).isTrue();
            assertThat(hasPeer(watcher.system(), "extra")).isFalse();
        }
    }

    @Test
    void r9_aLeaderThatStopsInOrderHandsOverBeforeItLeavesTheCluster() {
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            List<TestCluster.Node> nodes = cluster.startAll();
            nodes.forEach(node -> Cluster.get(node.system())
                    .manager()
                    .tell(Join.create(
                            Cluster.get(nodes.get(0).system()).selfMember().address())));
            await().atMost(30, SECONDS)
                    .until(() -> nodes.stream()
                            .allMatch(node -> Cluster.get(node.system())
                                    .selfMember()
                                    .status()
                                    .equals(MemberStatus.up())));
            TestCluster.Node leader = cluster.awaitLeader();
            ConcurrentLinkedQueue<String> seen = goingOf(leader);
            cluster.stop(leader);
            assertThat(seen).containsSubsequence("dismissed LEAVING", "ended", "Leaving", "Exiting");
            assertThat(cluster.awaitLeader().election().status().term()).isGreaterThan(term(leader));
        }
    }

    private static long term(TestCluster.Node former) {
        return former.events().stream()
                .filter(ElectionEvent.Elected.class::isInstance)
                .mapToLong(ElectionEvent::term)
                .max()
                .orElseThrow();
    }

    /** The changes of the node's leadership and of its membership, in order, through one actor. */
    private static ConcurrentLinkedQueue<String> goingOf(TestCluster.Node node) {
        ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
        ActorRef<Object> eye = node.system()
                .systemActorOf(
                        Behaviors.receive(Object.class)
                                .onMessage(MemberEvent.class, event -> {
                                    if (event.member()
                                            .address()
                                            .equals(Cluster.get(node.system())
                                                    .selfMember()
                                                    .address())) {
                                        seen.add(event.member().status().toString());
                                    }
                                    return Behaviors.same();
                                })
                                .onMessage(ElectionEvent.Dismissed.class, event -> {
                                    seen.add("dismissed " + event.reason());
                                    return Behaviors.same();
                                })
                                .onMessage(ElectionEvent.Ended.class, event -> {
                                    seen.add("ended");
                                    return Behaviors.same();
                                })
                                .onAnyMessage(other -> Behaviors.same())
                                .build(),
                        "eye",
                        Props.empty());
        node.election().subscribe(eye.narrow());
        Cluster.get(node.system()).subscriptions().tell(Subscribe.create(eye.narrow(), MemberEvent.class));
        await().atMost(10, SECONDS).until(() -> seen.contains("Up"));
        return seen;
    }

    @Test
    void logLinesAboutADeadPeerDoNotGrowWithTime() {
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            cluster.startAll();
            TestCluster.Node dead = cluster.awaitLeader();
            try (LogLines lines = LogLines.of("dev.conclave")) {
                ExtendedActorSystem system = (ExtendedActorSystem) Adapter.toClassic(dead.system());
                ((RemoteActorRefProvider) system.provider()).transport().shutdown();
                await().atMost(30, SECONDS)
                        .until(() -> !dead.leads()
                                && cluster.nodes().stream().anyMatch(node -> !node.equals(dead) && node.leads()));
                int afterTheFailOver = lines.soFar().size();
                assertThat(afterTheFailOver).isLessThan(30);
                long until = System.nanoTime() + SECONDS.toNanos(5);
                await().atMost(20, SECONDS).until(() -> System.nanoTime() > until);
                assertThat(lines.soFar().stream().skip(afterTheFailOver))
                        .as("five seconds later, after: %s", lines.soFar())
                        .hasSizeLessThan(6);
            }
        }
    }
}
