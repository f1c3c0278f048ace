package dev.conclave.testkit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import akka.Done;
import akka.actor.testkit.typed.javadsl.FishingOutcomes;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.coordination.lease.javadsl.Lease;
import akka.coordination.lease.javadsl.LeaseProvider;
import akka.util.ByteString;
import dev.conclave.Conclave;
import dev.conclave.ConclaveHealthCheck;
import dev.conclave.Election;
import dev.conclave.ElectionEvent;
import dev.conclave.Leadership;
import dev.conclave.LeadingTaskHandle;
import dev.conclave.Register;
import dev.conclave.Serve;
import dev.conclave.WhenServerEnds;
import dev.conclave.Written;
import dev.conclave.artery.TestCluster;
import dev.conclave.core.PeerId;
import dev.conclave.logging.LogLines;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The contract of {@link Election}, checked on real nodes and on the kit that replaces them in tests. */
abstract class ElectionContract {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    /** The node under test, and another one that may be a candidate too. */
    interface World extends AutoCloseable {

        ActorSystem<?> system();

        PeerId self();

        PeerId other();

        /** Lets the node lead, which is a candidate. */
        void elect(String election);

        /** Grants the lease to the owner on the node that waits for it. */
        void grantLease(String lease);

        /** Makes the other node a candidate; if this node leads, waits until it knows of that. */
        void letOtherStand(String election);

        @Override
        void close();
    }

    abstract World world();

    /** A new environment, which the test may shut down. */
    abstract World anotherWorld();

    private final String name = "election-" + NUMBERS.incrementAndGet();

    @Test
    void aLeaderWritesItsRegisterAndTheNextLeadershipFindsTheValue() {
        Election election = lead();
        Leadership first = election.leadership().orElseThrow();
        assertThat(first.register().value()).isEmpty();
        Written.Done done = (Written.Done) result(election.register().write(first, ByteString.fromString("x")));
        assertThat(done.fencingToken()).isEqualTo(first.fencingToken());
        Register read = result(election.register().read());
        assertThat(read.value()).contains(ByteString.fromString("x"));
        assertThat(read.isTruth()).isTrue();
        assertThat(election.register().latest().value()).contains(ByteString.fromString("x"));
        assertThat(first.register().value()).as("what the leadership found").isEmpty();

        election.withdraw();
        await().atMost(LONG).until(() -> election.leadership().isEmpty());
        assertThat(result(election.register().write(first, ByteString.fromString("late"))))
                .isInstanceOf(Written.Refused.class);
        election.stand();
        world().elect(name);
        Leadership second = result(election.whenElected());
        assertThat(second.register().value()).contains(ByteString.fromString("x"));
        assertThat(second.register().fencingToken()).isEqualTo(second.fencingToken());
        result(election.register().clear(second));
        assertThat(result(election.register().read()).value()).isEmpty();
    }

    @Test
    void aSubscriberOfTheRegisterReceivesNothingAfterTheElectionWasLeft() {
        Election election = lead();
        TestProbe<Register> former = probe();
        election.register().subscribe(former.getRef());
        assertThat(former.receiveMessage(LONG).value()).isEmpty();
        result(election.leave());

        lead();
        TestProbe<Register> present = probe();
        election.register().subscribe(present.getRef());
        present.receiveMessage(LONG);
        result(election.register().write(result(election.whenElected()), ByteString.fromString("x")));
        present.fishForMessage(
                LONG,
                seen -> seen.value().isPresent() ? FishingOutcomes.complete() : FishingOutcomes.continueAndIgnore());
        // A subscriber from before would have been told first.
        former.expectNoMessage(Duration.ZERO);
    }

    private static <T> T result(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(30, SECONDS).join();
    }

    private Election join() {
        return Conclave.get(world().system()).join(name);
    }

    private Election lead() {
        Election election = join();
        election.stand();
        world().elect(name);
        return election;
    }

    private <T> TestProbe<T> probe() {
        return TestProbe.create(world().system());
    }

