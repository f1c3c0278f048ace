package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.persist;
import static dev.conclave.core.TestValues.send;
import static dev.conclave.core.TestValues.voteFor;
import static dev.conclave.core.peer.PeerProbe.peer;

import dev.conclave.core.peer.Message.HeartbeatAck;
import dev.conclave.core.peer.Message.RequestVote;
import dev.conclave.core.peer.Message.VoteGranted;
import dev.conclave.core.peer.Message.VoteRefused;
import org.junit.jupiter.api.Test;

/** R2: one vote per term, strictly. */
class R02OneVoteTest {

    // "A peer votes for c in term t only if t is higher than its own term."

    @Test
    void aVoterVotesOnlyInATermAboveItsOwn() {
        voter().hears("b", new RequestVote(4, 0)).does(persist(4, "b"), send("b", new VoteGranted(4)));
        voter().hears("b", new RequestVote(3, 0))
                .does(send("b", new VoteRefused(3, 3)))
                .isUnchanged();
        voter().hears("b", new RequestVote(2, 0))
                .does(send("b", new VoteRefused(3, 2)))
                .isUnchanged();
    }

    @Test
    void aVoterDoesNotVoteTwiceInATerm() {
        voter().hears("b", new RequestVote(4, 0))
                .hears("c", new RequestVote(4, 0))
                .does(send("c", new VoteRefused(4, 4)))
                .isIn(4)
                .hasVotedFor("b");
    }

    @Test
    void aVoterDoesNotVoteAgainInATermInWhichItsFormerLifeVoted() {
        peer("a")
                .remembering(4, "b")
                .of("a", "b", "c")
                .takesPart()
                .hears("c", new RequestVote(4, 0))
                .does(send("c", new VoteRefused(4, 4)));
    }

    @Test
    void aCandidateHasVotedForItself() {
        voter().stands()
                .wakes()
                .hears("b", new Message.PreVoteGranted(4))
                .isStandingIn(4)
                .hasVotedFor("a");
        voter().stands()
                .wakes()
                .hears("b", new Message.PreVoteGranted(4))
                .hears("b", new RequestVote(4, 0))
                .does(send("b", new VoteRefused(4, 4)));
    }

    // "A repeated request of the same c in the same t receives the same answer."

    @Test
    void aRepeatedRequestReceivesTheSameAnswer() {
        voter().hears("b", new RequestVote(4, 0))
                .hears("b", new RequestVote(4, 0))
                .does(send("b", new VoteGranted(4)))
                .isUnchanged();
    }

    @Test
    void aRepeatedRequestReceivesTheSameAnswerAfterTheVoterRestarted() {
        peer("a")
                .remembering(4, "b")
                .of("a", "b", "c")
                .takesPart()
                .hears("b", new RequestVote(4, 0))
                .does(send("b", new VoteGranted(4)));
    }

    @Test
    void aRepeatedRequestReceivesTheSameAnswerDespiteALaterLoyalty() {
        voter().hears("b", new RequestVote(4, 0))
                .hearsBeat("c", 4)
                .hears("b", new RequestVote(4, 0))
                .does(send("b", new VoteGranted(4)));
    }

    // "A peer that has merely learned of t has used up its vote in t."

    @Test
    void aVoterThatMerelyLearnedOfATermDoesNotVoteInIt() {
        voter().hears("c", new HeartbeatAck(4, 0, true))
                .hears("b", new RequestVote(4, 0))
                .does(send("b", new VoteRefused(4, 4)))
                .hasNoVote();
    }

    @Test
    void aVoterThatMerelyLearnedOfATermDoesNotVoteInItForTheCandidateOfItsFormerVote() {
        voter().hears("b", new RequestVote(4, 0))
                .hears("c", new HeartbeatAck(5, 0, true))
                .hears("b", new RequestVote(5, 0))
                .does(send("b", new VoteRefused(5, 5)))
                .hasNoVote();
    }

    @Test
    void aVoterThatFollowedTheLeaderOfATermDoesNotVoteInIt() {
        voter().hearsBeat("c", 4).after(E).hears("b", new RequestVote(4, 0)).does(send("b", new VoteRefused(4, 4)));
    }

    // "A non-voter has no disk; after a restart it counts as a different candidate."

    @Test
    void aNonVoterReceivesAVoteForOneLife() {
        voter().hears("w", new RequestVote(4, 0)).does(persist(4, "w"), send("w", voteFor("w", 4)));
        voter().hears("w", new RequestVote(4, 0))
                .hears("w", new RequestVote(4, 0))
                .does(send("w", voteFor("w", 4)));
    }

    /** A non-voter has no disk, so it may request votes in a term that its former life, which may still run, was elected in. */
    @Test
    void aVoteForANonVoterIsNotRepeatedToItsNextLife() {
        PeerProbe voter = voter().hears("w", 1, new RequestVote(4, 0));
        voter.hears("w", 2, new RequestVote(4, 0)).does(send("w", new VoteRefused(4, 4)));
        voter.hears("w", 2, new Message.RequestPreVote(4, 0)).doesNothingLike(Message.PreVoteGranted.class);
        voter.hears("w", 2, new RequestVote(5, 0)).does(persist(5, "w"), send("w", voteFor("w", 2, 5)));
    }

    /** The disk of the voter does not hold the life that the vote was for. */
    @Test
    void aVoterThatRestartedDoesNotRepeatAVoteForANonVoter() {
        peer("a")
                .remembering(4, "w")
                .of("a", "b", "c")
                .takesPart()
                .hears("w", new RequestVote(4, 0))
                .does(send("w", new VoteRefused(4, 4)));
    }

    @Test
    void aNonVoterDoesNotCountAVoteForAnotherOfItsLives() {
        PeerProbe outsider =
                peer("w").remembering(3).of("a", "b", "c").takesPart().stands();
        while (!(outsider.value().role() instanceof Candidate)) {
            outsider.wakes();
        }
        outsider.hears("a", new Message.PreVoteGranted(4)).hears("b", new Message.PreVoteGranted(4));
        outsider.isStandingIn(4).hears("a", voteFor("w", 2, 4)).hears("b", voteFor("w", 2, 4));
        outsider.isStandingIn(4).hears("a", new VoteGranted(4)).hears("b", new VoteGranted(4));
        outsider.isStandingIn(4).hears("a", voteFor("w", 4)).hears("b", voteFor("w", 4));
        outsider.isA(Leader.class);
    }

    @Test
    void aVoteForAnotherLifeIsNotKeptForALaterTerm() {
        PeerProbe outsider = peer("w").of("a", "b", "c").takesPart().stands();
        outsider.hears("a", voteFor("w", 2, 1)).isUnchanged();
        outsider.hears("a", new VoteGranted(1)).isUnchanged();
    }

    /** The disk of a voter remembers which terms it opened, so it is the same candidate in all its lives. */
    @Test
    void aCandidateThatIsAVoterReceivesTheSameVoteInItsNextLife() {
        voter().hears("b", 1, new RequestVote(4, 0))
                .hears("b", 2, new RequestVote(4, 0))
                .does(send("b", new VoteGranted(4)));
    }

    // "Every voter votes in all elections."

    @Test
    void aNonVoterDoesNotVote() {
        peer("w")
                .of("a", "b", "c")
                .takesPart()
                .hears("b", new RequestVote(1, 0))
                .doesNothing()
                .isUnchanged();
    }

    private static PeerProbe voter() {
        return peer("a").remembering(3).of("a", "b", "c").takesPart();
    }
}
