package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.LEASE;
import static dev.conclave.core.TestValues.heartbeat;
import static dev.conclave.core.TestValues.ms;
import static dev.conclave.core.TestValues.release;
import static dev.conclave.core.TestValues.send;
import static dev.conclave.core.peer.PeerProbe.peer;

import dev.conclave.core.peer.Effect.Dismissed;
import dev.conclave.core.peer.Effect.Ended;
import dev.conclave.core.peer.Effect.Reason;
import dev.conclave.core.peer.Message.HeartbeatAck;
import dev.conclave.core.peer.Message.Observe;
import dev.conclave.core.peer.Message.RequestVote;
import dev.conclave.core.peer.Message.VoteGranted;
import dev.conclave.core.peer.Message.VoteRefused;
import org.junit.jupiter.api.Test;

/** R10: a dead process has no claim. The lifeline decides what proves a death; here is what a proof does. */
class R10DeadProcessTest {

    // "Loyalty is owed to an incarnation, one life of a node; heartbeats carry it. A peer that has proof that the
    // incarnation is gone drops its loyalty to it"

    @Test
    void aProofOfDeathEndsTheLoyaltyToTheDeadLeader() {
        voter().hearsBeat("b", 3)
                .hearsOfTheDeathOf("b")
                .hears("c", new RequestVote(5, 0))
                .doesAmongOthers(send("c", new VoteGranted(5)));
    }

    /** A4: p0 stands, restarts, leads; the proof about its first life must not free the voters of its second. */
    @Test
    void aProofAboutAnotherLifeDoesNotEndTheLoyalty() {
        PeerProbe voter = voter().hears("b", 2, heartbeat(3, 0)).hearsOfTheDeathOf("b", 1);
        voter.hears("c", new RequestVote(5, 0)).does(send("c", new VoteRefused(3, 5)));
        voter.hearsOfTheDeathOf("b", 3).hears("c", new RequestVote(5, 0)).does(send("c", new VoteRefused(3, 5)));
    }

    @Test
    void aProofAboutAnotherPeerDoesNotEndTheLoyalty() {
        PeerProbe voter = voter().hearsBeat("b", 3).hearsOfTheDeathOf("c").hearsOfTheDeathOf("w");
        voter.hears("c", 2, new RequestVote(5, 0)).does(send("c", new VoteRefused(3, 5)));
    }

    /** The voter does not know which leader it has forgotten. */
    @Test
    void aProofOfDeathDoesNotEndTheLoyaltyOfTheStart() {
        PeerProbe restarted =
                peer("a").remembering(3).of("a", "b", "c").takesPartLoyally().hearsOfTheDeathOf("b");
        restarted.hears("c", new RequestVote(5, 0)).does(send("c", new VoteRefused(3, 5)));
    }

    // "The only proof is the end of a lifeline"

    @Test
    void aMessageOfANewLifeDoesNotProveThatTheFormerLifeEnded() {
        PeerProbe voter =
                voter().hearsBeat("b", 3).hears("b", 2, new Observe(0, false)).hears("b", 2, new VoteGranted(4));
        voter.hears("c", new RequestVote(5, 0)).does(send("c", new VoteRefused(3, 5)));
    }

    // "and late heartbeats of that incarnation renew nothing"

    @Test
    void lateHeartbeatsOfADeadLeaderRenewNoLoyalty() {
        PeerProbe voter = voter().hearsBeat("b", 3).hearsOfTheDeathOf("b");
        voter.after(1).hearsBeat("b", 3).isUnchanged().doesNothing();
        voter.hearsBeat("b", 8).isUnchanged().doesNothing();
        voter.hears("c", new RequestVote(9, 0)).doesAmongOthers(send("c", new VoteGranted(9)));
    }

