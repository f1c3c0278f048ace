package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.STEP;
import static dev.conclave.core.TestValues.following;
import static dev.conclave.core.TestValues.ms;
import static dev.conclave.core.TestValues.persist;
import static dev.conclave.core.TestValues.send;
import static dev.conclave.core.TestValues.voteFor;
import static dev.conclave.core.peer.PeerProbe.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Ballot;
import dev.conclave.core.peer.Message.Heartbeat;
import dev.conclave.core.peer.Message.HeartbeatAck;
import dev.conclave.core.peer.Message.HeartbeatRefused;
import dev.conclave.core.peer.Message.PreVoteGranted;
import dev.conclave.core.peer.Message.RequestPreVote;
import dev.conclave.core.peer.Message.RequestVote;
import dev.conclave.core.peer.Message.VoteGranted;
import dev.conclave.core.peer.Message.VoteRefused;
import java.util.List;
import org.junit.jupiter.api.Test;

/** R3: durable before visible. The tests of {@code store} check the part of the store. */
class R03DurableTest {

    // "A step gains when it sends a vote, counts any vote, sends a heartbeat or an acknowledgement, or announces a
    // leadership of its own. No step gains while an earlier ballot is not durable."

    @Test
    void aVoteIsSentWhenItIsDurable() {
        voter().slowDisk()
                .hears("b", new RequestVote(4, 0))
                .does(persist(4, "b"))
                .diskForces()
                .does(send("b", new VoteGranted(4)));
    }

    @Test
    void aPushedVoteIsSentWhenItIsDurable() {
        voter().hearsBeat("b", 3, "c", "a")
                .slowDisk()
                .hearsOfTheDeathOf("b")
                .doesNothingLike(VoteGranted.class)
                .diskForces()
                .does(send("c", new VoteGranted(4)));
    }

    @Test
    void anAcknowledgementLeavesWhenTheTermIsDurable() {
        PeerProbe voter = voter().slowDisk().hearsBeat("b", 4);
        voter.does(persist(4), following("b", 4));
        voter.diskForces().does(send("b", new HeartbeatAck(4, voter.now(), false)));
    }

    /** F6: at the second heartbeat the term is not new any more, and still not on disk. */
    @Test
    void noLaterAcknowledgementLeavesBeforeTheTermIsDurable() {
        PeerProbe voter = voter().slowDisk().hears("b", new RequestVote(4, 0)).hearsBeat("b", 4);
        voter.doesNothingLike(HeartbeatAck.class)
                .diskForces()
                .does(send("b", new VoteGranted(4)), send("b", new HeartbeatAck(4, voter.now(), false)));
    }

    /** F5: c stands in t; others elect it; power fails; it stands in t again, and two lives lead t. */
    @Test
    void noVoteIsCountedBeforeTheOwnBallotIsDurable() {
        PeerProbe candidate = candidateOn("a", "a", "b", "c", "d", "e");
        candidate.hears("b", new VoteGranted(4)).hears("c", new VoteGranted(4)).hears("d", new VoteGranted(4));
        candidate.doesNothing().isStandingIn(4);
        candidate.diskForces().isA(Leader.class).doesSomethingLike(Heartbeat.class);
    }

    @Test
    void aNonVoterCountsNoVoteBeforeItsOwnBallotIsDurable() {
        PeerProbe candidate = candidateOn("w", "a", "b", "c");
        candidate
                .hears("b", voteFor("w", 4))
                .hears("c", voteFor("w", 4))
                .doesNothing()
                .isStandingIn(4);
        candidate.diskForces().isA(Leader.class);
    }

    @Test
    void aSingleVoterDoesNotLeadBeforeItsOwnBallotIsDurable() {
        PeerProbe alone =
                peer("a").remembering(3).of("a").takesPart().slowDisk().stands().wakes();
        alone.isStandingIn(4).leadsNothing().diskForces().leads(4);
    }

    @Test
    void noVoteIsCountedWhileOnlyAnEarlierBallotIsDurable() {
        PeerProbe candidate = candidateOn("a", "a", "b", "c");
        candidate.hears("b", new VoteRefused(6, 4)).isIn(6);
        candidate.livesFor(ms(2000)).isCanvassing();
        candidate.hears("b", new PreVoteGranted(7)).isStandingIn(7).hears("b", new VoteGranted(7));
        candidate.diskForces(4).isStandingIn(7).doesNothing();
        candidate.diskForces(6).isStandingIn(7).doesNothing();
        candidate.diskForces(7).isA(Leader.class);
    }

    // "A repeated answer that overtakes the pending force is a vote that a crash takes back."

    @Test
    void aRepeatedVoteWaitsForTheDiskToo() {
        voter().slowDisk()
                .hears("b", new RequestVote(4, 0))
                .hears("b", new RequestVote(4, 0))
                .doesNothing()
                .diskForces()
                .does(send("b", new VoteGranted(4)), send("b", new VoteGranted(4)));
    }

    @Test
    void aMessageThatWaitsForALaterBallotGoesOnWaiting() {
        PeerProbe voter = voter().slowDisk().hears("b", new RequestVote(4, 0)).hears("c", new RequestVote(5, 0));
        voter.diskForces(4).does(send("b", new VoteGranted(4)));
        voter.diskForces(5).does(send("c", new VoteGranted(5)));
    }

