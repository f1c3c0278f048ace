package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.LEASE;
import static dev.conclave.core.TestValues.MARGIN;
import static dev.conclave.core.TestValues.heartbeat;
import static dev.conclave.core.TestValues.ms;
import static dev.conclave.core.TestValues.send;
import static dev.conclave.core.TestValues.voteFor;
import static dev.conclave.core.peer.PeerProbe.peer;

import dev.conclave.core.peer.Message.HeartbeatAck;
import dev.conclave.core.peer.Message.HeartbeatRefused;
import dev.conclave.core.peer.Message.PreVoteGranted;
import dev.conclave.core.peer.Message.RequestPreVote;
import dev.conclave.core.peer.Message.RequestVote;
import dev.conclave.core.peer.Message.VoteGranted;
import dev.conclave.core.peer.Message.VoteRefused;
import org.junit.jupiter.api.Test;

/** R6: a voter is loyal. */
class R06LoyaltyTest {

    private static final RequestVote ASKED = new RequestVote(9, 0);
    private static final VoteGranted GRANTED = new VoteGranted(9);

    // "A voter is loyal to a leader for E after the last of the leader's heartbeats that it acknowledged"

    @Test
    void aVoterIsLoyalForAnElectionTimeout() {
        voter().hearsBeat("b", 3).after(E - 1).hears("c", ASKED).does(send("c", new VoteRefused(3, 9)));
        voter().hearsBeat("b", 3).after(E).hears("c", ASKED).doesAmongOthers(send("c", GRANTED));
    }

    @Test
    void everyNewHeartbeatRenewsTheLoyalty() {
        PeerProbe voter =
                voter().hearsBeat("b", 3).after(ms(500)).hearsBeat("b", 3).after(E - 1);
        voter.hears("c", ASKED).does(send("c", new VoteRefused(3, 9)));
    }

    @Test
    void aRepeatedOrOlderHeartbeatDoesNotRenewTheLoyalty() {
        PeerProbe voter = voter().hears("b", heartbeat(3, ms(70)));
        voter.after(ms(500)).hears("b", heartbeat(3, ms(70))).isUnchanged().doesNothing();
        voter.hears("b", heartbeat(3, ms(60))).isUnchanged().doesNothing();
        voter.after(ms(500)).hears("c", ASKED).doesAmongOthers(send("c", GRANTED));
    }

    @Test
    void aHeartbeatOfANewLifeIsAcknowledgedAlthoughItsClockShowsLess() {
        PeerProbe voter = voter().hears("b", heartbeat(3, ms(70)));
        voter.hears("b", 2, heartbeat(4, ms(10))).doesAmongOthers(send("b", new HeartbeatAck(4, ms(10), false)));
        voter.hears("b", 2, heartbeat(5, ms(5))).doesAmongOthers(send("b", new HeartbeatAck(5, ms(5), false)));
    }

    @Test
    void aVoterThatDoesNotTakePartAcknowledgesNoHeartbeatAndOwesNoLoyalty() {
        PeerProbe outside = peer("a").remembering(3).of("a", "b", "c").hearsBeat("b", 3);
        outside.doesNothingLike(HeartbeatAck.class)
                .takesPart()
                .hears("c", ASKED)
                .doesAmongOthers(send("c", GRANTED));
    }

    @Test
    void aLoyalVoterDoesNotAskForVotes() {
        PeerProbe follower = voter().stands().hearsBeat("b", 3, "a", "c").after(ms(500));
        follower.ticks().isA(Follower.class).doesNothing();
    }

    // "whatever term or role followed"

    @Test
    void aHigherTermDoesNotEndTheLoyalty() {
        PeerProbe voter =
                voter().hearsBeat("b", 3).hears("c", new VoteRefused(5, 4)).isIn(5);
        voter.hears("c", ASKED).does(send("c", new VoteRefused(5, 9)));
    }

    // "It does not bar the very leader to whom it is owed: a voter in any of its lives, or one life of a non-voter
    // (R2)."

