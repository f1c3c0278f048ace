package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.persist;
import static dev.conclave.core.TestValues.release;
import static dev.conclave.core.TestValues.send;
import static dev.conclave.core.TestValues.voteFor;
import static dev.conclave.core.peer.PeerProbe.peer;

import dev.conclave.core.Terms;
import dev.conclave.core.peer.Message.HeartbeatRefused;
import dev.conclave.core.peer.Message.RequestVote;
import dev.conclave.core.peer.Message.VoteGranted;
import dev.conclave.core.peer.Message.VoteRefused;
import org.junit.jupiter.api.Test;

/** R11: votes that a voter sends unasked. */
class R11PushedVotesTest {

    // "A voter may receive the release of its term, or the proof of R10 about the leader that it last acknowledged. If
    // its own term is still that leader's, and nothing else binds it, it casts its vote in the next term for the
    // successor that the release names, or for the first in that leader's succession, if that peer is a voter, and
    // sends the vote unasked"

    @Test
    void aVoteIsPushedToTheFirstInTheSuccessionOfADeadLeader() {
        follower("c", "a")
                .hearsOfTheDeathOf("b")
                .does(new Effect.Leaderless(3), persist(4, "c"), send("c", new VoteGranted(4)))
                .isA(Follower.class);
    }

    @Test
    void aVoteIsPushedToTheSuccessorThatAReleaseNames() {
        follower("c", "d", "a")
                .hears("b", release(3, "d"))
                .does(new Effect.Leaderless(3), persist(4, "d"), send("d", new VoteGranted(4)))
                .isA(Follower.class);
    }

    @Test
    void aRepeatedReleasePushesNoSecondVote() {
        follower("c", "d", "a")
                .hears("b", release(3, "d"))
                .hears("b", release(3, "d"))
                .doesNothing()
                .isIn(4)
                .hasVotedFor("d");
    }

    @Test
    void aReleaseAboveTheTermOfTheVoterPushesNoVote() {
        follower("c", "d", "a").hears("b", release(4, "d")).doesNothingLike(VoteGranted.class);
    }

    @Test
    void aNonVoterIsPushedNoVoteButMayRequestOne() {
        PeerProbe voter = follower("w").hearsOfTheDeathOf("b").doesNothingLike(VoteGranted.class, Effect.Persist.class);
        voter.hears("w", new RequestVote(4, 0)).doesAmongOthers(persist(4, "w"), send("w", voteFor("w", 4)));
    }

    @Test
    void aNonVoterThatAReleaseNamesIsPushedNoVoteButMayRequestOne() {
        PeerProbe voter = follower("c", "a").hears("b", release(3, "w"));
        voter.doesNothingLike(VoteGranted.class, Effect.Persist.class);
        voter.hears("w", new RequestVote(4, 3)).doesAmongOthers(persist(4, "w"), send("w", voteFor("w", 4)));
    }

    /** F9: X was elected in 4, and this peer voted for it; a vote pushed in 5 would depose it. */
    @Test
    void aVoterThatHasVotedSincePushesNoVote() {
        PeerProbe voter =
                follower("c", "a").after(E).hears("d", new RequestVote(4, 0)).hearsOfTheDeathOf("b");
        voter.doesNothing().isIn(4).hasVotedFor("d");
    }

    @Test
    void aVoterWhoseTermHasRisenSincePushesNoVote() {
        follower("c", "a")
                .hears("d", new VoteRefused(5, 4))
                .hearsOfTheDeathOf("b")
                .doesNothing()
                .isIn(5);
    }

    @Test
    void aVoterThatFollowsAnotherLeaderPushesNoVote() {
        follower("c", "a")
                .hearsBeat("d", 4, "c", "a")
                .hearsOfTheDeathOf("b")
                .doesNothing()
                .isIn(4);
    }

    @Test
    void aProofAboutAnotherLifePushesNoVote() {
        follower("c", "a").hearsOfTheDeathOf("b", 2).doesNothing().isIn(3);
    }

    @Test
    void aVoterThatMayHaveForgottenTheDeadLeaderPushesNoVote() {
        peer("a")
                .remembering(3)
                .of("a", "b", "c")
                .takesPartLoyally()
                .hearsOfTheDeathOf("b")
                .doesNothing()
                .isIn(3);
    }

    @Test
    void aVoterWhoseOwnUsersStillStopPushesNoVote() {
        PeerProbe former = peer("a")
                .of("a", "b", "c")
                .takesPart()
                .leads()
                .hearsBeat("b", 3, "c", "a")
                .hearsOfTheDeathOf("b");
        former.doesNothing().isIn(3).isA(Follower.class);
    }

    @Test
    void aNonVoterPushesNoVote() {
        peer("w")
                .of("a", "b", "c")
                .takesPart()
                .hearsBeat("b", 3, "c")
                .hearsOfTheDeathOf("b")
                .does(new Effect.Leaderless(3));
    }

