package dev.conclave.internal.peer;

import static org.assertj.core.api.Assertions.assertThat;

import akka.Done;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.conclave.core.peer.Message;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** R14 and R8: the answer to "do I lead?" is made of the clocks at the moment of the question. */
class LeadershipLeaseTest {

    private final PeerFixture peer = new PeerFixture();

    @AfterEach
    void close() {
        peer.close();
    }

    @Test
    void r14_aLeaseIsCorrectRightAfterAPauseBeforeAnythingElseHappens() {
        LeadershipLease lease = peer.lead();
        assertThat(lease.holds()).isTrue();
        // The wall clock counts whole milliseconds, and is never believed for longer than the other.
        peer.clock.pause(
                Duration.ofNanos(lease.untilNanos() - peer.clock.nanoTime()).minusMillis(2));
        assertThat(lease.holds()).isTrue();
        peer.clock.pause(Duration.ofMillis(2));
        assertThat(lease.holds()).isFalse();
    }

    @Test
    void r7_aLeaseLastsFromTheInstantBeforeTheAcknowledgedRoundWasSent() {
        LeadershipLease lease = peer.lead();
        Message.Heartbeat round = peer.last(Message.Heartbeat.class);
        assertThat(lease.untilNanos()).isEqualTo(round.sentAt() + PeerFixture.SETTINGS.leaseNanos());
    }

    @Test
    void aLeaseIsRenewedByEachAcknowledgedRoundAndByNothingElse() {
        LeadershipLease lease = peer.lead();
        for (int round = 0; round < 20; round++) {
            long before = lease.untilNanos();
            peer.pass(PeerFixture.H);
            assertThat(lease.untilNanos()).isEqualTo(before);
            peer.acknowledge();
            assertThat(lease.untilNanos()).isEqualTo(before + PeerFixture.H.toNanos());
            peer.acknowledge();
            assertThat(lease.untilNanos()).isEqualTo(before + PeerFixture.H.toNanos());
        }
        assertThat(lease.holds()).isTrue();
        assertThat(peer.seenOf("elected", "dismissed")).containsExactly("elected 1");
    }

    @Test
    void aLeaseIsNeverHeldAgainAfterItsDismissal() {
        LeadershipLease lease = peer.lead();
        peer.tell(new PeerCommand.Withdraw());
        assertThat(lease.holds()).isFalse();
        peer.acknowledge();
        assertThat(lease.holds()).isFalse();
        assertThat(peer.seenOf("dismissed")).containsExactly("dismissed 1 WITHDRAWN");
    }

    @Test
    void r9_theRemainingTimeOfADismissedLeaseIsRenewedWhileItsUsersStop() {
        TestProbe<Done> holder = peer.kit.createTestProbe();
        peer.tell(new PeerCommand.Serve(holder.getRef(), peer.user("one", new ConcurrentLinkedQueue<>())));
        LeadershipLease lease = peer.lead();
        peer.tell(new PeerCommand.HandOver(new CompletableFuture<>()));
        assertThat(lease.holds()).isFalse();
        long left = lease.remainingNanos();
        assertThat(left).isPositive();
        peer.pass(PeerFixture.H);
        assertThat(lease.remainingNanos()).isEqualTo(left - PeerFixture.H.toNanos());
        peer.acknowledge();
        assertThat(lease.remainingNanos()).isEqualTo(left);
        peer.clock.pause(Duration.ofNanos(left));
        assertThat(lease.remainingNanos()).isZero();
    }

    @Test
    void r10_aLeaseIsNotHeldWhenTheNodeCannotVouchForIt() {
        LeadershipLease lease = peer.lead();
        peer.vouched.set(false);
        assertThat(lease.holds()).isFalse();
        assertThat(lease.remainingNanos()).isZero();
    }

    @Test
    void aSuspensionOfTheMachineEndsTheLeaseAtOnceAndThePeerVoidsIt() {
        LeadershipLease lease = peer.lead();
        peer.clock.suspend(PeerFixture.E);
        assertThat(lease.holds()).isFalse();
        assertThat(peer.seenOf("dismissed")).isEmpty();
        peer.pass(PeerFixture.H);
        assertThat(peer.seenOf("dismissed", "ended")).containsExactly("dismissed 1 VOID", "ended 1 VOID");
    }

    @Test
    void anAcknowledgementUnderWayDuringASuspensionDoesNotRenewTheLease() {
        LeadershipLease lease = peer.lead();
        peer.pass(PeerFixture.H);
        peer.clock.suspend(PeerFixture.E);
        peer.acknowledge();
        assertThat(lease.holds()).isFalse();
        assertThat(peer.seenOf("dismissed")).containsExactly("dismissed 1 VOID");
    }

    @Test
    void aShortSuspensionBeforeAnAcknowledgementIsCountedAgainstTheLease() {
        LeadershipLease lease = peer.lead();
        peer.pass(PeerFixture.H);
        peer.clock.suspend(Duration.ofMillis(300));
        peer.acknowledge();
        assertThat(lease.holds()).isTrue();
        // 300 ms have gone for the others that this peer's monotonic clock has not seen.
        peer.clock.pause(Duration.ofNanos(PeerFixture.SETTINGS.leaseNanos()).minusMillis(301));
        assertThat(lease.holds()).isTrue();
        peer.clock.pause(Duration.ofMillis(2));
        assertThat(lease.holds()).isFalse();
    }

    @Test
    void aSuspensionBeforeTheFirstAcknowledgementPreventsTheLease() {
        long term = peer.stand();
        peer.hear(PeerFixture.BERT, new Message.VoteGranted(term));
        peer.clock.suspend(PeerFixture.E);
        peer.acknowledge();
        assertThat(peer.seenOf("elected")).isEmpty();
        assertThat(peer.view.sight().lease()).isEmpty();
    }