    @Test
    void loyaltyBarsNeitherTheLeaderNorTheNextLifeOfALeaderThatVotes() {
        voter().hearsBeat("b", 3).hears("b", 1, ASKED).doesAmongOthers(send("b", GRANTED));
        voter().hearsBeat("b", 3).hears("b", 2, ASKED).doesAmongOthers(send("b", GRANTED));
        voter().hearsBeat("w", 3).hears("w", 1, ASKED).doesAmongOthers(send("w", voteFor("w", 9)));
    }

    /** The former life may still lead: two processes that use one address in turn. */
    @Test
    void loyaltyBarsTheNextLifeOfALeaderThatIsNotAVoter() {
        PeerProbe voter = voter().hearsBeat("w", 3);
        voter.hears("w", 2, new RequestPreVote(9, 0)).doesNothingLike(PreVoteGranted.class);
        voter.hears("w", 2, ASKED).does(send("w", new VoteRefused(3, 9)));
        voter.after(E).hears("w", 2, ASKED).doesAmongOthers(send("w", voteFor("w", 2, 9)));
    }

    @Test
    void loyaltyDoesNotBarTheNextLifeOfANonVoterWhoseFormerLifeIsProvenGone() {
        PeerProbe voter = voter().hearsBeat("w", 3).hearsOfTheDeathOf("w", 1);
        voter.hears("w", 2, ASKED).doesAmongOthers(send("w", voteFor("w", 2, 9)));
    }

    // "After its own start a voter is also loyal to any leader that it may have forgotten, for the longest E under
    // which it may have acknowledged one. This loyalty of the start is not needed if the journal (...) holds nothing
    // of this one"

    @Test
    void aVoterThatRestartedIsLoyalToAnyLeaderThatItMayHaveForgotten() {
        PeerProbe restarted = peer("a").remembering(3).of("a", "b", "c").takesPartLoyally();
        restarted.hears("b", ASKED).does(send("b", new VoteRefused(3, 9)));
        restarted.after(E - 1).hears("c", ASKED).does(send("c", new VoteRefused(3, 9)));
        restarted.after(1).hears("c", ASKED).doesAmongOthers(send("c", GRANTED));
    }

    @Test
    void theLoyaltyOfTheStartLastsAsLongAsTheAdmissionStates() {
        PeerProbe restarted = peer("a").remembering(3).of("a", "b", "c").told(new Input.Admitted(7 * E));
        restarted.after(7 * E - 1).hears("b", ASKED).does(send("b", new VoteRefused(3, 9)));
        restarted.after(1).hears("b", ASKED).doesAmongOthers(send("b", GRANTED));
    }

    @Test
    void aVoterWhoseJournalHoldsNothingOwesNoLoyaltyAtItsStart() {
        peer("a").of("a", "b", "c").takesPart().hears("b", ASKED).doesAmongOthers(send("b", GRANTED));
    }

    @Test
    void aSecondAdmissionInOneLifeChangesNothing() {
        PeerProbe voter = voter().takesPartLoyally().isUnchanged();
        voter.hears("b", ASKED).doesAmongOthers(send("b", GRANTED));
        peer("a")
                .of("a", "b", "c")
                .takesPart()
                .stands()
                .wakes()
                .isCanvassing()
                .takesPartLoyally()
                .isUnchanged();
        peer("a").of("a", "b", "c").takesPart().leads().takesPartLoyally().isUnchanged();
    }

    // "Loyalty bars votes and pre-votes for other candidates, the voter's vote for itself included; it is judged at
    // the moment of the vote."

    @Test
    void loyaltyBarsPreVotes() {
        voter().hearsBeat("b", 3).hears("c", new RequestPreVote(9, 0)).doesNothingLike(PreVoteGranted.class);
    }

    @Test
    void theLoyaltyOfTheStartBarsTheVoteOfAVoterForItself() {
        peer("a")
                .remembering(3)
                .of("a", "b", "c")
                .takesPartLoyally()
                .stands()
                .livesFor(E - 1)
                .doesNothing()
                .livesFor(1)
                .isCanvassing();
    }

    @Test
    void aCandidateThatObeysAHeartbeatEndsItsRound() {
        PeerProbe asking =
                voter().stands().wakes().hears("b", new PreVoteGranted(4)).isStandingIn(4);
        asking.hearsBeat("b", 4)
                .isA(Follower.class)
                .hears("c", new VoteGranted(4))
                .isA(Follower.class);
        PeerProbe canvassing =
                voter().stands().wakes().isCanvassing().hearsBeat("b", 3).isA(Follower.class);
        canvassing.hears("c", new PreVoteGranted(4)).isA(Follower.class).isIn(3);
    }

