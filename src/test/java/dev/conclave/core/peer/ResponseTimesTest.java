package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.STEP;
import static dev.conclave.core.TestValues.ms;
import static dev.conclave.core.peer.PeerProbe.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Settings;
import dev.conclave.core.TestValues;
import dev.conclave.core.peer.Message.PreVoteGranted;
import dev.conclave.core.peer.Message.PreVoteRefused;
import dev.conclave.core.peer.Message.RequestPreVote;
import dev.conclave.core.peer.Message.RequestVote;
import dev.conclave.core.peer.Message.VoteGranted;
import org.junit.jupiter.api.Test;

/** R11: waits and rounds follow how long disks and answers take. */
class ResponseTimesTest {

    private static final Settings SETTINGS = TestValues.settings("a", "b", "c");

    private static ResponseTimes won(long nanos) {
        return new ResponseTimes(0, ResponseTimes.MOST_ROUNDS, false).afterVictory(nanos, SETTINGS);
    }

    @Test
    void theNextRoundIsHalfAsLongAgainAsTheLastVictoryTook() {
        assertThat(won(0).rounds()).isZero();
        assertThat(won(E / 3).rounds()).isZero();
        assertThat(won(E / 3 + 1).rounds()).isEqualTo(1);
        assertThat(won(E).rounds()).isEqualTo(2);
        assertThat(won(100 * E).rounds()).isEqualTo(ResponseTimes.MOST_ROUNDS);
        assertThat(won(E).roundNanos(SETTINGS)).isEqualTo(2 * E);
    }

    @Test
    void aPeerThatWonSlowlyStandsInALongerRoundTheNextTime() {
        PeerProbe slow = peer("a")
                .of("a", "b", "c")
                .takesPart()
                .stands()
                .wakes()
                .hears("b", new PreVoteGranted(1))
                .after(E / 2)
                .hears("b", new VoteGranted(1))
                .isA(Leader.class);
        assertThat(slow.peer.responseTimes().rounds()).isEqualTo(1);
        PeerProbe fast = peer("a").of("a", "b", "c").takesPart().wins().probe();
        assertThat(fast.peer.responseTimes()).isEqualTo(ResponseTimes.FAST);
    }

    /** The other's requests may reach no peer. */
    @Test
    void onALongPathAPeerLetsTheOneBeforeItStandOnceAndNotTwice() {
        PeerProbe later = peer("b").of("a", "b", "c").takesPart().stands();
        isGrantedBesideAnEarlierPeer(later).isA(Follower.class).isIn(0);
        isGrantedBesideAnEarlierPeer(later).isStandingIn(1);
    }

    private static PeerProbe isGrantedBesideAnEarlierPeer(PeerProbe later) {
        return later.wakes()
                .isCanvassing()
                .hears("a", new RequestPreVote(1, 0))
                .after(2 * STEP)
                .hears("c", new PreVoteGranted(1));
    }

    @Test
    void aRoundWithoutAMajoritysAnswersIsDoubledUpToFourElectionTimeouts() {
        ResponseTimes times = ResponseTimes.FAST;
        for (long round = E / 2; round <= 4 * E; round *= 2) {
            assertThat(times.roundNanos(SETTINGS)).isEqualTo(round);
            times = times.afterSilence();
        }
        assertThat(times.roundNanos(SETTINGS)).isEqualTo(4 * E);
    }

    @Test
    void theWaitBetweenTwoAttemptsFollowsTheLastCanvass() {
        long[] took = {STEP / 4, STEP / 4 + 1, STEP, STEP + 1, 2 * STEP, 2 * STEP + 1};
        long[] units = {STEP, STEP, STEP, 2 * STEP, 2 * STEP, 4 * STEP};
        for (int i = 0; i < took.length; i++) {
            ResponseTimes times = ResponseTimes.FAST.afterCanvass(took[i], SETTINGS);
            assertThat(times.unitNanos(SETTINGS)).as("after %d ns", took[i]).isEqualTo(units[i]);
            assertThat(times.firstLeaseNanos(SETTINGS)).isEqualTo(i == took.length - 1 ? E : E / 2);
        }
    }

    /** A heartbeat and its acknowledgement take the same path as the requests. */
    @Test
    void r7_aWinnerWaitsLongerForItsFirstLeaseWhereACanvassTookLong() {
        assertThat(waitForTheFirstLease(0)).isEqualTo(E / 2);
        assertThat(waitForTheFirstLease(3 * STEP)).isEqualTo(E);
    }

    private static long waitForTheFirstLease(long canvass) {
        PeerProbe winner = peer("a")
                .of("a", "b", "c")
                .takesPart()
                .stands()
                .wakes()
                .after(canvass)
                .hears("b", new PreVoteGranted(1))
                .hears("b", new VoteGranted(1))
                .isA(Leader.class);
        return ((Leader) winner.peer.role()).givesUpAt() - winner.now;
    }

    @Test
    void whereACanvassTakesLongARefusedPeerAsksAgainAfterALongerRandomWait() {
        assertThat(waitAfterRefusals(0)).isLessThan(E / 2);
        assertThat(waitAfterRefusals(2 * STEP + 1)).isEqualTo(2 * STEP + E / 2 - 1);
    }

    /** With the longest jitter below E/2. */
    private static long waitAfterRefusals(long took) {
        PeerProbe refused = peer("a")
                .of("a", "b", "c")
                .takesPart()
                .stands()
                .wakes()
                .after(took)
                .draws(E / 2 - 1)
                .hears("b", new PreVoteRefused(0, 1, 0))
                .hears("c", new PreVoteRefused(0, 1, 0))
                .isA(Follower.class);
        return refused.peer.wakeAt() - refused.now;
    }

    /** A force that waits for another one is not slow for that. */
    @Test
    void r3_aForceIsMeasuredFromTheEndOfTheOneBeforeIt() {
        secondForceTook(ms(400)).doesNothingLike(Effect.Slow.class);
        secondForceTook(ms(401)).doesAmongOthers(new Effect.Slow(Effect.Slow.What.DISK, ms(401)));
    }

    private static PeerProbe secondForceTook(long nanos) {
        return peer("a")
                .of("a", "b", "c")
                .takesPart()
                .slowDisk()
                .hears("b", new RequestVote(1, 0))
                .after(ms(200))
                .hears("c", new RequestVote(2, 0))
                .after(ms(200))
                .diskForces(1)
                .after(nanos)
                .diskForces(2);
    }
}