    @Test
    void aSuspensionBeforeTheElectionDoesNotShortenTheLease() {
        peer.clock.suspend(PeerFixture.E.multipliedBy(1000));
        LeadershipLease lease = peer.lead();
        assertThat(lease.holds()).isTrue();
        peer.pass(PeerFixture.H);
        peer.acknowledge();
        assertThat(lease.holds()).isTrue();
    }

    @Test
    void aWallClockThatIsSetBackDoesNotShortenTheLease() {
        LeadershipLease lease = peer.lead();
        peer.clock.suspend(Duration.ofHours(-1));
        peer.pass(PeerFixture.H);
        peer.acknowledge();
        assertThat(lease.holds()).isTrue();
    }

    @Test
    void stepsOfTheWallClockBetweenAcknowledgedRoundsDoNotAddUp() {
        LeadershipLease lease = peer.lead();
        for (int step = 0; step < 40; step++) {
            peer.clock.suspend(Duration.ofMillis(50));
            peer.pass(PeerFixture.H);
            peer.acknowledge();
        }
        assertThat(lease.holds()).isTrue();
        assertThat(peer.seenOf("dismissed", "ended")).isEmpty();
        // The steps do not prolong the lease either.
        assertThat(millisLeft(lease)).isEqualTo(millisOf(lease.untilNanos()));
    }

    @Test
    void stepsOfTheWallClockCountUntilALaterRoundIsAcknowledged() {
        LeadershipLease lease = peer.lead();
        long until = lease.untilNanos();
        for (int step = 0; step < 4; step++) {
            peer.clock.suspend(Duration.ofMillis(50));
        }
        assertThat(millisLeft(lease)).isEqualTo(millisOf(until) - 200);
        peer.acknowledge();
        assertThat(millisLeft(lease)).isEqualTo(millisOf(until) - 200);
        peer.pass(PeerFixture.H);
        peer.acknowledge();
        assertThat(millisLeft(lease)).isEqualTo(millisOf(lease.untilNanos()));
    }

    @Test
    void anOldRoundsAcknowledgementIsJudgedByTheClocksOfThatRound() {
        LeadershipLease lease = peer.lead();
        peer.pass(PeerFixture.H);
        Message.Heartbeat before = peer.last(Message.Heartbeat.class);
        peer.clock.suspend(Duration.ofMillis(300));
        peer.pass(PeerFixture.H);
        peer.hear(PeerFixture.BERT, new Message.HeartbeatAck(before.term(), before.sentAt(), true));
        assertThat(lease.untilNanos()).isEqualTo(before.sentAt() + PeerFixture.SETTINGS.leaseNanos());
        assertThat(millisLeft(lease)).isEqualTo(millisOf(lease.untilNanos()) - 300);
    }

    @Test
    void aWallClockSetBackAndCorrectedBeforeTheNextRoundDoesNotShortenTheLease() {
        LeadershipLease lease = peer.lead();
        peer.clock.suspend(Duration.ofHours(-1));
        peer.acknowledge();
        peer.clock.suspend(Duration.ofHours(1));
        peer.acknowledge();
        assertThat(lease.holds()).isTrue();
        peer.pass(PeerFixture.H);
        peer.acknowledge();
        assertThat(millisLeft(lease)).isEqualTo(millisOf(lease.untilNanos()));
        assertThat(peer.seenOf("dismissed", "ended")).isEmpty();
    }

    @Test
    void aWallClockSetBackAndCorrectedInSmallStepsDoesNotShortenTheLease() {
        LeadershipLease lease = peer.lead();
        for (int step = 0; step < 80; step++) {
            peer.clock.suspend(Duration.ofMillis(step < 40 ? -50 : 50));
            peer.pass(PeerFixture.H);
            peer.acknowledge();
        }
        assertThat(lease.holds()).isTrue();
        assertThat(peer.seenOf("dismissed", "ended")).isEmpty();
    }

    @Test
    void stepsOfTheWallClockDoNotAddUpWhileAWinnerWaitsForTheUsersOfItsFormerLeadership() {
        ConcurrentLinkedQueue<ActorRef<Done>> answers = new ConcurrentLinkedQueue<>();
        TestProbe<Done> holder = peer.kit.createTestProbe();
        peer.tell(new PeerCommand.Serve(holder.getRef(), peer.user("one", answers)));
        peer.lead();
        // A higher term is met: the leader stands above it, while its user still works.
        peer.hear(PeerFixture.CLEO, new Message.HeartbeatRefused(5));
        peer.hear(PeerFixture.BERT, new Message.VoteGranted(6));
        for (int step = 0; step < 6; step++) {
            peer.clock.suspend(Duration.ofMillis(50));
            peer.acknowledge();
            peer.pass(PeerFixture.H);
            peer.acknowledge();
        }
        ActorRef<Done> answer = answers.remove();
        answer.tell(Done.getInstance());
        holder.expectTerminated(answer, Duration.ofSeconds(10));
        peer.settle();
        assertThat(peer.seenOf("elected", "ended")).containsExactly("elected 1", "ended 1 HIGHER_TERM", "elected 6");
        assertThat(peer.view.sight().lease().orElseThrow().holds()).isTrue();
    }

    /** The wall clock counts whole milliseconds. */
    private static long millisLeft(LeadershipLease lease) {
        return lease.remainingNanos() / 1_000_000;
    }

    private long millisOf(long untilNanos) {
        return (untilNanos - peer.clock.nanoTime()) / 1_000_000;
    }
}
