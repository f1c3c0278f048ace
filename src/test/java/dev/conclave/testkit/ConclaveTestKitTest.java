package dev.conclave.testkit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import akka.Done;
import akka.actor.BootstrapSetup;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.coordination.lease.javadsl.Lease;
import akka.coordination.lease.javadsl.LeaseProvider;
import com.typesafe.config.ConfigFactory;
import dev.conclave.Conclave;
import dev.conclave.Election;
import dev.conclave.ElectionEvent;
import dev.conclave.Leadership;
import dev.conclave.Serve;
import dev.conclave.core.PeerId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The kit behaves toward a node like a real election; the test controls time. */
class ConclaveTestKitTest {

    private static final PeerId OTHER = PeerId.parse("10.0.0.2:2551");

    private final ConclaveTestKit conclave = ConclaveTestKit.create();
    private final ActorTestKit actors = ActorTestKit.create(ActorSystem.create(
            Behaviors.empty(),
            "test",
            ActorSystemSetup.create(
                    BootstrapSetup.create(ManualTime.config().withFallback(ConfigFactory.load())), conclave.setup())));
    private final ManualTime time = ManualTime.get(actors.system());
    private final Election orders = Conclave.get(actors.system()).join("orders");
    private final TestProbe<ElectionEvent> events = actors.createTestProbe();
    private final TestProbe<Serve> user = actors.createTestProbe();

    @BeforeEach
    void stand() {
        orders.stand();
    }

    @AfterEach
    void close() {
        actors.shutdownTestKit();
    }

    private <E extends ElectionEvent> E next(Class<E> kind) {
        return events.expectMessageClass(kind);
    }

    @Test
    void aSubscriberFirstReceivesThePresentState() {
        orders.subscribe(events.getRef());
        next(ElectionEvent.Leaderless.class);
        conclave.electOther("orders", OTHER);
        assertThat(next(ElectionEvent.Following.class).leader()).isEqualTo(OTHER);
        conclave.loseOther("orders");
        next(ElectionEvent.Leaderless.class);
        conclave.elect("orders");
        TestProbe<ElectionEvent> late = actors.createTestProbe();
        orders.subscribe(late.getRef());
        assertThat(late.expectMessageClass(ElectionEvent.Elected.class).term()).isEqualTo(2);
    }

    @Test
    void r8_aLeadershipHoldsUntilItIsDismissedAndIsOverWhenItsUsersHaveStopped() {
        orders.serve(user.getRef());
        orders.subscribe(events.getRef());
        next(ElectionEvent.Leaderless.class);
        Leadership leadership = conclave.elect("orders");
        assertThat(leadership.holds()).isTrue();
        assertThat(orders.status().leader()).contains(conclave.self());
        assertThat(user.expectMessageClass(Serve.Start.class).leadership()).isSameAs(leadership);
        next(ElectionEvent.Standing.class);
        next(ElectionEvent.Elected.class);
        CompletableFuture<Done> over = conclave.dismiss("orders").toCompletableFuture();
        assertThat(leadership.holds()).isFalse();
        assertThat(leadership.leaseRemaining()).isPositive();
        next(ElectionEvent.Dismissed.class);
        Serve.Stop stop = user.expectMessageClass(Serve.Stop.class);
        events.expectNoMessage(Duration.ZERO);
        assertThat(over).isNotDone();
        stop.replyTo().tell(Done.getInstance());
        next(ElectionEvent.Ended.class);
        next(ElectionEvent.Leaderless.class);
        // The events are sent first, so that those of the next election come after them.
        await().atMost(30, SECONDS).until(over::isDone);
        assertThat(leadership.leaseRemaining()).isZero();
    }

    @Test
    void r8_aUserThatDoesNotAnswerIsOvertakenByTheEndOfTheLeaseInTestTime() {
        orders.serve(user.getRef());
        Leadership leadership = conclave.elect("orders");
        CompletableFuture<Done> over =
                conclave.dismiss("orders", Duration.ofHours(1)).toCompletableFuture();
        user.expectMessageClass(Serve.Start.class);
        user.expectMessageClass(Serve.Stop.class);
        time.timePasses(Duration.ofMinutes(59));
        assertThat(over).isNotDone();
        assertThat(leadership.leaseRemaining()).isEqualTo(Duration.ofMinutes(1));
        time.timePasses(Duration.ofMinutes(1));
        await().atMost(30, SECONDS).until(over::isDone);
        assertThat(leadership.leaseRemaining()).isZero();
    }

    @Test
    void r7_noNodeLeadsWhileUsersOfAnEarlierTermStillStop() {
        orders.serve(user.getRef());
        conclave.elect("orders");
        var over = conclave.dismiss("orders");
        assertThatThrownBy(() -> conclave.elect("orders")).hasMessageContaining("wait for what dismiss() returned");
        user.expectMessageClass(Serve.Start.class);
        user.expectMessageClass(Serve.Stop.class).replyTo().tell(Done.getInstance());
        over.toCompletableFuture().join();
        assertThat(conclave.elect("orders").fencingToken()).isEqualTo(2);
        assertThatThrownBy(() -> conclave.elect("orders")).hasMessageContaining("dismiss it first");
    }

    @Test
    void r9_anotherNodeLeadsOnlyWhenTheUsersHaveStopped() {
        orders.serve(user.getRef());
        conclave.elect("orders");
        var follows = conclave.electOther("orders", OTHER).toCompletableFuture();
        user.expectMessageClass(Serve.Start.class);
        Serve.Stop stop = user.expectMessageClass(Serve.Stop.class);
        assertThat(orders.status().leader()).isEmpty();
        stop.replyTo().tell(Done.getInstance());
        follows.join();
        assertThat(orders.status().leader()).contains(OTHER);
        assertThat(orders.status().term()).isEqualTo(2);
        assertThatThrownBy(() -> conclave.electOther("orders", conclave.self()))
                .hasMessageContaining("is the node under test");
    }

