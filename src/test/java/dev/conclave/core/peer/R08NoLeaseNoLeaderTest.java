package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.H;
import static dev.conclave.core.TestValues.LEASE;
import static dev.conclave.core.TestValues.MARGIN;
import static dev.conclave.core.TestValues.ms;
import static dev.conclave.core.peer.PeerProbe.peer;

import dev.conclave.core.TestValues;
import dev.conclave.core.peer.Effect.Dismissed;
import dev.conclave.core.peer.Effect.Elected;
import dev.conclave.core.peer.Effect.Ended;
import dev.conclave.core.peer.Effect.Reason;
import dev.conclave.core.peer.Message.HeartbeatAck;
import dev.conclave.core.peer.Message.HeartbeatRefused;
import dev.conclave.core.peer.Message.Observe;
import dev.conclave.core.peer.Message.PreVoteGranted;
import dev.conclave.core.peer.Message.PreVoteRefused;
import dev.conclave.core.peer.Message.RequestPreVote;
import dev.conclave.core.peer.Message.RequestVote;
import dev.conclave.core.peer.Message.VoteGranted;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** R8: a leader without a lease does not lead. */
class R08NoLeaseNoLeaderTest {

    // "A leader checks its lease before every input, not only on a tick."

    static List<Input> everyInput() {
        return List.of(
                new Input.Tick(),
                new Input.Stand(),
                new Input.Withdraw(),
                new Input.HandOver(),
                new Input.Leave(),
                new Input.LeadershipVoid(),
                new Input.UsersStopped(1),
                new Input.ProcessGone(TestValues.id("b"), TestValues.life("b")),
                new Input.Switched(1, TestValues.settings("a", "b", "c"), false, true),
                new Input.Admitted(0),
                from(new RequestPreVote(2, 0)),
                from(new PreVoteGranted(2)),
                from(new PreVoteRefused(1, 2, 0)),
                from(new RequestVote(2, 0)),
                from(new VoteGranted(2)),
                from(new Message.VoteRefused(1, 1)),
                from(TestValues.heartbeat(2, 0)),
                from(new HeartbeatAck(1, Long.MIN_VALUE, true)),
                from(new HeartbeatRefused(2)),
                from(TestValues.release(2)),
                from(new Observe(0, true)));
    }

    private static Input from(Message message) {
        return new Input.Received(TestValues.id("b"), TestValues.life("b"), message);
    }

    @ParameterizedTest
    @MethodSource("everyInput")
    void aLeaderChecksItsLeaseBeforeEveryInput(Input input) {
        PeerProbe leader = leader();
        long until = leader.now() + LEASE;
        leader.after(LEASE).told(input).leadsNothing();
        leader.doesAmongOthers(
                new Dismissed(1, Reason.LEASE_EXPIRED, until), new Ended(1, Reason.LEASE_EXPIRED, until));
    }

    // "A margin before the end of the lease its users are told to stop."

    @Test
    void theUsersAreToldToStopAMarginBeforeTheEndOfTheLease() {
        PeerProbe leader = leader();
        long until = leader.now() + LEASE;
        leader.livesFor(LEASE - MARGIN - 1).doesNothingLike(Dismissed.class).leads(1);
        leader.livesFor(1)
                .doesAmongOthers(new Dismissed(1, Reason.LEASE_EXPIRED, until))
                .leadsNothing();
        leader.doesNothingLike(Ended.class);
    }

    @Test
    void aLeaderAsksForTheTickAtWhichItsUsersAreToldToStop() {
        leader().livesFor(LEASE - MARGIN - ms(20)).waits(ms(20));
    }

    // "that is final: no later acknowledgement renews this term"

    @Test
    void noLaterAcknowledgementRenewsADismissedLeadership() {
        PeerProbe leader = leader();
        long s = leader.now();
        leader.livesFor(LEASE - MARGIN).leadsNothing();
        leader.hears("b", new HeartbeatAck(1, s + 7 * H, true)).hears("c", new HeartbeatAck(1, s + 7 * H, true));
        leader.leadsNothing().doesNothingLike(Effect.Renewed.class, Elected.class);
    }

    @Test
    void aDismissedLeaderSendsNoHeartbeats() {
        leader().after(LEASE - MARGIN)
                .ticks()
                .livesFor(E / 2)
                .doesNothingLike(Message.Heartbeat.class)
                .isA(Follower.class);
    }

    // "The leadership is over when all have answered, at the lease's end at the latest."

    @Test
    void aDismissedLeadershipIsOverWhenAllUsersHaveStopped() {
        PeerProbe leader = leader().after(LEASE - MARGIN).ticks().after(ms(30)).usersStopped(1);
        leader.doesAmongOthers(new Ended(1, Reason.LEASE_EXPIRED, leader.now()));
        leader.usersStopped(1).doesNothingLike(Ended.class);
    }

    @Test
    void aDismissedLeadershipIsOverAtTheEndOfItsLeaseAtTheLatest() {
        PeerProbe leader = leader();
        long until = leader.now() + LEASE;
        leader.after(LEASE - MARGIN).ticks().livesFor(MARGIN - 1).doesNothingLike(Ended.class);
        leader.livesFor(1).doesAmongOthers(new Ended(1, Reason.LEASE_EXPIRED, until));
    }

    /** S4 and the demo's judge: a process that slept reports the end late, but with the right instant. */
    @Test
    void aLeaderThatSleptBeyondItsLeaseReportsTheInstantAtWhichTheLeaseEnded() {
        PeerProbe leader = leader();
        long until = leader.now() + LEASE;
        leader.after(30 * E).ticks();
        leader.doesAmongOthers(
                new Dismissed(1, Reason.LEASE_EXPIRED, until), new Ended(1, Reason.LEASE_EXPIRED, until));
    }

    @Test
    void theLastLeaseIsTheDeadlineForTheUsersOfALeaderThatWithdrew() {
        PeerProbe leader = leader().withdraws();
        leader.after(H).ticks().isHeardBy("b", "c").doesNothingLike(Effect.Renewed.class);
        long until = leader.now() + LEASE;
        leader.after(LEASE)
                .ticks()
                .does(
                        new Ended(1, Reason.WITHDRAWN, until),
                        TestValues.send("b", TestValues.release(1)),
                        TestValues.send("c", TestValues.release(1)));
    }

    private static PeerProbe leader() {
        return peer("a").of("a", "b", "c").takesPart().leads();
    }
}
