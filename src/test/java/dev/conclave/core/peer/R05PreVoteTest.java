package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.STEP;
import static dev.conclave.core.TestValues.ms;
import static dev.conclave.core.TestValues.send;
import static dev.conclave.core.peer.PeerProbe.peer;

import dev.conclave.core.peer.Message.PreVoteGranted;
import dev.conclave.core.peer.Message.PreVoteRefused;
import dev.conclave.core.peer.Message.RequestPreVote;
import dev.conclave.core.peer.Message.RequestVote;
import org.junit.jupiter.api.Test;

/** R5: pre-vote. */
class R05PreVoteTest {

    // "A candidate asks whether it would be elected before it raises its term."

    @Test
    void aCandidateAsksForPreVotesBeforeItRaisesItsTerm() {
        peer("a")
                .remembering(3)
                .of("a", "b", "c")
                .takesPart()
                .stands()
                .wakes()
                .does(send("b", new RequestPreVote(4, 0)), send("c", new RequestPreVote(4, 0)))
                .isIn(3);
    }

    @Test
    void aCandidateRaisesItsTermWhenAMajorityGrantsPreVotes() {
        asking().hears("b", new PreVoteGranted(4)).isStandingIn(4).doesAmongOthers(send("b", new RequestVote(4, 0)));
    }

    @Test
    void aCandidateFollowsWhenAMajorityRefusesPreVotes() {
        asking().hears("b", new PreVoteRefused(3, 4, 0))
                .isCanvassing()
                .hears("c", new PreVoteRefused(3, 4, 0))
                .isA(Follower.class)
                .isIn(3);
    }

    @Test
    void aCandidateKeepsAskingForPreVotesWhileNoVoterAnswers() {
        asking().after(STEP)
                .ticks()
                .isCanvassing()
                .does(send("b", new RequestPreVote(4, 0)), send("c", new RequestPreVote(4, 0)));
        asking().livesFor(20 * E).isIn(3);
    }

    @Test
    void preVotesOfAnEarlierRoundAreNotCounted() {
        PeerProbe ofFive =
                peer("a").of("a", "b", "c", "d", "e").takesPart().stands().wakes();
        ofFive.hears("b", new PreVoteGranted(1))
                .after(STEP)
                .ticks()
                .hears("c", new PreVoteGranted(1))
                .isCanvassing();
        ofFive.hears("d", new PreVoteGranted(1)).isStandingIn(1);
    }

    // "Asking and answering change nothing."

    @Test
    void askingForPreVotesWritesNothing() {
        asking().livesFor(E)
                .doesNothingLike(Effect.Persist.class, Effect.Standing.class)
                .isIn(3)
                .hasNoVote();
    }

    @Test
    void answeringARequestForAPreVoteChangesNothing() {
        PeerProbe voter = peer("a").remembering(3).of("a", "b", "c").takesPart();
        voter.hears("b", new RequestPreVote(4, 0))
                .does(send("b", new PreVoteGranted(4)))
                .isUnchanged();
        voter.hears("c", new RequestPreVote(4, 0))
                .does(send("c", new PreVoteGranted(4)))
                .isUnchanged();
        voter.hears("b", new RequestPreVote(3, 0))
                .does(send("b", new PreVoteRefused(3, 3, 0)))
                .isUnchanged();
    }

    @Test
    void aRequestForAPreVoteIsAnsweredLikeTheRequestForAVote() {
        PeerProbe loyal = peer("a").remembering(3).of("a", "b", "c").takesPart().hearsBeat("c", 3);
        loyal.hears("b", new RequestPreVote(4, 0))
                .does(send("b", new PreVoteRefused(3, 4, E)))
                .isUnchanged();
        loyal.hears("c", new RequestPreVote(4, 0))
                .does(send("c", new PreVoteGranted(4)))
                .isUnchanged();
        loyal.hears("b", new RequestPreVote(4, 3))
                .does(send("b", new PreVoteGranted(4)))
                .isUnchanged();
        loyal.after(ms(400)).hears("b", new RequestPreVote(4, 0)).does(send("b", new PreVoteRefused(3, 4, ms(600))));
        loyal.after(ms(600)).hears("b", new RequestPreVote(4, 0)).does(send("b", new PreVoteGranted(4)));
    }

    /** The request for a vote would receive the pushed vote (R11) again. */
    @Test
    void aCandidateThatAlreadyHasTheVoteIsGrantedThePreVote() {
        PeerProbe voter = peer("a")
                .of("a", "b", "c")
                .takesPart()
                .hearsBeat("b", 3, "c", "a")
                .hearsOfTheDeathOf("b");
        voter.hears("c", new RequestPreVote(4, 0))
                .does(send("c", new PreVoteGranted(4)))
                .isUnchanged();
        voter.hears("b", new RequestPreVote(4, 0)).does(send("b", new PreVoteRefused(4, 4, 0)));
    }

    @Test
    void everyRoleAnswersARequestForAPreVote() {
        asking().hears("b", new RequestPreVote(4, 0))
                .does(send("b", new PreVoteGranted(4)))
                .isUnchanged();
        PeerProbe leader = peer("a").of("a", "b", "c").takesPart().leads();
        leader.hears("b", new RequestPreVote(2, 0))
                .does(send("b", new PreVoteRefused(1, 2, 0)))
                .isUnchanged();
        leader.hears("b", new RequestPreVote(1, 0))
                .does(send("b", new PreVoteRefused(1, 1, 0)))
                .isUnchanged();
    }

    @Test
    void aNonVoterDoesNotAnswerARequestForAPreVote() {
        peer("w")
                .of("a", "b", "c")
                .takesPart()
                .hears("b", new RequestPreVote(1, 0))
                .doesNothing();
    }

    private static PeerProbe asking() {
        return peer("a")
                .remembering(3)
                .of("a", "b", "c")
                .takesPart()
                .stands()
                .wakes()
                .isCanvassing();
    }
}