    /** The next event that concerns a leadership of this node. */
    private static <E extends ElectionEvent> E next(TestProbe<ElectionEvent> events, Class<E> kind) {
        ElectionEvent event = events.receiveMessage(LONG);
        while (event instanceof ElectionEvent.Leaderless || event instanceof ElectionEvent.Standing) {
            event = events.receiveMessage(LONG);
        }
        assertThat(event).isInstanceOf(kind);
        return kind.cast(event);
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(30, SECONDS).join();
    }

    private static void answer(TestProbe<Serve> server) {
        server.expectMessageClass(Serve.Stop.class, LONG).replyTo().tell(Done.getInstance());
    }

    @Test
    void joiningANameReturnsTheSameElectionUntilItIsLeft() {
        Election election = join();
        assertThat(join()).isSameAs(election);
        join(election.leave());
        assertThat(join()).isNotSameAs(election);
    }

    @Test
    void r7_anElectedNodeHoldsItsLeadershipAndNotifiesAllOnce() {
        Election election = join();
        TestProbe<ElectionEvent> events = probe();
        TestProbe<Serve> server = probe();
        election.subscribe(events.getRef());
        election.serve(server.getRef());
        CompletableFuture<Leadership> elected = election.whenElected().toCompletableFuture();
        election.stand();
        world().elect(name);
        Leadership leadership = election.leadership().orElseThrow();
        assertThat(leadership.holds()).isTrue();
        assertThat(leadership.election()).isEqualTo(name);
        assertThat(election.status().leader()).contains(world().self());
        assertThat(election.status().term()).isEqualTo(leadership.fencingToken());
        assertThat(leadership.leaseRemaining()).isPositive().isLessThan(Duration.ofSeconds(1));
        assertThat(next(events, ElectionEvent.Elected.class).term()).isEqualTo(leadership.fencingToken());
        assertThat(server.expectMessageClass(Serve.Start.class, LONG)
                        .leadership()
                        .fencingToken())
                .isEqualTo(leadership.fencingToken());
        assertThat(join(elected).fencingToken()).isEqualTo(leadership.fencingToken());
        assertThat(join(election.whenElected()).fencingToken()).isEqualTo(leadership.fencingToken());
    }

    @Test
    void aSubscriberOrServerThatIsRegisteredTwiceIsNotifiedOnce() {
        Election election = join();
        TestProbe<ElectionEvent> events = probe();
        TestProbe<Serve> server = probe();
        election.subscribe(events.getRef());
        election.serve(server.getRef());
        election.subscribe(events.getRef());
        election.serve(server.getRef());
        election.stand();
        world().elect(name);
        next(events, ElectionEvent.Elected.class);
        server.expectMessageClass(Serve.Start.class, LONG);
        election.subscribe(events.getRef());
        election.serve(server.getRef());
        election.withdraw();
        answer(server);
        next(events, ElectionEvent.Dismissed.class);
        next(events, ElectionEvent.Ended.class);
    }

    @Test
    void anActorThatServesTwoElectionsCanTellThemApart() {
        TestProbe<Serve> server = probe();
        String other = name + "-too";
        lead().serve(server.getRef());
        assertThat(server.expectMessageClass(Serve.Start.class, LONG).election())
                .isEqualTo(name);
        Election second = Conclave.get(world().system()).join(other);
        second.stand();
        world().elect(other);
        second.serve(server.getRef());
        assertThat(server.expectMessageClass(Serve.Start.class, LONG).election())
                .isEqualTo(other);
        second.withdraw();
        Serve.Stop stop = server.expectMessageClass(Serve.Stop.class, LONG);
        stop.replyTo().tell(Done.getInstance());
        assertThat(stop.election()).isEqualTo(other);
        assertThat(stop.leadership().election()).isEqualTo(other);
    }