    @Test
    void heartbeatsOfALeaderThatDiedBeforeItWasObeyedAreIgnored() {
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
    void lateHeartbeatsOfADeadLeaderThatIsNotAVoterAreIgnored() {
        voter().hearsBeat("w", 3)
                .hearsOfTheDeathOf("w")
                .after(1)
                .hearsBeat("w", 3)
                .isUnchanged();
    }

    @Test
    void heartbeatsOfTheNextLifeOfADeadLeaderAreAcknowledged() {
        PeerProbe voter = voter().hearsBeat("b", 3).hearsOfTheDeathOf("b", 1);
        voter.hears("b", 2, heartbeat(5, 0)).doesAmongOthers(send("b", new HeartbeatAck(5, 0, false)));
    }

    @Test
    void aPeerIgnoresAProofOfItsOwnDeath() {
        voter().hearsOfTheDeathOf("a").isUnchanged();
    }

    @Test
    void anObserverAnnouncesThatADeadLeaderIsGone() {
        peer("w")
                .of("a", "b", "c")
                .hearsBeat("b", 3)
                .hearsOfTheDeathOf("b")
                .does(new Effect.Leaderless(3))
                .isA(Follower.class);
    }

    // "If the listener ends for another reason, all leaderships of the node are void at that instant"

    @Test
    void aVoidLeadershipEndsAtOnce() {
        PeerProbe leader = leader();
        leader.isVoid();
        leader.doesAmongOthers(
                new Dismissed(1, Reason.VOID, leader.leaseBefore()), new Ended(1, Reason.VOID, leader.now()));
        leader.leadsNothing().isA(Follower.class);
    }

    @Test
    void aVoidLeadershipWhoseUsersWereAlreadyToldToStopEndsAtOnce() {
        PeerProbe leader = leader().handsOver().isVoid();
        leader.doesAmongOthers(new Ended(1, Reason.VOID, leader.now())).doesNothingLike(Dismissed.class);
        PeerProbe former = leader().hearsBeat("b", 7).isVoid();
        former.does(new Ended(1, Reason.VOID, former.now())).isVoid().doesNothing();
    }

    @Test
    void aVoidLeadershipEndsAtOnceWhileThePeerStandsAgain() {
        PeerProbe former = leader().hears("b", new Message.HeartbeatRefused(2))
                .isStandingIn(3)
                .isVoid();
        former.does(new Ended(1, Reason.VOID, former.now())).isStandingIn(3);
    }

    @Test
    void aVoidWinnerThatWasNotAnnouncedEndsWithoutAnEvent() {
        voter().wins().isVoid().isA(Follower.class).doesNothingLike(Dismissed.class, Ended.class);
    }

    @Test
    void aVoidLeadershipIsReleasedWhenItsUsersHaveStopped() {
        PeerProbe leader = leader().isVoid().doesNothingLike(Message.Release.class);
        leader.hears("b", new RequestVote(5, 0)).does(send("b", new VoteRefused(1, 5)));
        leader.usersStopped(1).does(send("b", release(1, "b")), send("c", release(1, "b")));
    }

    @Test
    void aVoidLeadershipIsReleasedWhenItsLeaseHasEnded() {
        PeerProbe leader = leader().isVoid().after(LEASE - ms(1)).ticks().doesNothing();
        leader.after(ms(1)).ticks().doesSomethingLike(Message.Release.class).doesNothingLike(Ended.class);
    }

    // The leader drops a dead follower.

    @Test
    void aDeadFollowerIsRemovedFromTheSuccession() {
        PeerProbe leader =
                leader().ticks().names("b", "c").hearsOfTheDeathOf("b").ticks().names("c");
        leader.isHeardBy("b").ticks().names("b", "c");
    }

    @Test
    void theDeathOfAPeerThatIsNotNamedCausesNoNewRound() {
        PeerProbe leader = leader().ticks().hearsOfTheDeathOf("b").ticks();
        leader.hearsOfTheDeathOf("b").ticks().doesNothing();
        leader.hearsOfTheDeathOf("w").ticks().doesNothing();
    }

    private static PeerProbe voter() {
        return peer("a").of("a", "b", "c").takesPart();
    }

    private static PeerProbe leader() {
        return voter().leads();
    }
}
