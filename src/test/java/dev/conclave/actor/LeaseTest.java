package dev.conclave.actor;

import static org.assertj.core.api.Assertions.assertThat;

import akka.Done;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.conclave.core.Message;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** R14 and R8: the answer to "do I lead?" is made of the clocks at the moment of the question. */
class LeaseTest {

    private final Scene scene = new Scene();

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void r14_aLeaseIsCorrectRightAfterAPauseBeforeAnythingElseHappens() {
        Lease lease = scene.lead();
        assertThat(lease.holds()).isTrue();
        // The wall clock counts whole milliseconds, and is never believed for longer than the other.
        scene.clock.pause(
                Duration.ofNanos(lease.untilNanos() - scene.clock.nanoTime()).minusMillis(2));
        assertThat(lease.holds()).isTrue();
        scene.clock.pause(Duration.ofMillis(2));
        assertThat(lease.holds()).isFalse();
    }

    @Test
    void r7_aLeaseLastsFromTheInstantBeforeTheAcknowledgedRoundWasSent() {
        Lease lease = scene.lead();
        Message.Heartbeat round = scene.last(Message.Heartbeat.class);
        assertThat(lease.untilNanos()).isEqualTo(round.sentAt() + Scene.SETTINGS.leaseNanos());
    }

    @Test
    void aLeaseIsRenewedByEachAcknowledgedRoundAndByNothingElse() {
        Lease lease = scene.lead();
        for (int round = 0; round < 20; round++) {
            long before = lease.untilNanos();
            scene.pass(Scene.H);
            assertThat(lease.untilNanos()).isEqualTo(before);
            scene.acknowledge();
            assertThat(lease.untilNanos()).isEqualTo(before + Scene.H.toNanos());
            scene.acknowledge();
            assertThat(lease.untilNanos()).isEqualTo(before + Scene.H.toNanos());
        }
        assertThat(lease.holds()).isTrue();
        assertThat(scene.seenOf("elected", "dismissed")).containsExactly("elected 1");
    }

    @Test
    void aLeaseIsNeverHeldAgainAfterItsDismissal() {
        Lease lease = scene.lead();
        scene.tell(new PeerActor.Withdraw());
        assertThat(lease.holds()).isFalse();
        scene.acknowledge();
        assertThat(lease.holds()).isFalse();
        assertThat(scene.seenOf("dismissed")).containsExactly("dismissed 1 WITHDRAWN");
    }

    @Test
    void r9_theRemainingTimeOfADismissedLeaseIsRenewedWhileItsUsersStop() {
        TestProbe<Done> holder = scene.kit.createTestProbe();
        scene.tell(new PeerActor.Serve(holder.getRef(), scene.user("one", new ConcurrentLinkedQueue<>())));
        Lease lease = scene.lead();
        scene.tell(new PeerActor.HandOver(new CompletableFuture<>()));
        assertThat(lease.holds()).isFalse();
        long left = lease.remainingNanos();
        assertThat(left).isPositive();
        scene.pass(Scene.H);
        assertThat(lease.remainingNanos()).isEqualTo(left - Scene.H.toNanos());
        scene.acknowledge();
        assertThat(lease.remainingNanos()).isEqualTo(left);
        scene.clock.pause(Duration.ofNanos(left));
        assertThat(lease.remainingNanos()).isZero();
    }

    @Test
    void r10_aLeaseIsNotHeldWhenTheNodeCannotVouchForIt() {
        Lease lease = scene.lead();
        scene.vouched.set(false);
        assertThat(lease.holds()).isFalse();
        assertThat(lease.remainingNanos()).isZero();
    }

    @Test
    void aSuspensionOfTheMachineEndsTheLeaseAtOnceAndThePeerVoidsIt() {
        Lease lease = scene.lead();
        scene.clock.suspend(Scene.E);
        assertThat(lease.holds()).isFalse();
        assertThat(scene.seenOf("dismissed")).isEmpty();
        scene.pass(Scene.H);
        assertThat(scene.seenOf("dismissed", "ended")).containsExactly("dismissed 1 VOID", "ended 1 VOID");
    }

    @Test
    void anAcknowledgementUnderWayDuringASuspensionDoesNotRenewTheLease() {
        Lease lease = scene.lead();
        scene.pass(Scene.H);
        scene.clock.suspend(Scene.E);
        scene.acknowledge();
        assertThat(lease.holds()).isFalse();
        assertThat(scene.seenOf("dismissed")).containsExactly("dismissed 1 VOID");
    }

    @Test
    void aShortSuspensionBeforeAnAcknowledgementIsCountedAgainstTheLease() {
        Lease lease = scene.lead();
        scene.pass(Scene.H);
        scene.clock.suspend(Duration.ofMillis(300));
        scene.acknowledge();
        assertThat(lease.holds()).isTrue();
        // 300 ms have gone for the others that this peer's monotonic clock has not seen.
        scene.clock.pause(Duration.ofNanos(Scene.SETTINGS.leaseNanos()).minusMillis(301));
        assertThat(lease.holds()).isTrue();
        scene.clock.pause(Duration.ofMillis(2));
        assertThat(lease.holds()).isFalse();
    }

    @Test
    void aSuspensionBeforeTheFirstAcknowledgementPreventsTheLease() {
        long term = scene.stand();
        scene.hear(Scene.BERT, new Message.VoteGranted(term));
        scene.clock.suspend(Scene.E);
        scene.acknowledge();
        assertThat(scene.seenOf("elected")).isEmpty();
        assertThat(scene.view.sight().lease()).isEmpty();
    }