    @Test
    void s4_onlyANodeThatLeadsHasALeadershipWithItsToken() {
        Election election = join();
        assertThat(election.leadership()).isEmpty();
        election.stand();
        world().elect(name);
        Leadership leadership = election.leadership().orElseThrow();
        long token = leadership.fencingToken();
        assertThat(leadership)
                .hasToString(
                        "the leadership of \"" + name + "\" in term " + leadership.term() + ", fencing token " + token);
        world().letOtherStand(name);
        join(election.handOver());
        await().atMost(LONG).until(() -> election.status().leader().equals(Optional.of(world().other())));
        assertThat(election.leadership()).isEmpty();
        assertThat(election.status().term()).isGreaterThan(token);
        assertThat(leadership.fencingToken()).isEqualTo(token);
    }

    @Test
    void r9_aNodeThatDoesNotLeadCannotHandOver() {
        assertThatThrownBy(() -> join(join().handOver()))
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("does not lead \"" + name + "\"");
    }

    @Test
    void r9_aLeaderWithoutAnotherCandidateGoesOnLeading() {
        Election election = lead();
        assertThatThrownBy(() -> join(election.handOver()))
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("there is no other candidate in \"" + name + "\"");
        assertThat(election.leadership().isPresent()).isTrue();
    }

    @Test
    void r9_aHandOverCompletesWhenTheServerHasStoppedAndThenTheOtherNodeLeads() {
        Election election = lead();
        TestProbe<ElectionEvent> events = probe();
        TestProbe<Serve> server = probe();
        election.subscribe(events.getRef());
        election.serve(server.getRef());
        next(events, ElectionEvent.Elected.class);
        server.expectMessageClass(Serve.Start.class, LONG);
        world().letOtherStand(name);
        CompletableFuture<Done> over = election.handOver().toCompletableFuture();
        Serve.Stop stop = server.expectMessageClass(Serve.Stop.class, LONG);
        assertThat(stop.leadership().holds()).isFalse();
        assertThat(stop.leadership().leaseRemaining()).isPositive().isLessThan(Duration.ofSeconds(1));
        assertThat(over).isNotDone();
        stop.replyTo().tell(Done.getInstance());
        join(over);
        assertThat(next(events, ElectionEvent.Dismissed.class).reason()).isEqualTo(ElectionEvent.Reason.HAND_OVER);
        next(events, ElectionEvent.Ended.class);
        assertThat(next(events, ElectionEvent.Following.class).leader()).isEqualTo(world().other());
        assertThat(election.status().leader()).contains(world().other());
        assertThat(stop.leadership().leaseRemaining()).isZero();
    }

    @Test
    void r9_aHandOverNamesItsSuccessor() {
        Election election = lead();
        assertThatThrownBy(() -> join(election.handOver(world().self())))
                .hasCauseInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("to itself");
        assertThatThrownBy(() -> join(election.handOver(world().other())))
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("keeps leading it");
        world().letOtherStand(name);
        TestProbe<Serve> server = probe();
        election.serve(server.getRef());
        server.expectMessageClass(Serve.Start.class, LONG);
        CompletableFuture<Done> over = election.handOver(world().other()).toCompletableFuture();
        CompletableFuture<Done> same = election.handOver(world().other()).toCompletableFuture();
        Serve.Stop stop = server.expectMessageClass(Serve.Stop.class, LONG);
        assertThat(election.leadership()).isEmpty();
        stop.replyTo().tell(Done.getInstance());
        join(over);
        join(same);
        await().atMost(LONG).until(() -> election.status().leader().equals(Optional.of(world().other())));
        assertThatThrownBy(() -> join(election.handOver(world().other())))
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("does not lead \"" + name + "\"");
    }

    @Test
    void r9_aNodeThatWithdrawsNoLongerLeads() {
        Election election = lead();
        TestProbe<ElectionEvent> events = probe();
        election.subscribe(events.getRef());
        next(events, ElectionEvent.Elected.class);
        election.withdraw();
        assertThat(next(events, ElectionEvent.Dismissed.class).reason()).isEqualTo(ElectionEvent.Reason.WITHDRAWN);
        next(events, ElectionEvent.Ended.class);
        assertThat(election.status().leader()).isEmpty();
    }

