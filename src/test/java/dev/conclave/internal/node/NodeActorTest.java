package dev.conclave.internal.node;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import akka.Done;
import akka.actor.testkit.typed.javadsl.LoggingTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Incarnation;
import dev.conclave.internal.peer.LeadershipLease;
import dev.conclave.internal.peer.LeadershipUser;
import dev.conclave.internal.peer.PeerCommand;
import dev.conclave.lifeline.Lifeline;
import dev.conclave.logging.AsyncLogger;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One voter, alone: names, shutdown, a disk that breaks, and an endpoint that fails. */
class NodeActorTest {

    private final NodeFixture lone = new NodeFixture(NodeFixture.ANNA);

    @AfterEach
    void close() {
        lone.close();
    }

    @Test
    void anElectionMayHaveAnyName() {
        List<String> names = List.of(
                "orders",
                "stock/eu:1",
                "a b  c",
                "*",
                "%",
                "%2F",
                "100%",
                "..",
                ".",
                "$a",
                "#x?y=z",
                "\u00e4\u00f6\u00fc \u2713 \uD83D\uDE80",
                "\n\t\u0000",
                "ORDERS",
                "n".repeat(200),
                "\u20ac".repeat(66));
        names.forEach(lone::stand);
        names.forEach(lone::awaitLeading);
        assertThat(lone.environment.elections().names()).hasSameSizeAs(names);
    }

    @Test
    void severalCommandsForOneElectionCreateOnePeer() {
        lone.stand("orders");
        lone.node.tell(new NodeCommand.ForPeer(new ElectionName("orders"), new PeerCommand.Join()));
        lone.stand("orders");
        lone.awaitLeading("orders");
        assertThat(lone.lease("orders").orElseThrow().term()).isEqualTo(1);
    }

    @Test
    void aLeavingNodeHandsOverItsElectionsAndStandsInNoneAfterwards() {
        ConcurrentLinkedQueue<ActorRef<Done>> answers = new ConcurrentLinkedQueue<>();
        TestProbe<Done> whose = lone.kit.createTestProbe();
        lone.tell("orders", new PeerCommand.Serve(whose.getRef(), new LeadershipUser() {
            @Override
            public void start(LeadershipLease lease) {}

            @Override
            public void stop(LeadershipLease lease, long deadlineNanos, ActorRef<Done> stopped) {
                answers.add(stopped);
            }
        }));
        lone.stand("orders");
        lone.stand("stock");
        lone.awaitLeading("orders");
        lone.awaitLeading("stock");
        CompletableFuture<Done> left = new CompletableFuture<>();
        lone.node.tell(new NodeCommand.Leave(left));
        await().atMost(10, SECONDS).until(() -> !answers.isEmpty());
        answers.remove().tell(Done.getInstance());
        await().atMost(10, SECONDS).until(left::isDone);
        assertThat(lone.seenOf("orders")).containsExactly("elected 1", "dismissed 1 LEAVING", "ended 1");
        assertThat(lone.seenOf("stock")).containsExactly("elected 1", "dismissed 1 LEAVING", "ended 1");
        // An election that is joined later is left at once, also after the endpoint has failed.
        lone.fail("orders");
        CompletableFuture<Done> again = new CompletableFuture<>();
        lone.stand("late");
        lone.node.tell(new NodeCommand.Leave(again));
        await().atMost(10, SECONDS).until(again::isDone);
        assertThat(lone.seenOf("late")).isEmpty();
    }

    @Test
    void aNodeThatLeadsNothingLeavesAtOnce() {
        CompletableFuture<Done> left = new CompletableFuture<>();
        lone.node.tell(new NodeCommand.Leave(left));
        await().atMost(10, SECONDS).until(left::isDone);
    }

    @Test
    void r3_aFailedDiskStopsAllPeersWithOneErrorAndCompletesAllWaitingCalls() {
        lone.stand("orders");
        lone.stand("stock");
        lone.awaitLeading("orders");
        lone.awaitLeading("stock");
        LeadershipLease orders = lone.lease("orders").orElseThrow();
        LoggingTestKit.error("127.0.0.1:1 stops voting and leading: the disk is gone")
                .withOccurrences(1)
                .expect(lone.kit.system(), () -> {
                    lone.store.fail(new IOException("the disk is gone"));
                    await().atMost(10, SECONDS)
                            .until(() -> lone.seenOf("orders").contains("stopped")
                                    && lone.seenOf("stock").contains("stopped"));
                    return true;
                });
        assertThat(orders.holds()).isFalse();
        assertThat(lone.seenOf("orders")).containsExactly("elected 1", "dismissed 1 VOID", "ended 1", "stopped");
        CompletableFuture<Done> handOver = new CompletableFuture<>();
        lone.tell("orders", new PeerCommand.HandOver(handOver));
        await().atMost(10, SECONDS).until(handOver::isDone);
        assertThatThrownBy(handOver::join).hasMessageContaining("the disk is gone");
        lone.stand("late");
        await().atMost(10, SECONDS).until(() -> lone.seenOf("late").contains("stopped"));
        CompletableFuture<Done> left = new CompletableFuture<>();
        lone.node.tell(new NodeCommand.Leave(left));
        await().atMost(10, SECONDS).until(left::isDone);
    }

