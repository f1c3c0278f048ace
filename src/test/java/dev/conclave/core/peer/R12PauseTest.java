package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.H;
import static dev.conclave.core.TestValues.STEP;
import static dev.conclave.core.peer.PeerProbe.peer;

import dev.conclave.core.peer.Message.RequestPreVote;
import org.junit.jupiter.api.Test;

/** R12: a pause is not a death. */
class R12PauseTest {

    // "A timer that fires much later than its deadline means that this process slept. A follower then handles the
    // messages that have queued before it stands"

    @Test
    void aFollowerThatSleptHandlesQueuedMessagesBeforeItAsks() {
        PeerProbe follower =
                follower().after(E + H + 1).ticks().isA(Follower.class).doesNothingLike(RequestPreVote.class);
        follower.hearsBeat("b", 3).livesFor(E - 1).isA(Follower.class);
    }

    @Test
    void aFollowerThatSleptAsksAStepLaterIfNoMessageHasQueued() {
        follower().after(E + H + 1).ticks().waits(STEP).wakes().isCanvassing();
    }

    @Test
    void aTimerThatIsALittleLateIsNotAPause() {
        follower().after(E + H).ticks().isCanvassing();
    }

    // "once per silence"

    /** C8: otherwise a node that is always late would never stand. */
    @Test
    void aNodeThatIsAlwaysLateStandsAllTheSame() {
        follower()
                .after(E + H + 1)
                .ticks()
                .isA(Follower.class)
                .after(E + H + 1)
                .ticks()
                .isCanvassing();
    }

    @Test
    void aFollowerThatSleepsInALaterSilenceWaitsAgain() {
        PeerProbe follower =
                follower().after(E + H + 1).ticks().isA(Follower.class).hearsBeat("b", 3, "a");
        follower.after(E + H + 1).ticks().isA(Follower.class).waits(STEP);
    }

    @Test
    void aPeerThatDoesNotStandDoesNotWaitAfterAPause() {
        peer("a")
                .of("a", "b", "c")
                .takesPart()
                .hearsBeat("b", 3)
                .after(5 * E)
                .ticks()
                .does(new Effect.Leaderless(3));
    }

    private static PeerProbe follower() {
        return peer("a").of("a", "b", "c").takesPart().stands().hearsBeat("b", 3, "a", "c");
    }
}