    @Test
    void theDiskMayReportSeveralBallotsAtOnce() {
        voter().slowDisk()
                .hears("b", new RequestVote(4, 0))
                .hears("c", new RequestVote(5, 0))
                .diskForces(5)
                .does(send("b", new VoteGranted(4)), send("c", new VoteGranted(5)));
    }

    @Test
    void theReportOfAnOlderBallotReleasesNoMessage() {
        PeerProbe voter = voter().slowDisk().hears("b", new RequestVote(4, 0));
        voter.told(new Input.Persisted(Ballot.learned(3))).isUnchanged().doesNothing();
        voter().leads()
                .told(new Input.Persisted(Ballot.learned(3)))
                .isUnchanged()
                .doesNothing();
    }

    // "A request for votes and a refusal may be sent at once"

    @Test
    void aRequestForVotesIsSentWhileTheDiskWorks() {
        candidateOn("a", "a", "b", "c")
                .doesAmongOthers(persist(4, "a"), send("b", new RequestVote(4, 0)), send("c", new RequestVote(4, 0)));
    }

    @Test
    void refusalsAndPreVotesAreSentWhileTheDiskWorks() {
        PeerProbe voter = voter().slowDisk().hears("b", new RequestVote(4, 0));
        voter.hears("c", new RequestVote(4, 0)).does(send("c", new VoteRefused(4, 4)));
        voter.hearsBeat("c", 3).does(send("c", new HeartbeatRefused(4)));
        voter.hears("c", new RequestPreVote(5, 0)).does(send("c", new PreVoteGranted(5)));
    }

    // "A non-voter keeps its ballots in memory, for the life of its process (R2)."

    /** In memory, for the life of its node: an actor that fails and starts again finds it. */
    @Test
    void aNonVoterKeepsABallot() {
        candidateOn("w", "a", "b", "c").doesAmongOthers(persist(4, "w"));
    }

    /** A8: acknowledgements of the former life would bear s of another clock. */
    @Test
    void aPeerDoesNotLeadATermOfItsFormerLife() {
        peer("a")
                .remembering(4, "a")
                .of("a", "b", "c")
                .takesPart()
                .stands()
                .eachTells(new String[] {"b", "c"}, new VoteGranted(4))
                .isA(Follower.class)
                .livesFor(ms(200))
                .eachTells(new String[] {"b", "c"}, new PreVoteGranted(5))
                .isStandingIn(5);
    }

    // "A loss never waits for the disk: it is announced before the ballot is persisted."

    @Test
    void theLossOfALeadershipIsAnnouncedBeforeThePersist() {
        PeerProbe leader = voter().leads().slowDisk();
        leader.hears("b", new HeartbeatRefused(7));
        leader.doesAmongOthers(
                new Effect.Dismissed(4, Effect.Reason.HIGHER_TERM, leader.leaseBefore()), persist(8, "a"));
    }

    @Test
    void theLossOfALeadershipToAHigherLeaderIsAnnouncedBeforeThePersist() {
        PeerProbe leader = voter().leads().slowDisk().hearsBeat("b", 7);
        assertThat(leader.first(Effect.Dismissed.class)).isPresent();
        leader.doesAmongOthers(leader.first(Effect.Dismissed.class).orElseThrow(), persist(7));
    }

    @Test
    void theLossOfALeaderIsAnnouncedBeforeThePersist() {
        voter().hearsBeat("b", 3)
                .after(E)
                .slowDisk()
                .hears("c", new RequestVote(4, 0))
                .does(new Effect.Leaderless(3), persist(4, "c"));
    }

    @Test
    void aDiskThatIsSlowerThanARoundDoesNotEndTheRound() {
        PeerProbe candidate = candidateOn("a", "a", "b", "c").hears("b", new VoteGranted(4));
        candidate.livesFor(3 * E).isStandingIn(4).diskForces().isA(Leader.class);
    }

    @Test
    void aSlowDiskDoesNotEndARoundThatIsDueBetweenTwoRequests() {
        PeerProbe candidate = candidateOn("a", "a", "b", "c").draws(ms(7));
        candidate.ticks().doesNothing().isUnchanged();
        candidate.livesFor(E).isStandingIn(4).diskForces().isStandingIn(4).hears("b", new VoteGranted(4));
        candidate.isA(Leader.class);
    }

    @Test
    void aCandidateThatWaitsForItsDiskKeepsAskingTheVotersThatHaveNotAnswered() {
        PeerProbe candidate = candidateOn("a", "a", "b", "c").hears("b", new VoteGranted(4));
        candidate.after(STEP).ticks().does(send("c", new RequestVote(4, 0)));
    }

    private static PeerProbe voter() {
        return peer("a").remembering(3).of("a", "b", "c").takesPart();
    }

    /** Stands in term 4, with a ballot that is not durable yet. */
    private static PeerProbe candidateOn(String name, String... voters) {
        PeerProbe candidate =
                peer(name).remembering(3).of(voters).takesPart().slowDisk().stands();
        while (!(candidate.value().role() instanceof Candidate)) {
            candidate.wakes();
        }
        for (String other : List.of("b", "c", "d")) {
            if (candidate.value().role() instanceof Candidate asking && asking.phase() == Candidate.Phase.CANVASSING) {
                candidate.hears(other, new PreVoteGranted(4));
            }
        }
        return candidate.isStandingIn(4);
    }
}
