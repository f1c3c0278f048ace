package dev.conclave.artery;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.Done;
import akka.actor.ActorRef;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.javadsl.Adapter;
import dev.conclave.Conclave;
import dev.conclave.ConclaveHealthCheck;
import dev.conclave.ElectionEvent;
import dev.conclave.Leadership;
import dev.conclave.internal.node.NodeActor;
import dev.conclave.internal.node.NodeCommand;
import dev.conclave.internal.node.Telemetry;
import dev.conclave.lifeline.Lifeline;
import dev.conclave.logging.LogLines;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes whose lifeline is off or has ended. DemoIT shows lifelines that are on, with processes that are killed. */
class LifelineOverArteryTest {

    @TempDir
    Path directory;

    @Test
    void electionsWorkWithoutALifelinePortWhenLifelinesAreOff() {
        Set<Thread> before = lifelines();
        try (TestCluster cluster = TestCluster.of(3, directory, "conclave.lifeline = off")) {
            cluster.startAll();
            TestCluster.Node leader = cluster.awaitLeader();
            assertThat(leader.leads()).isTrue();
            assertThat(before).containsAll(lifelines());
        }
    }

    @Test
    void aNodeWhoseLifelineHasEndedIsNotReadyAndFailsWhenElectedAndHandOver() {
        try (LogLines lines = LogLines.of(ConclaveHealthCheck.class.getName());
                TestCluster cluster = TestCluster.of(
                        1, directory, "conclave.health-check.ready-when = takes-part\nconclave.warm-up = off")) {
            cluster.startAll();
            TestCluster.Node node = cluster.awaitLeader();
            Conclave conclave = Conclave.get(node.system());
            assertThat(node.isReady()).isTrue();
            CompletionStage<Leadership> other = conclave.join("other").whenElected();

            Telemetry.get(node.system())
                    .node()
                    .orElseThrow()
                    .lifeline()
                    .orElseThrow()
                    .close();
            assertThat(node.leads()).isFalse();
            assertThat(node.isReady()).isFalse();
            assertThat(lines.soFar()).last().asString().startsWith(node.id() + " is not ready: its lifeline has ended");
            Adapter.toClassic(node.system())
                    .actorSelection("/system/" + NodeActor.NAME)
                    .tell(new NodeCommand.ListenerEnded(), ActorRef.noSender());

            await().atMost(30, SECONDS)
                    .until(() -> node.events().stream().anyMatch(ElectionEvent.Stopped.class::isInstance));
            assertThat(node.events()).last().isInstanceOf(ElectionEvent.Stopped.class);
            assertThat(other.toCompletableFuture()).failsWithin(Duration.ofSeconds(30));
            assertThat(node.election().whenElected().toCompletableFuture()).failsWithin(Duration.ofSeconds(30));
            node.election().stand();
            assertThat(node.election().handOver().toCompletableFuture()).failsWithin(Duration.ofSeconds(30));
            assertThat(node.leads()).isFalse();
        }
    }

    @Test
    void aFollowerWhoseLifelineHasEndedIsNotReadyAlthoughItKnowsTheLeader() {
        try (TestCluster cluster = TestCluster.of(3, directory, "conclave.warm-up = off")) {
            cluster.startAll();
            TestCluster.Node leader = cluster.awaitLeader();
            TestCluster.Node follower = cluster.nodes().stream()
                    .filter(node -> !node.equals(leader))
                    .findFirst()
                    .orElseThrow();
            await().atMost(30, SECONDS).until(follower::isReady);

            Telemetry.get(follower.system())
                    .node()
                    .orElseThrow()
                    .lifeline()
                    .orElseThrow()
                    .close();

            assertThat(follower.election().status().leader()).isPresent();
            assertThat(follower.isReady()).isFalse();
        }
    }

    /** Other peers take the end of the lifeline for the proof: nothing of this node may lead, vote or answer after it (R10). */
    @Test
    void r10_aNodeClosesItsLifelineLastOfAll() {
        try (TestCluster cluster = TestCluster.of(1, directory, "conclave.warm-up = off")) {
            TestCluster.Node node = cluster.startAll().get(0);
            Lifeline lifeline =
                    Telemetry.get(node.system()).node().orElseThrow().lifeline().orElseThrow();
            CompletableFuture<Boolean> openAtTheEnd = new CompletableFuture<>();
            CoordinatedShutdown.get(node.system())
                    .addTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate(), "looks", () -> {
                        openAtTheEnd.complete(lifeline.isOpen());
                        return CompletableFuture.completedFuture(Done.getInstance());
                    });
            cluster.stop(node);
            assertThat(openAtTheEnd).isCompletedWithValue(true);
            await().until(() -> !lifeline.isOpen());
        }
    }

    /** The lifeline threads of this JVM; those of other tests may still be ending. */
    private static Set<Thread> lifelines() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("conclave-lifeline"))
                .collect(Collectors.toSet());
    }
}