    @Test
    void aUserThatEndsCountsAsStopped() {
        orders.serve(user.getRef());
        conclave.elect("orders");
        user.expectMessageClass(Serve.Start.class);
        var over = conclave.dismiss("orders").toCompletableFuture();
        assertThat(over).isNotDone();
        user.stop();
        await().atMost(30, SECONDS).until(over::isDone);
    }

    @Test
    void r14_aLeadershipDoesNotHoldAfterAPauseBeyondTheLeaseBeforeAnythingElseHappens() {
        orders.serve(user.getRef());
        Leadership leadership = conclave.elect("orders");
        user.expectMessageClass(Serve.Start.class);
        conclave.oversleep("orders");
        assertThat(leadership.holds()).isFalse();
        user.expectNoMessage(Duration.ZERO);
        conclave.wakeUp("orders");
        user.expectMessageClass(Serve.Stop.class);
        assertThat(conclave.elect("orders").fencingToken()).isEqualTo(2);
    }

    @Test
    void aTestSeesThatTheNodeStandsLeadsHandsOverAndWithdraws() {
        assertThat(conclave.stands("invoices")).isFalse();
        assertThat(conclave.stands("orders")).isTrue();
        var elected = orders.whenElected();
        assertThat(elected.toCompletableFuture()).isNotDone();
        Leadership leadership = conclave.elect("orders");
        assertThat(elected.toCompletableFuture().join()).isSameAs(leadership);
        assertThat(orders.whenElected().toCompletableFuture().join()).isSameAs(leadership);
        conclave.addCandidate("orders", OTHER);
        orders.handOver().toCompletableFuture().join();
        assertThat(leadership.holds()).isFalse();
        assertThat(orders.status().leader()).contains(OTHER);
        assertThat(orders.handOver().toCompletableFuture()).isCompletedExceptionally();
        conclave.elect("orders");
        conclave.removeCandidate("orders", OTHER);
        orders.withdraw();
        assertThat(conclave.stands("orders")).isFalse();
        assertThat(orders.leadership().isPresent()).isFalse();
        orders.subscribe(events.getRef());
        next(ElectionEvent.Leaderless.class);
        orders.leave().toCompletableFuture().join();
        next(ElectionEvent.Stopped.class);
    }

    @Test
    void aNodeThatDoesNotStandIsNotElected() {
        assertThatThrownBy(() -> conclave.elect("typo"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("127.0.0.1:25520 is not a candidate in \"typo\"");
        orders.withdraw();
        assertThatThrownBy(() -> conclave.elect("orders")).hasMessageContaining("is not a candidate in \"orders\"");
    }

    @Test
    void r9_aLeaseIsRenewedWhileUsersStopAndUsersThatNeverAnswerHaveTenElectionTimeouts() {
        orders.serve(user.getRef());
        Leadership leadership = conclave.elect("orders");
        conclave.addCandidate("orders", OTHER);
        CompletableFuture<Done> over = orders.handOver().toCompletableFuture();
        Duration whole = leadership.leaseRemaining();
        assertThat(whole).isBetween(Duration.ofMillis(980), Duration.ofMillis(981));
        time.timePasses(Duration.ofSeconds(9));
        assertThat(leadership.leaseRemaining()).isEqualTo(whole);
        time.timePasses(Duration.ofMillis(500));
        assertThat(leadership.leaseRemaining()).isEqualTo(Duration.ofMillis(500));
        assertThat(over).isNotDone();
        time.timePasses(Duration.ofMillis(500));
        await().atMost(30, SECONDS).until(over::isDone);
        assertThat(orders.status().leader()).contains(OTHER);
    }

    @Test
    void aLeaseThatAnotherNodeHoldsIsRefusedWhenTheTestLetsAnElectionTimeoutPass() {
        Lease lease = LeaseProvider.get(Adapter.toClassic(actors.system())).getLease("sbr", "conclave.lease", "owner");
        String election = conclave.leaseElection("sbr");
        var acquired = lease.acquire().toCompletableFuture();
        await().atMost(30, SECONDS).until(() -> conclave.stands(election));
        conclave.electOther(election, OTHER);
        assertThat(acquired).isNotDone();
        time.timePasses(Duration.ofSeconds(1));
        assertThat(acquired.orTimeout(30, SECONDS).join()).isFalse();
    }

    @Test
    void aTestKitServesOneActorSystemAndRefusesASecond() {
        assertThatThrownBy(() -> ConclaveTestKit.create().elect("orders")).hasMessageContaining("pass setup()");
        assertThatThrownBy(() ->
                        ActorSystem.create(Behaviors.empty(), "second", ActorSystemSetup.create(conclave.setup())))
                .hasMessageContaining("create one for each");
        assertThatThrownBy(() -> conclave.dismiss("orders")).hasMessageContaining("does not lead");
    }

    @Test
    void aTestKitRefusesNamesOfConclavesOwnElections() {
        assertThatThrownBy(() -> conclave.elect("conclave/lease/orders"))
                .hasMessageContaining("begins with \"conclave/\"");
        assertThatThrownBy(() -> Conclave.get(actors.system()).join("conclave/orders"))
                .hasMessageContaining("begins with \"conclave/\"");
    }
}