    @Test
    void leavingAnElectionNotifiesItsSubscribersAndFailsWhenElected() {
        Election election = join();
        CompletableFuture<Leadership> never = election.whenElected().toCompletableFuture();
        TestProbe<ElectionEvent> events = probe();
        election.subscribe(events.getRef());
        events.expectMessageClass(ElectionEvent.Leaderless.class, LONG);
        join(election.leave());
        events.expectMessageClass(ElectionEvent.Stopped.class, LONG);
        assertThatThrownBy(() -> join(never)).hasCauseInstanceOf(IllegalStateException.class);
        election.subscribe(events.getRef());
        events.expectMessageClass(ElectionEvent.Leaderless.class, LONG);
    }

    @Test
    void leavingAnElectionThatTheNodeLeadsWaitsForItsServerToStop() {
        Election election = lead();
        TestProbe<Serve> server = probe();
        election.serve(server.getRef());
        server.expectMessageClass(Serve.Start.class, LONG);
        CompletableFuture<Done> left = election.leave().toCompletableFuture();
        Serve.Stop stop = server.expectMessageClass(Serve.Stop.class, LONG);
        assertThat(left).isNotDone();
        stop.replyTo().tell(Done.getInstance());
        join(left);
    }

    @Test
    void aServerThatEndsWhileItStopsCountsAsStopped() {
        Election election = lead();
        TestProbe<Serve> server = probe();
        election.serve(server.getRef());
        server.expectMessageClass(Serve.Start.class, LONG);
        CompletableFuture<Done> left = election.leave().toCompletableFuture();
        server.expectMessageClass(Serve.Stop.class, LONG);
        server.stop();
        join(left);
    }

    /** An actor that fails when it receives {@code Start}. */
    private ActorRef<Serve> brokenServer() {
        return world().system()
                .systemActorOf(
                        Behaviors.receiveMessage(told -> {
                            throw new IllegalStateException("provoked by the test");
                        }),
                        "broken-" + name,
                        Props.empty());
    }

    @Test
    void r9_aLeaderWhoseServerEndsHandsOver() {
        Election election = lead();
        world().letOtherStand(name);
        election.serve(brokenServer());
        await().atMost(LONG).until(() -> election.status().leader().equals(Optional.of(world().other())));
    }

    @Test
    void aLeaderWhoseServerEndsGoesOnWithoutAnotherCandidateAndLogsIt() {
        Election election = lead();
        try (LogLines log = LogLines.of("dev.conclave")) {
            election.serve(brokenServer());
            await().atMost(LONG).until(() -> log.soFar().stream().anyMatch(this::saysThatItsServerEnded));
        }
        // If a hand-over had begun, its event would arrive before this answer.
        assertThatThrownBy(() -> join(election.handOver())).hasMessageContaining("there is no other candidate");
        assertThat(election.leadership().isPresent()).isTrue();
    }

    @Test
    void aLeaderWhoseServerEndsGoesOnIfItIsSetToGoOn() {
        Election election = lead();
        world().letOtherStand(name);
        long term = election.status().term();
        try (LogLines log = LogLines.of("dev.conclave")) {
            election.serve(brokenServer(), WhenServerEnds.GO_ON);
            await().atMost(LONG).until(() -> log.soFar().stream().anyMatch(this::saysThatItsServerEnded));
        }
        TestProbe<Serve> another = probe();
        election.serve(another.getRef());
        assertThat(another.expectMessageClass(Serve.Start.class, LONG)
                        .leadership()
                        .fencingToken())
                .isEqualTo(term);
    }

    private boolean saysThatItsServerEnded(String line) {
        return line.contains("broken-" + name) && line.contains("ended although it was serving in term");
    }