    @Test
    void pushedVotesDoNotEndTheLoyaltyOfTheirReceiver() {
        PeerProbe voter = voter().stands().hearsBeat("b", 3);
        voter.hears("c", new VoteGranted(4))
                .isA(Follower.class)
                .livesFor(E - 1)
                .isA(Follower.class)
                .isIn(3);
    }

    // "it does not bar the very leader to whom it is owed"

    @Test
    void loyaltyDoesNotBarTheLeaderItself() {
        voter().hearsBeat("b", 3).hears("b", ASKED).doesAmongOthers(send("b", GRANTED));
        voter().hearsBeat("b", 3).hears("b", 2, ASKED).doesAmongOthers(send("b", GRANTED));
    }

    // With the first heartbeat acknowledged in this life, the loyalty of the start is owed to that leader (E7).

    @Test
    void theLoyaltyOfTheStartIsOwedToTheLeaderOfTheFirstHeartbeat() {
        PeerProbe restarted =
                peer("a").remembering(3).of("a", "b", "c").takesPartLoyally().hearsBeat("b", 3);
        restarted.hears("b", ASKED).doesAmongOthers(send("b", GRANTED));
        PeerProbe other =
                peer("a").remembering(3).of("a", "b", "c").takesPartLoyally().hearsBeat("b", 3);
        other.hearsOfTheDeathOf("b").hears("c", ASKED).doesAmongOthers(send("c", GRANTED));
    }

    // "A leader is loyal to itself until all its users, of whatever term, have stopped, whatever its role has become
    // meanwhile."

    @Test
    void aLeaderIsLoyalToItself() {
        leader().hears("b", ASKED).does(send("b", new VoteRefused(4, 9)));
    }

    @Test
    void aFormerLeaderIsLoyalToItselfUntilItsUsersHaveStopped() {
        PeerProbe former = leader().hears("b", new HeartbeatRefused(6)).isStandingIn(7);
        former.hears("b", ASKED).does(send("b", new VoteRefused(7, 9)));
        former.usersStopped(4).hears("b", ASKED).doesAmongOthers(send("b", GRANTED));
    }

    @Test
    void aFormerLeaderIsLoyalToItselfUntilItsLeaseHasEnded() {
        PeerProbe former = leader().after(LEASE - MARGIN).ticks().isA(Follower.class);
        former.after(MARGIN - 1).hears("b", ASKED).doesNothingLike(VoteGranted.class);
        former.after(1).hears("b", ASKED).doesAmongOthers(send("b", GRANTED));
    }

    @Test
    void aFormerLeaderThatFollowsAnotherIsLoyalToItselfUntilItsUsersHaveStopped() {
        PeerProbe follower = leader().hearsBeat("c", 7).isA(Follower.class);
        follower.hearsOfTheDeathOf("c").hears("b", ASKED).does(send("b", new VoteRefused(7, 9)));
        follower.usersStopped(4).hears("b", ASKED).doesAmongOthers(send("b", GRANTED));
    }

    @Test
    void theUsersOfAnotherTermDoNotFreeAFormerLeader() {
        leader().hears("b", new HeartbeatRefused(6))
                .usersStopped(3)
                .hears("b", ASKED)
                .doesNothingLike(VoteGranted.class);
    }

    @Test
    void theUsersOfAnotherTermChangeNothingInAnyRole() {
        leader().hearsBeat("c", 7).usersStopped(7).isUnchanged();
        PeerProbe again = leader().hears("b", new HeartbeatRefused(6))
                .hears("b", new VoteGranted(7))
                .isA(Leader.class);
        again.usersStopped(7).isUnchanged();
    }

    @Test
    void aLeaderWithoutALeaseIsNotLoyalToItself() {
        voter().wins().hears("b", ASKED).isA(Follower.class).doesAmongOthers(send("b", GRANTED));
    }

    private static PeerProbe voter() {
        return peer("a").remembering(3).of("a", "b", "c").takesPart();
    }

    private static PeerProbe leader() {
        return voter().leads();
    }
}
