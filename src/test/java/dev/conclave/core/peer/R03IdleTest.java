package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.ms;
import static dev.conclave.core.peer.PeerProbe.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.peer.Message.RequestVote;
import org.junit.jupiter.api.Test;

/**
 * A peer is idle, and may stop and start again from its ballot (R3, R6), when it owes nothing, does not stand and holds
 * nothing.
 */
class R03IdleTest {

    @Test
    void aPeerThatOwesNothingAndDoesNotStandIsIdle() {
        assertThat(isIdle(voter())).isTrue();
        assertThat(isIdle(voter().hears("b", new RequestVote(1, 0)))).isTrue();
    }

    @Test
    void aPeerThatStandsIsNotIdle() {
        assertThat(isIdle(voter().stands())).isFalse();
        assertThat(isIdle(voter().stands().withdraws())).isTrue();
    }

    @Test
    void aPeerWhoseVoteIsNotDurableIsNotIdle() {
        PeerProbe writing = voter().slowDisk().hears("b", new RequestVote(1, 0));
        assertThat(isIdle(writing)).isFalse();
        assertThat(isIdle(writing.diskForces())).isTrue();
    }

    @Test
    void aPeerThatLeadsOrReleasesIsNotIdle() {
        PeerProbe leader = voter().leads();
        assertThat(isIdle(leader)).isFalse();
        leader.withdraws();
        assertThat(isIdle(leader)).isFalse();
        leader.usersStopped(leader.term());
        assertThat(isIdle(leader)).isFalse();
        leader.after(3 * E).ticks();
        assertThat(isIdle(leader)).isTrue();
    }

    @Test
    void aPeerWhoseUsersMayStillWorkIsNotIdle() {
        PeerProbe dismissed = voter().leads().after(E).ticks();
        dismissed.told(new Input.Withdraw());
        Peer atWork = peer("a")
                .of("a", "b", "c")
                .takesPart()
                .leads()
                .isVoid()
                .withdraws()
                .value();
        assertThat(atWork.endingLeaderships()).isNotEmpty();
        assertThat(atWork.isIdle(Long.MAX_VALUE / 2)).isFalse();
    }

    @Test
    void aLoyalVoterIsNotIdleBeforeItsLoyaltyIsOver() {
        PeerProbe loyal = voter().hearsBeat("b", 3);
        assertThat(loyal.value().owesUntil()).isEqualTo(loyal.now() + E);
        assertThat(loyal.value().isIdle(loyal.now() + E - 1)).isFalse();
        assertThat(loyal.value().isIdle(loyal.now() + E)).isTrue();
    }

    @Test
    void aNonVoterThatFollowsALeaderIsIdle() {
        PeerProbe outsider = peer("w").of("a", "b", "c").takesPart().hearsBeat("b", 3);
        assertThat(outsider.value().owesUntil()).isEqualTo(Loyalty.NOTHING_OWED);
        assertThat(isIdle(outsider)).isTrue();
    }

    private static PeerProbe voter() {
        return peer("a").of("a", "b", "c").takesPart().after(ms(1));
    }

    private static boolean isIdle(PeerProbe probe) {
        return probe.value().isIdle(probe.now());
    }
}
