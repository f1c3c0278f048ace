package dev.conclave.core;

import static dev.conclave.core.Probe.peer;
import static dev.conclave.core.Words.LEASE;
import static dev.conclave.core.Words.heartbeat;
import static dev.conclave.core.Words.ms;
import static dev.conclave.core.Words.release;
import static dev.conclave.core.Words.send;

import dev.conclave.core.Effect.Dismissed;
import dev.conclave.core.Effect.Ended;
import dev.conclave.core.Effect.Reason;
import dev.conclave.core.Message.HeartbeatAck;
import dev.conclave.core.Message.Observe;
import dev.conclave.core.Message.RequestVote;
import dev.conclave.core.Message.VoteGranted;
import dev.conclave.core.Message.VoteRefused;
import org.junit.jupiter.api.Test;

/** R10: a dead process is not obeyed. What a proof is, the lifeline decides; here is what it means. */
class R10DeadProcessTest {

    // "Heartbeats carry the incarnation, and loyalty is owed to that one. (...) Whoever has the proof drops its loyalty
    // to
    // that incarnation"

    @Test
    void theProofEndsTheLoyalty() {
        voter().hearsBeat("b", 3)
                .hearsOfTheDeathOf("b")
                .hears("c", new RequestVote(5, 0))
                .doesAmongOthers(send("c", new VoteGranted(5)));
    }

    /** A4: p0 stands, restarts, leads; the proof about its first life must not free the voters of its second. */
    @Test
    void theProofAboutAnotherLifeDoesNot() {
        Probe voter = voter().hears("b", 2, heartbeat(3, 0)).hearsOfTheDeathOf("b", 1);
        voter.hears("c", new RequestVote(5, 0)).does(send("c", new VoteRefused(3, 5)));
        voter.hearsOfTheDeathOf("b", 3).hears("c", new RequestVote(5, 0)).does(send("c", new VoteRefused(3, 5)));
    }

    @Test
    void norDoesTheProofAboutSomebodyElse() {
        Probe voter = voter().hearsBeat("b", 3).hearsOfTheDeathOf("c").hearsOfTheDeathOf("w");
        voter.hears("c", 2, new RequestVote(5, 0)).does(send("c", new VoteRefused(3, 5)));
    }

    /** It cannot know whom it has forgotten. */
    @Test
    void theLoyaltyOfTheStartIsEndedByNoProof() {
        Probe restarted =
                peer("a").remembering(3).of("a", "b", "c").takesPartLoyally().hearsOfTheDeathOf("b");
        restarted.hears("c", new RequestVote(5, 0)).does(send("c", new VoteRefused(3, 5)));
    }

    // "Nothing but the lifeline is evidence; no other message, however new."

    @Test
    void aMessageOfANewLifeIsNoEvidence() {
        Probe voter =
                voter().hearsBeat("b", 3).hears("b", 2, new Observe(0, false)).hears("b", 2, new VoteGranted(4));
        voter.hears("c", new RequestVote(5, 0)).does(send("c", new VoteRefused(3, 5)));
    }

    // "and its late heartbeats renew nothing"

    @Test
    void lateHeartbeatsOfTheDeadRenewNothing() {
        Probe voter = voter().hearsBeat("b", 3).hearsOfTheDeathOf("b");
        voter.after(1).hearsBeat("b", 3).isUnchanged().doesNothing();
        voter.hearsBeat("b", 8).isUnchanged().doesNothing();
        voter.hears("c", new RequestVote(9, 0)).doesAmongOthers(send("c", new VoteGranted(9)));
    }

    @Test
    void norDoThoseOfOneThatDiedBeforeItWasObeyed() {
        voter().hearsOfTheDeathOf("b").hearsBeat("b", 3).isUnchanged();
        peer("a")
                .of("a", "b", "c")
                .takesPart()
                .leads()
                .hearsOfTheDeathOf("b")
                .hearsBeat("b", 7)
                .isUnchanged()
                .leads(1);
    }

