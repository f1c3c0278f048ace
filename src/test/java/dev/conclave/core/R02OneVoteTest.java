package dev.conclave.core;

import static dev.conclave.core.Probe.peer;
import static dev.conclave.core.Words.E;
import static dev.conclave.core.Words.persist;
import static dev.conclave.core.Words.send;

import dev.conclave.core.Message.HeartbeatAck;
import dev.conclave.core.Message.RequestVote;
import dev.conclave.core.Message.VoteGranted;
import dev.conclave.core.Message.VoteRefused;
import org.junit.jupiter.api.Test;

/** R2: one vote per term, strictly. */
class R02OneVoteTest {

    // "Vote for c in term t only if t is higher than the own term"

    @Test
    void aVoteIsForAHigherTermOnly() {
        voter().hears("b", new RequestVote(4, 0)).does(persist(4, "b"), send("b", new VoteGranted(4)));
        voter().hears("b", new RequestVote(3, 0))
                .does(send("b", new VoteRefused(3, 3)))
                .isUnchanged();
        voter().hears("b", new RequestVote(2, 0))
                .does(send("b", new VoteRefused(3, 2)))
                .isUnchanged();
    }

    @Test
    void thereIsNoSecondVoteInATerm() {
        voter().hears("b", new RequestVote(4, 0))
                .hears("c", new RequestVote(4, 0))
                .does(send("c", new VoteRefused(4, 4)))
                .isIn(4)
                .hasVotedFor("b");
    }

    @Test
    void aVoteOfAFormerLifeIsAVote() {
        peer("a")
                .remembering(4, "b")
                .of("a", "b", "c")
                .takesPart()
                .hears("c", new RequestVote(4, 0))
                .does(send("c", new VoteRefused(4, 4)));
    }

    @Test
    void whoStandsHasVotedForItself() {
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

    // "a repeated request of the same c in the same t gets the same answer"

    @Test
    void aRepeatedRequestGetsTheSameAnswer() {
        voter().hears("b", new RequestVote(4, 0))
                .hears("b", new RequestVote(4, 0))
                .does(send("b", new VoteGranted(4)))
                .isUnchanged();
    }

    @Test
    void soItDoesInTheNextLife() {
        peer("a")
                .remembering(4, "b")
                .of("a", "b", "c")
                .takesPart()
                .hears("b", new RequestVote(4, 0))
                .does(send("b", new VoteGranted(4)));
    }

    @Test
    void soItDoesWhateverLoyaltyCameBetween() {
        voter().hears("b", new RequestVote(4, 0))
                .hearsBeat("c", 4)
                .hears("b", new RequestVote(4, 0))
                .does(send("b", new VoteGranted(4)));
    }

    // "Having merely learned of t uses up the vote in t."

    @Test
    void whoMerelyLearnedOfATermHasNoVoteInIt() {
        voter().hears("c", new HeartbeatAck(4, 0, true))
                .hears("b", new RequestVote(4, 0))
                .does(send("b", new VoteRefused(4, 4)))
                .hasNoVote();
    }

    @Test
    void notEvenForTheOneThatItVotedForBefore() {
        voter().hears("b", new RequestVote(4, 0))
                .hears("c", new HeartbeatAck(5, 0, true))
                .hears("b", new RequestVote(5, 0))
                .does(send("b", new VoteRefused(5, 5)))
                .hasNoVote();
    }

    @Test
    void norHasWhoHeardALeaderOfIt() {
        voter().hearsBeat("c", 4).after(E).hears("b", new RequestVote(4, 0)).does(send("b", new VoteRefused(4, 4)));
    }

    // "(term, votedFor): a voter list decides who votes"

    @Test
    void whoIsNoVoterHasNoVote() {
        peer("w")
                .of("a", "b", "c")
                .takesPart()
                .hears("b", new RequestVote(1, 0))
                .doesNothing()
                .isUnchanged();
    }

    private static Probe voter() {
        return peer("a").remembering(3).of("a", "b", "c").takesPart();
    }
}