    @Test
    void aNodeIsReadyWhileItKnowsTheLeaderAndLeavesWhenItsServersHaveStopped() {
        try (World world = anotherWorld()) {
            ConclaveHealthCheck check = new ConclaveHealthCheck(Adapter.toClassic(world.system()));
            Election election = Conclave.get(world.system()).join(TestCluster.ELECTION);
            assertThat(join(check.get())).isFalse();
            election.stand();
            world.elect(TestCluster.ELECTION);
            assertThat(join(check.get())).isTrue();
            TestProbe<Serve> server = TestProbe.create(world.system());
            election.serve(server.getRef());
            server.expectMessageClass(Serve.Start.class, LONG);
            CompletableFuture<Done> left = Conclave.get(world.system()).leave().toCompletableFuture();
            Serve.Stop stop = server.expectMessageClass(Serve.Stop.class, LONG);
            assertThat(stop.leadership().holds()).isFalse();
            assertThat(left).as("left before its server has answered").isNotDone();
            stop.replyTo().tell(Done.getInstance());
            join(left);
            assertThat(election.leadership().isPresent()).isFalse();
            assertThat(join(check.get())).isFalse();
        }
    }

    @Test
    void r9_aDrainedNodeLeadsNothingUntilItIsUndrained() {
        try (World world = anotherWorld()) {
            Conclave conclave = Conclave.get(world.system());
            Election election = conclave.join(TestCluster.ELECTION);
            TestProbe<ElectionEvent> events = TestProbe.create(world.system());
            TestProbe<Serve> server = TestProbe.create(world.system());
            election.subscribe(events.getRef());
            election.serve(server.getRef());
            election.stand();
            world.elect(TestCluster.ELECTION);
            next(events, ElectionEvent.Elected.class);
            server.expectMessageClass(Serve.Start.class, LONG);
            assertThat(conclave.isDrained()).isFalse();

            CompletableFuture<Done> drained = conclave.drain().toCompletableFuture();
            CompletableFuture<Done> again = conclave.drain().toCompletableFuture();
            assertThat(conclave.isDrained()).isTrue();
            Serve.Stop stop = server.expectMessageClass(Serve.Stop.class, LONG);
            assertThat(drained).as("drained before its server has answered").isNotDone();
            stop.replyTo().tell(Done.getInstance());
            join(drained);
            join(again);
            assertThat(next(events, ElectionEvent.Dismissed.class).reason()).isEqualTo(ElectionEvent.Reason.WITHDRAWN);
            next(events, ElectionEvent.Ended.class);
            assertThat(election.leadership()).isEmpty();
            election.withdraw();
            election.stand();
            assertThatThrownBy(() -> join(election.handOver())).hasMessageContaining("does not lead");

            conclave.undrain();
            assertThat(conclave.isDrained()).isFalse();
            world.elect(TestCluster.ELECTION);
            next(events, ElectionEvent.Elected.class);
            server.expectMessageClass(Serve.Start.class, LONG);
        }
    }

    @Test
    void r8_aTaskRunsWithTheTokenWhileItsNodeLeadsAndIsInterruptedBeforeTheLeadershipEnds() {
        Election election = join();
        CompletableFuture<Leadership> began = new CompletableFuture<>();
        CompletableFuture<Duration> interrupted = new CompletableFuture<>();
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            LeadingTaskHandle task = election.whileLeading(executor, leadership -> {
                began.complete(leadership);
                try {
                    new CountDownLatch(1).await();
                } finally {
                    interrupted.complete(leadership.leaseRemaining());
                }
            });
            election.stand();
            world().elect(name);
            assertThat(join(began).fencingToken()).isEqualTo(election.status().term());
            election.withdraw();
            assertThat(join(interrupted)).isPositive();
            await().atMost(LONG).until(() -> election.status().leader().isEmpty());
            assertThat(join(began).holds()).isFalse();
            task.close();
            join(task.ended());
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void anAkkaLeaseIsHeldByTheNodeThatLeadsItsElection() {
        Lease lease = LeaseProvider.get(Adapter.toClassic(world().system())).getLease(name, "conclave.lease", "owner");
        CompletionStage<Boolean> acquired = lease.acquire();
        world().grantLease(name);
        assertThat(join(acquired)).isTrue();
        assertThat(lease.checkLease()).isTrue();
        assertThat(join(lease.release())).isTrue();
        assertThat(lease.checkLease()).isFalse();
    }
}
