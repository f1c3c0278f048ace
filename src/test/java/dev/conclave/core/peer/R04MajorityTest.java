package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.voteFor;
import static dev.conclave.core.peer.PeerProbe.peer;

import dev.conclave.core.QuorumTest;
import dev.conclave.core.peer.Message.HeartbeatAck;
import dev.conclave.core.peer.Message.PreVoteGranted;
import dev.conclave.core.peer.Message.VoteGranted;
import dev.conclave.core.peer.Message.VoteRefused;
import org.junit.jupiter.api.Test;

/** R4: a majority, counted by name. {@link QuorumTest} checks the arithmetic. */
class R04MajorityTest {

    // "Votes count per voter, for the current term, while the peer is Candidate"

    @Test
    void aVoteCountsOncePerVoter() {
        standingOfFive()
                .hears("b", new VoteGranted(1))
                .hears("b", new VoteGranted(1))
                .isA(Candidate.class)
                .hears("c", new VoteGranted(1))
                .isA(Leader.class);
    }

    @Test
    void aPreVoteCountsOncePerVoter() {
        PeerProbe asking =
                peer("a").of("a", "b", "c", "d", "e").takesPart().stands().wakes();
        asking.hears("b", new PreVoteGranted(1))
                .hears("b", new PreVoteGranted(1))
                .isCanvassing();
        asking.hears("c", new PreVoteGranted(1)).isStandingIn(1);
    }

    @Test
    void halfOfAnEvenNumberOfVotersIsNotAMajority() {
        PeerProbe ofFour = peer("a").of("a", "b", "c", "d").takesPart().stands().wakes();
        ofFour.hears("b", new PreVoteGranted(1))
                .isCanvassing()
                .hears("c", new PreVoteGranted(1))
                .isStandingIn(1);
        ofFour.hears("b", new VoteGranted(1))
                .isStandingIn(1)
                .hears("c", new VoteGranted(1))
                .isA(Leader.class);
    }

    @Test
    void aCandidateGivesUpItsRoundWhenAMajorityIsOutOfReach() {
        standingOfFive()
                .hears("b", new VoteRefused(0, 1))
                .hears("b", new VoteRefused(0, 1))
                .hears("c", new VoteRefused(0, 1))
                .isStandingIn(1)
                .hears("d", new VoteRefused(0, 1))
                .isA(Follower.class);
    }

    @Test
    void aVoteThatFollowsARefusalCounts() {
        standingOfFive()
                .hears("b", new VoteRefused(0, 1))
                .hears("b", new VoteGranted(1))
                .hears("c", new VoteGranted(1))
                .isA(Leader.class);
    }

    // "acknowledgements likewise count per voter, for the current term"

    @Test
    void anAcknowledgementCountsOncePerVoter() {
        PeerProbe winner = peer("a").of("a", "b", "c", "d", "e").takesPart().wins();
        winner.isHeardBy("b", "b").holdsNoLease().isHeardBy("c").leads(1);
    }

    // "Late, repeated and foreign answers are ignored"

    @Test
    void aVoteInAnotherTermIsIgnored() {
        PeerProbe candidate =
                peer("a").remembering(3).of("a", "b", "c").takesPart().stands().wakes();
        candidate
                .hears("b", new PreVoteGranted(3))
                .hears("b", new PreVoteGranted(5))
                .isCanvassing();
        candidate.hears("b", new PreVoteGranted(4)).isStandingIn(4);
        candidate
                .hears("b", new VoteGranted(3))
                .isStandingIn(4)
                .hears("b", new VoteGranted(5))
                .isStandingIn(4);
    }

    @Test
    void aRefusalInAnotherTermIsIgnored() {
        PeerProbe candidate =
                peer("a").remembering(3).of("a", "b").takesPart().stands().wakes();
        candidate.hears("b", new Message.PreVoteRefused(0, 3, 0)).isCanvassing();
        candidate.hears("b", new PreVoteGranted(4)).isStandingIn(4);
        candidate.hears("b", new VoteRefused(3, 3)).isStandingIn(4);
        candidate.hears("b", new Message.PreVoteRefused(3, 4, 0)).isStandingIn(4);
    }

    @Test
    void preVotesAndVotesAreCountedApart() {
        standingOfThree().hears("b", new PreVoteGranted(1)).isStandingIn(1);
        peer("a")
                .of("a", "b", "c")
                .takesPart()
                .stands()
                .wakes()
                .hears("b", new VoteGranted(0 + 1))
                .isCanvassing();
        peer("a")
                .of("a", "b", "c")
                .takesPart()
                .stands()
                .wakes()
                .hears("b", new VoteRefused(0, 1))
                .isCanvassing();
    }

    @Test
    void anAnswerOfANonVoterIsIgnored() {
        standingOfThree().hears("w", new VoteGranted(1)).isStandingIn(1);
        peer("a").of("a", "b", "c").takesPart().wins().isHeardBy("w").holdsNoLease();
    }

    @Test
    void anAcknowledgementOfAnotherTermIsIgnored() {
        PeerProbe winner =
                peer("a").remembering(3).of("a", "b", "c").takesPart().wins();
        winner.hears("b", new HeartbeatAck(3, winner.now(), true))
                .holdsNoLease()
                .leadsNothing();
    }

    @Test
    void anAcknowledgementOfARoundThatWasNotSentYetIsIgnored() {
        PeerProbe winner = peer("a").of("a", "b", "c").takesPart().wins();
        winner.hears("b", new HeartbeatAck(1, winner.now() + 1, true)).holdsNoLease();
    }

    @Test
    void aPeerThatIsNotACandidateIgnoresLateAnswers() {
        PeerProbe follower = peer("a").remembering(1).of("a", "b", "c").takesPart();
        follower.hears("b", new PreVoteGranted(2))
                .isUnchanged()
                .hears("b", new VoteGranted(1))
                .isUnchanged();
        PeerProbe leader = peer("a").of("a", "b", "c").takesPart().leads();
        leader.hears("b", new PreVoteGranted(2)).isUnchanged();
        leader.hears("b", new VoteGranted(1)).isUnchanged();
    }

    // "and a leader counts itself only if it is a voter"

    @Test
    void aCandidateThatIsNotAVoterDoesNotCountItself() {
        PeerProbe outsider = peer("w").of("a", "b", "c").takesPart().stands();
        while (!(outsider.value().role() instanceof Candidate)) {
            outsider.wakes();
        }
        outsider.hears("a", new PreVoteGranted(1))
                .isCanvassing()
                .hears("b", new PreVoteGranted(1))
                .isStandingIn(1);
        outsider.hears("a", voteFor("w", 1))
                .isStandingIn(1)
                .hears("b", voteFor("w", 1))
                .isA(Leader.class);
    }

    @Test
    void aLeaderThatIsNotAVoterDoesNotCountItself() {
        PeerProbe outsider = peer("w").of("a", "b", "c").takesPart().wins();
        outsider.isHeardBy("a").holdsNoLease().isHeardBy("b").leads(1);
    }

    private static PeerProbe standingOfThree() {
        return peer("a")
                .of("a", "b", "c")
                .takesPart()
                .stands()
                .wakes()
                .hears("b", new PreVoteGranted(1))
                .isStandingIn(1);
    }

    private static PeerProbe standingOfFive() {
        return peer("a")
                .of("a", "b", "c", "d", "e")
                .takesPart()
                .stands()
                .wakes()
                .hears("b", new PreVoteGranted(1))
                .hears("c", new PreVoteGranted(1))
                .isStandingIn(1);
    }
}