    @Test
    void norOfADeadLeaderThatIsNoVoter() {
        voter().hearsBeat("w", 3)
                .hearsOfTheDeathOf("w")
                .after(1)
                .hearsBeat("w", 3)
                .isUnchanged();
    }

    @Test
    void thoseOfItsNextLifeDo() {
        Probe voter = voter().hearsBeat("b", 3).hearsOfTheDeathOf("b", 1);
        voter.hears("b", 2, heartbeat(5, 0)).doesAmongOthers(send("b", new HeartbeatAck(5, 0, false)));
    }

    @Test
    void aPeerNeverBelievesInItsOwnDeath() {
        voter().hearsOfTheDeathOf("a").isUnchanged();
    }

    @Test
    void whoeverWatchesHearsOfItToo() {
        peer("w")
                .of("a", "b", "c")
                .hearsBeat("b", 3)
                .hearsOfTheDeathOf("b")
                .does(new Effect.Leaderless(3))
                .isA(Follower.class);
    }

    // "If a node's own listener ends for whatever reason, all its leaderships are void at that instant"

    @Test
    void theLeadershipIsVoidAtOnce() {
        Probe leader = leader();
        leader.isVoid();
        leader.doesAmongOthers(
                new Dismissed(1, Reason.VOID, leader.leaseBefore()), new Ended(1, Reason.VOID, leader.now()));
        leader.leadsNothing().isA(Follower.class);
    }

    @Test
    void soIsOneWhoseUsersWereToldBefore() {
        Probe leader = leader().handsOver().isVoid();
        leader.doesAmongOthers(new Ended(1, Reason.VOID, leader.now())).doesNothingLike(Dismissed.class);
        Probe former = leader().hearsBeat("b", 7).isVoid();
        former.does(new Ended(1, Reason.VOID, former.now())).isVoid().doesNothing();
    }

    @Test
    void soIsOneThatEndedWhileThePeerStandsAgain() {
        Probe former = leader().hears("b", new Message.HeartbeatRefused(2))
                .isStandingIn(3)
                .isVoid();
        former.does(new Ended(1, Reason.VOID, former.now())).isStandingIn(3);
    }

    @Test
    void aWinnerThatHasAnnouncedNothingEndsInSilence() {
        voter().wins().isVoid().isA(Follower.class).doesNothingLike(Dismissed.class, Ended.class);
    }

    @Test
    void itsUsersStillHaveToStopBeforeAnybodyIsReleased() {
        Probe leader = leader().isVoid().doesNothingLike(Message.Release.class);
        leader.hears("b", new RequestVote(5, 0)).does(send("b", new VoteRefused(1, 5)));
        leader.usersStopped(1).does(send("b", release(1, "b")), send("c", release(1, "b")));
    }

    @Test
    void orTheLeaseHasToEnd() {
        Probe leader = leader().isVoid().after(LEASE - ms(1)).ticks().doesNothing();
        leader.after(ms(1)).ticks().doesSomethingLike(Message.Release.class).doesNothingLike(Ended.class);
    }

    // The leader's side: a dead follower follows nobody.

    @Test
    void aDeadFollowerIsNamedNoMore() {
        Probe leader =
                leader().ticks().names("b", "c").hearsOfTheDeathOf("b").ticks().names("c");
        leader.isHeardBy("b").ticks().names("b", "c");
    }

    @Test
    void whoWasNotNamedNeedsNoNewRound() {
        Probe leader = leader().ticks().hearsOfTheDeathOf("b").ticks();
        leader.hearsOfTheDeathOf("b").ticks().doesNothing();
        leader.hearsOfTheDeathOf("w").ticks().doesNothing();
    }

    private static Probe voter() {
        return peer("a").of("a", "b", "c").takesPart();
    }

    private static Probe leader() {
        return voter().leads();
    }
}
