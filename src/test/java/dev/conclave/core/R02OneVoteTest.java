package dev.conclave.core;

import static dev.conclave.core.Probe.peer;
import static dev.conclave.core.Words.E;
import static dev.conclave.core.Words.persist;
import static dev.conclave.core.Words.send;
import static dev.conclave.core.Words.voteFor;

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

    // "Who is no voter is another candidate in each life"

    @Test
    void whoIsNoVoterGetsAVoteForOneLife() {
        voter().hears("w", new RequestVote(4, 0)).does(persist(4, "w"), send("w", voteFor("w", 4)));
        voter().hears("w", new RequestVote(4, 0))
                .hears("w", new RequestVote(4, 0))
                .does(send("w", voteFor("w", 4)));
    }

    /** It keeps nothing on disk, so it may ask for a term that its former life, which may still be alive, was elected in. */
    @Test
    void itsNextLifeHasNoVoteInThatTerm() {
        Probe voter = voter().hears("w", 1, new RequestVote(4, 0));
        voter.hears("w", 2, new RequestVote(4, 0)).does(send("w", new VoteRefused(4, 4)));
        voter.hears("w", 2, new Message.RequestPreVote(4, 0)).doesNothingLike(Message.PreVoteGranted.class);
        voter.hears("w", 2, new RequestVote(5, 0)).does(persist(5, "w"), send("w", voteFor("w", 2, 5)));
    }

    /** Which life it was is not on the voter's disk. */
    @Test
    void afterARestartOfTheVoterNeitherHasTheSameLife() {
        peer("a")
                .remembering(4, "w")
                .of("a", "b", "c")
                .takesPart()
                .hears("w", new RequestVote(4, 0))
                .does(send("w", new VoteRefused(4, 4)));
    }

    @Test
    void aVoteForAnotherLifeCountsForNothing() {
        Probe outsider = peer("w").remembering(3).of("a", "b", "c").takesPart().stands();
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
    void norIsItKeptForATermThatIsStillToCome() {
        Probe outsider = peer("w").of("a", "b", "c").takesPart().stands();
        outsider.hears("a", voteFor("w", 2, 1)).isUnchanged();
        outsider.hears("a", new VoteGranted(1)).isUnchanged();
    }

    /** Its disk remembers which terms it opened, so it is the same candidate in all its lives. */
    @Test
    void aVoterGetsTheSameAnswerInItsNextLife() {
        voter().hears("b", 1, new RequestVote(4, 0))
                .hears("b", 2, new RequestVote(4, 0))
                .does(send("b", new VoteGranted(4)));
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
