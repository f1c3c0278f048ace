package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.STEP;
import static dev.conclave.core.TestValues.ms;
import static dev.conclave.core.TestValues.persist;
import static dev.conclave.core.TestValues.release;
import static dev.conclave.core.TestValues.send;
import static dev.conclave.core.peer.PeerProbe.peer;

import dev.conclave.core.peer.Message.PreVoteGranted;
import dev.conclave.core.peer.Message.PreVoteRefused;
import dev.conclave.core.peer.Message.RequestPreVote;
import dev.conclave.core.peer.Message.RequestVote;
import dev.conclave.core.peer.Message.VoteGranted;
import dev.conclave.core.peer.Message.VoteRefused;
import org.junit.jupiter.api.Test;

/** R9: the peers that receive a release. */
class R09ReleaseTest {

    // "The successor stands at once, with the released term in its request."

    @Test
    void theSuccessorStandsAtOnceWithTheReleasedTermInItsRequest() {
        follower()
                .hears("b", release(3, "a"))
                .isStandingIn(4)
                .does(
                        new Effect.Leaderless(3),
                        persist(4, "a"),
                        new Effect.Standing(4),
                        send("b", new RequestVote(4, 3)),
                        send("c", new RequestVote(4, 3)));
    }

    @Test
    void aSuccessorThatDidNotKnowTheReleasedTermStandsAboveIt() {
        follower().hears("b", release(8, "a")).isStandingIn(9);
        peer("a")
                .of("a", "b", "c")
                .takesPartLoyally()
                .stands()
                .hears("b", release(8, "a"))
                .isStandingIn(9);
    }

    @Test
    void aRepeatedReleaseDoesNotMakeTheSuccessorStandAgain() {
        follower()
                .hears("b", release(3, "a"))
                .hears("b", release(3, "a"))
                .isUnchanged()
                .doesNothing();
    }

    @Test
    void aPeerThatIsNotACandidateDoesNotSucceed() {
        peer("a")
                .of("a", "b", "c")
                .takesPart()
                .hearsBeat("b", 3)
                .hears("b", release(3, "a"))
                .isA(Follower.class)
                .isIn(3);
        follower().leaves().hears("b", release(3, "a")).isA(Follower.class).isIn(3);
    }

    @Test
    void theCandidatesBehindTheSuccessorAskAStepLaterInTheirOrder() {
        follower().hears("b", release(3, "c")).isA(Follower.class).waits(STEP);
        peer("a")
                .of("a", "b", "c", "d")
                .takesPart()
                .stands()
                .hearsBeat("b", 3, "c", "d", "a")
                .hears("b", release(3, "d"))
                .waits(2 * STEP);
        follower().hears("b", release(3)).isA(Follower.class).waits(0);
    }

    @Test
    void aRepeatedReleaseDoesNotDelayTheCandidatesBehindTheSuccessor() {
        follower()
                .hears("b", release(3, "c"))
                .after(ms(30))
                .hears("b", release(3, "c"))
                .waits(ms(20));
    }

    @Test
    void theCandidatesBehindTheSuccessorAskWithTheReleasedTerm() {
        follower()
                .hears("b", release(3, "c"))
                .wakes()
                .does(send("b", new RequestPreVote(5, 3)), send("c", new RequestPreVote(5, 3)));
    }

    @Test
    void aCandidateVotesForTheSuccessorThatAReleaseNames() {
        PeerProbe asking = follower().hearsOfTheDeathOf("b").isStandingIn(4).hears("b", release(4, "c"));
        asking.isA(Follower.class).isIn(5).hasVotedFor("c");
    }

    /** The leader has led a term since the released one, or is about to. */
    @Test
    void aLeaderIgnoresARelease() {
        peer("a")
                .of("a", "b", "c")
                .takesPart()
                .leads()
                .hears("b", release(9, "a"))
                .isUnchanged();
    }

    // "A voter drops its loyalty, the loyalty of its own start included, if and only if its own term is not above the
    // released one."