    @Test
    void aVoterThatDoesNotTakePartPushesNoVote() {
        peer("a")
                .of("a", "b", "c")
                .hearsBeat("b", 3, "c")
                .hearsOfTheDeathOf("b")
                .does(new Effect.Leaderless(3))
                .isIn(3);
    }

    @Test
    void noVoteIsPushedAboveTheHighestTermOfTheConfiguration() {
        long last = Terms.before(1) - 1;
        PeerProbe voter = peer("a").remembering(last - 1).of("a", "b", "c").takesPart();
        voter.hearsBeat("b", last, "c").hearsOfTheDeathOf("b").does(new Effect.Leaderless(last));
    }

    @Test
    void theFirstInTheSuccessionStandsInsteadOfPushingAVote() {
        follower("a", "c").hearsOfTheDeathOf("b").isStandingIn(4).hasVotedFor("a");
        follower("a", "c").wakes().wakes().isCanvassing().hearsOfTheDeathOf("b").isStandingIn(4);
    }

    // "a pushed vote, durable like any other"

    @Test
    void aPushedVoteIsTheOnlyVoteInItsTerm() {
        PeerProbe voter = follower("c", "a").hearsOfTheDeathOf("b");
        voter.hears("d", new RequestVote(4, 0)).does(send("d", new VoteRefused(4, 4)));
        voter.hears("c", new RequestVote(4, 0)).does(send("c", new VoteGranted(4)));
        voter.hearsOfTheDeathOf("b").doesNothing().isIn(4);
    }

    // "A pushed vote changes no term of its receiver and makes no peer stand"

    @Test
    void aPushedVoteRaisesNoTermAndMakesNoPeerStand() {
        follower("a", "c")
                .hears("c", new VoteGranted(4))
                .hears("d", new VoteGranted(4))
                .isIn(3)
                .isA(Follower.class);
        follower("a", "c")
                .wakes()
                .wakes()
                .isCanvassing()
                .hears("c", new VoteGranted(4))
                .isIn(3)
                .isCanvassing();
    }

    // "it counts once its receiver is Candidate in that very term"

    @Test
    void aPushedVoteCountsOnceItsReceiverStandsInItsTerm() {
        PeerProbe first = follower("a", "c").hears("c", new VoteGranted(4)).hears("d", new VoteGranted(4));
        first.hearsOfTheDeathOf("b").isA(Leader.class).isIn(4);
    }

    @Test
    void aPushedVoteCountsOnceTheBallotOfItsReceiverIsDurable() {
        PeerProbe first = follower("a", "c")
                .hears("c", new VoteGranted(4))
                .hears("d", new VoteGranted(4))
                .slowDisk();
        first.hearsOfTheDeathOf("b").isStandingIn(4).diskForces().isA(Leader.class);
    }

    @Test
    void aPushedVoteCountsInNoOtherTerm() {
        PeerProbe first = follower("a", "c").hears("c", new VoteGranted(5)).hears("d", new VoteGranted(5));
        first.hearsOfTheDeathOf("b").isStandingIn(4);
        PeerProbe late = follower("a", "c").hears("c", new VoteGranted(4)).hears("d", new VoteGranted(4));
        late.hears("c", new VoteRefused(6, 4))
                .hearsOfTheDeathOf("b")
                .hears("b", release(6, "a"))
                .isStandingIn(7);
    }

    @Test
    void aCandidateKeepsAPushedVoteForALaterTerm() {
        PeerProbe first =
                follower("a", "c").hearsOfTheDeathOf("b").isStandingIn(4).hears("c", new VoteGranted(6));
        first.hears("d", new VoteGranted(6))
                .isStandingIn(4)
                .hears("d", release(5, "a"))
                .isA(Leader.class)
                .isIn(6);
    }

    @Test
    void aLeaderKeepsAPushedVoteForTheTermInWhichItMayStand() {
        PeerProbe leader = peer("a").of("a", "b", "c").takesPart().leads().hears("b", new VoteGranted(6));
        leader.hears("c", new HeartbeatRefused(5)).isA(Leader.class).isIn(6).leadsNothing();
    }

    @Test
    void aPushedVoteOfANonVoterIsNotKept() {
        follower("a", "c").hears("w", new VoteGranted(4)).isUnchanged();
    }

    @Test
    void anOlderPushedVoteDoesNotReplaceANewerOne() {
        follower("a", "c")
                .hears("c", new VoteGranted(6))
                .hears("c", new VoteGranted(5))
                .isUnchanged();
    }

    /** Stands, and follows b in term 3. */
    private static PeerProbe follower(String... succession) {
        return peer("a").of("a", "b", "c", "d").takesPart().stands().hearsBeat("b", 3, succession);
    }
}