    @Test
    void aSuspensionBeforeTheElectionDoesNotShortenTheLease() {
        scene.clock.suspend(Scene.E.multipliedBy(1000));
        Lease lease = scene.lead();
        assertThat(lease.holds()).isTrue();
        scene.pass(Scene.H);
        scene.acknowledge();
        assertThat(lease.holds()).isTrue();
    }

    @Test
    void aWallClockThatIsSetBackDoesNotShortenTheLease() {
        Lease lease = scene.lead();
        scene.clock.suspend(Duration.ofHours(-1));
        scene.pass(Scene.H);
        scene.acknowledge();
        assertThat(lease.holds()).isTrue();
    }

    @Test
    void stepsOfTheWallClockBetweenAcknowledgedRoundsDoNotAddUp() {
        Lease lease = scene.lead();
        for (int step = 0; step < 40; step++) {
            scene.clock.suspend(Duration.ofMillis(50));
            scene.pass(Scene.H);
            scene.acknowledge();
        }
        assertThat(lease.holds()).isTrue();
        assertThat(scene.seenOf("dismissed", "ended")).isEmpty();
        // The steps do not prolong the lease either.
        assertThat(millisLeft(lease)).isEqualTo(millisOf(lease.untilNanos()));
    }

    @Test
    void stepsOfTheWallClockCountUntilALaterRoundIsAcknowledged() {
        Lease lease = scene.lead();
        long until = lease.untilNanos();
        for (int step = 0; step < 4; step++) {
            scene.clock.suspend(Duration.ofMillis(50));
        }
        assertThat(millisLeft(lease)).isEqualTo(millisOf(until) - 200);
        scene.acknowledge();
        assertThat(millisLeft(lease)).isEqualTo(millisOf(until) - 200);
        scene.pass(Scene.H);
        scene.acknowledge();
        assertThat(millisLeft(lease)).isEqualTo(millisOf(lease.untilNanos()));
    }

    @Test
    void anOldRoundsAcknowledgementIsJudgedByTheClocksOfThatRound() {
        Lease lease = scene.lead();
        scene.pass(Scene.H);
        Message.Heartbeat before = scene.last(Message.Heartbeat.class);
        scene.clock.suspend(Duration.ofMillis(300));
        scene.pass(Scene.H);
        scene.hear(Scene.BERT, new Message.HeartbeatAck(before.term(), before.sentAt(), true));
        assertThat(lease.untilNanos()).isEqualTo(before.sentAt() + Scene.SETTINGS.leaseNanos());
        assertThat(millisLeft(lease)).isEqualTo(millisOf(lease.untilNanos()) - 300);
    }

    @Test
    void aWallClockSetBackAndCorrectedBeforeTheNextRoundDoesNotShortenTheLease() {
        Lease lease = scene.lead();
        scene.clock.suspend(Duration.ofHours(-1));
        scene.acknowledge();
        scene.clock.suspend(Duration.ofHours(1));
        scene.acknowledge();
        assertThat(lease.holds()).isTrue();
        scene.pass(Scene.H);
        scene.acknowledge();
        assertThat(millisLeft(lease)).isEqualTo(millisOf(lease.untilNanos()));
        assertThat(scene.seenOf("dismissed", "ended")).isEmpty();
    }

    @Test
    void aWallClockSetBackAndCorrectedInSmallStepsDoesNotShortenTheLease() {
        Lease lease = scene.lead();
        for (int step = 0; step < 80; step++) {
            scene.clock.suspend(Duration.ofMillis(step < 40 ? -50 : 50));
            scene.pass(Scene.H);
            scene.acknowledge();
        }
        assertThat(lease.holds()).isTrue();
        assertThat(scene.seenOf("dismissed", "ended")).isEmpty();
    }

    @Test
    void stepsOfTheWallClockDoNotAddUpWhileAWinnerWaitsForTheUsersOfItsFormerLeadership() {
        ConcurrentLinkedQueue<ActorRef<Done>> answers = new ConcurrentLinkedQueue<>();
        TestProbe<Done> holder = scene.kit.createTestProbe();
        scene.tell(new PeerActor.Serve(holder.getRef(), scene.user("one", answers)));
        scene.lead();
        // A higher term is met: the leader stands above it, while its user still works.
        scene.hear(Scene.CLEO, new Message.HeartbeatRefused(5));
        scene.hear(Scene.BERT, new Message.VoteGranted(6));
        for (int step = 0; step < 6; step++) {
            scene.clock.suspend(Duration.ofMillis(50));
            scene.acknowledge();
            scene.pass(Scene.H);
            scene.acknowledge();
        }
        ActorRef<Done> answer = answers.remove();
        answer.tell(Done.getInstance());
        holder.expectTerminated(answer, Duration.ofSeconds(10));
        scene.settle();
        assertThat(scene.seenOf("elected", "ended")).containsExactly("elected 1", "ended 1 HIGHER_TERM", "elected 6");
        assertThat(scene.view.sight().lease().orElseThrow().holds()).isTrue();
    }

    /** The wall clock counts whole milliseconds. */
    private static long millisLeft(Lease lease) {
        return lease.remainingNanos() / 1_000_000;
    }

    private long millisOf(long untilNanos) {
        return (untilNanos - scene.clock.nanoTime()) / 1_000_000;
    }
}