    @Test
    void aVoterThatReceivesTheReleaseIsNotLoyalAnyMore() {
        follower().hears("c", new RequestVote(4, 0)).does(send("c", new VoteRefused(3, 4)));
        follower()
                .hears("b", release(3))
                .hears("c", new RequestVote(4, 0))
                .doesAmongOthers(send("c", new VoteGranted(4)));
    }

    @Test
    void aVoterThatIsAskedWithTheReleasedTermIsNotLoyalAnyMore() {
        follower().hears("c", new RequestVote(4, 3)).doesAmongOthers(persist(4, "c"), send("c", new VoteGranted(4)));
        follower().hears("c", new RequestVote(9, 5)).doesAmongOthers(persist(9, "c"), send("c", new VoteGranted(9)));
    }

    /** A2: the voter acknowledged no leader above its own term. */
    @Test
    void aReleaseEndsTheLoyaltyOfTheStart() {
        restarted().hears("c", new RequestVote(4, 3)).doesAmongOthers(send("c", new VoteGranted(4)));
        restarted()
                .hears("b", release(3))
                .hears("c", new RequestVote(4, 0))
                .doesAmongOthers(send("c", new VoteGranted(4)));
    }

    @Test
    void aVoterWhoseTermIsAboveTheReleasedOneStaysLoyal() {
        follower().hears("c", new RequestVote(4, 2)).does(send("c", new VoteRefused(3, 4)));
        follower().hears("c", new RequestPreVote(4, 2)).does(send("c", new PreVoteRefused(3, 4, E)));
        restarted().hears("c", new RequestVote(4, 2)).does(send("c", new VoteRefused(3, 4)));
    }

    @Test
    void aVoterWhoseTermHasRisenAboveTheReleasedOneStaysLoyal() {
        follower()
                .hears("c", new VoteRefused(5, 4))
                .isIn(5)
                .hears("c", new RequestVote(9, 3))
                .doesNothingLike(VoteGranted.class);
    }

    @Test
    void aPreVoteThatCarriesTheReleasedTermIsGranted() {
        follower()
                .hears("c", new RequestPreVote(4, 3))
                .does(send("c", new PreVoteGranted(4)))
                .isUnchanged();
    }

    @Test
    void aReleasedTermDoesNotFreeALeaderThatIsLoyalToItself() {
        PeerProbe leader = peer("a").of("a", "b", "c").takesPart().leads();
        leader.hears("b", new RequestVote(2, 1))
                .does(send("b", new VoteRefused(1, 2)))
                .leads(1);
    }

    @Test
    void aVoterThatReceivedTheReleaseGrantsAPreVoteThatDoesNotCarryIt() {
        PeerProbe voter = follower().hears("b", release(3));
        voter.hears("c", new RequestPreVote(4, 0)).does(send("c", new PreVoteGranted(4)));
    }

    @Test
    void aLateHeartbeatOfTheReleasedTermBindsNoVoter() {
        PeerProbe voter = follower().hears("b", release(3)).after(1).hearsBeat("b", 3);
        voter.hears("c", new RequestVote(4, 0)).doesAmongOthers(send("c", new VoteGranted(4)));
        PeerProbe later = follower().hears("b", release(3)).after(1).hearsBeat("b", 4);
        later.hears("c", new RequestVote(5, 0)).does(send("c", new VoteRefused(4, 5)));
    }

    // "A release below the receiver's own term is ignored."

    /** C4: a stale release, which Artery may deliver seconds late, would cost a healthy leader its follower. */
    @Test
    void aReleaseBelowTheOwnTermIsIgnored() {
        follower().hears("c", release(2, "a")).isUnchanged().doesNothing();
        peer("a")
                .remembering(3)
                .of("a", "b", "c")
                .takesPart()
                .stands()
                .wakes()
                .hears("c", release(2, "a"))
                .isUnchanged();
    }

    private static PeerProbe follower() {
        return peer("a").of("a", "b", "c").takesPart().stands().hearsBeat("b", 3, "a", "c");
    }

    private static PeerProbe restarted() {
        return peer("a").remembering(3).of("a", "b", "c").takesPartLoyally();
    }
}