    @Test
    void aDiskThatIsTooSlowForTheElectionTimeoutIsReported() {
        CompletableFuture<Done> answered = new CompletableFuture<>();
        lone.tell("orders", new PeerCommand.HandOver(answered));
        await("the ballot is read").atMost(10, SECONDS).until(answered::isDone);
        LoggingTestKit.warn("The disk needed ").withOccurrences(1).expect(lone.kit.system(), () -> {
            lone.store.hold();
            lone.stand("orders");
            await("the vote is being written").atMost(10, SECONDS).until(() -> lone.store.waiting() == 1);
            lone.advance(Duration.ofMillis(300));
            lone.store.release();
            lone.awaitLeading("orders");
            return true;
        });
    }

    @Test
    void r7_aBrokenInvariantDismissesAllUsersAndStopsTheNode() {
        lone.stand("orders");
        lone.stand("stock");
        lone.awaitLeading("orders");
        lone.awaitLeading("stock");
        LeadershipLease orders = lone.lease("orders").orElseThrow();
        LoggingTestKit.error("127.0.0.1:1 stops voting and leading: 127.0.0.1:1 in ")
                .withOccurrences(1)
                .expect(lone.kit.system(), () -> {
                    lone.turnBack(Duration.ofHours(1));
                    lone.tell("orders", new PeerCommand.Join());
                    await().atMost(10, SECONDS)
                            .until(() -> lone.seenOf("orders").contains("stopped")
                                    && lone.seenOf("stock").contains("stopped"));
                    return true;
                });
        assertThat(orders.holds()).isFalse();
        assertThat(lone.environment.takesPart()).isFalse();
        assertThat(lone.seenOf("orders")).containsExactly("elected 1", "dismissed 1 VOID", "ended 1", "stopped");
        lone.stand("late");
        await().atMost(10, SECONDS).until(() -> lone.seenOf("late").contains("stopped"));
    }

    @Test
    void aFailedEndpointStopsItsPeersAndEachAnnouncesItsLossAndThenLeadsAgain() {
        lone.stand("orders");
        lone.stand("stock");
        lone.awaitLeading("orders");
        lone.awaitLeading("stock");
        LeadershipLease former = lone.lease("orders").orElseThrow();
        lone.fail("orders");
        await().atMost(20, SECONDS)
                .until(() -> lone.lease("orders").isPresent()
                        && lone.leads("stock")
                        && lone.lease("orders").get() != former);
        lone.awaitLeading("orders");
        assertThat(former.holds()).isFalse();
        assertThat(lone.seenOf("orders")).containsExactly("elected 1", "dismissed 1 VOID", "ended 1", "elected 2");
        assertThat(lone.seenOf("stock")).containsExactly("elected 1", "dismissed 1 VOID", "ended 1", "elected 2");
    }

    @Test
    void r10_aNodeWhoseLifelineHasEndedNeverLeadsAgain() {
        lone.stand("orders");
        lone.awaitLeading("orders");
        LeadershipLease lease = lone.lease("orders").orElseThrow();
        CompletableFuture<LeadershipLease> waits = new CompletableFuture<>();
        lone.tell("stock", new PeerCommand.WhenElected(waits));
        lone.node.tell(new NodeCommand.ListenerEnded());
        await().atMost(10, SECONDS).until(() -> lone.seenOf("orders").contains("stopped"));
        assertThat(lease.holds()).isFalse();
        assertThat(lone.environment.takesPart()).isFalse();
        assertThat(lone.seenOf("orders")).containsExactly("elected 1", "dismissed 1 VOID", "ended 1", "stopped");
        await().atMost(10, SECONDS).until(waits::isCompletedExceptionally);
        assertThatThrownBy(waits::join).hasMessageContaining("its lifeline has ended");

        // Later calls are answered at once, also by an endpoint that has failed and restarted.
        lone.fail("orders");
        lone.stand("orders");
        lone.stand("late");
        for (String election : List.of("orders", "late")) {
            CompletableFuture<LeadershipLease> elected = new CompletableFuture<>();
            lone.tell(election, new PeerCommand.WhenElected(elected));
            await().atMost(10, SECONDS).until(elected::isCompletedExceptionally);
            CompletableFuture<Done> handOver = new CompletableFuture<>();
            lone.tell(election, new PeerCommand.HandOver(handOver));
            await().atMost(10, SECONDS).until(handOver::isCompletedExceptionally);
        }
        assertThat(lone.seenOf("late")).containsExactly("stopped");
        assertThat(lone.seenOf("orders"))
                .filteredOn(what -> what.startsWith("elected"))
                .hasSize(1);
        assertThat(lone.environment.takesPart()).isFalse();
    }

    /** The check of each leadership reads whether the lifeline is open: no message need come for it. */
    @Test
    void r10_aLeadershipIsVoidAsSoonAsTheLifelineIsNotOpen() throws IOException {
        LifelineRelay relay = new LifelineRelay(AsyncLogger.silent());
        Lifeline lifeline =
                Lifeline.open(InetAddress.getLoopbackAddress(), 0, NodeFixture.ANNA, new Incarnation(1), relay);
        try (NodeFixture withLifeline = new NodeFixture(lifeline, NodeFixture.ANNA)) {
            withLifeline.stand("orders");
            withLifeline.awaitLeading("orders");
            LeadershipLease lease = withLifeline.lease("orders").orElseThrow();
            assertThat(lease.holds()).isTrue();
            assertThat(withLifeline.environment.takesPart()).isTrue();

            lifeline.close();

            assertThat(lease.holds()).isFalse();
            assertThat(lease.remainingNanos()).isZero();
            assertThat(withLifeline.environment.takesPart()).isFalse();
        }
    }
}
