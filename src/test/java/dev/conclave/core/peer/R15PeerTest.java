package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.H;
import static dev.conclave.core.TestValues.LEASE;
import static dev.conclave.core.TestValues.following;
import static dev.conclave.core.TestValues.persist;
import static dev.conclave.core.TestValues.release;
import static dev.conclave.core.TestValues.send;
import static dev.conclave.core.peer.PeerProbe.peer;

import dev.conclave.core.node.R15AdmissionTest;
import dev.conclave.core.node.R15LostMemoryTest;
import dev.conclave.core.peer.Message.HeartbeatRefused;
import dev.conclave.core.peer.Message.PreVoteGranted;
import dev.conclave.core.peer.Message.RequestPreVote;
import dev.conclave.core.peer.Message.RequestVote;
import dev.conclave.core.peer.Message.VoteGranted;
import dev.conclave.core.peer.Message.VoteRefused;
import java.util.List;
import org.junit.jupiter.api.Test;

/** R15 on a peer. {@link R15AdmissionTest} and {@link R15LostMemoryTest} check which peers a node admits. */
class R15PeerTest {

    // "The new voter takes part when all have answered so": it votes, acknowledges, stands and leads only then.

    @Test
    void aVoterThatDoesNotTakePartNeitherVotesNorAcknowledgesNorRefuses() {
        PeerProbe outside = peer("a").remembering(3).of("a", "b", "c");
        outside.hears("b", new RequestVote(4, 0)).doesNothing().isUnchanged();
        outside.hears("b", new RequestPreVote(4, 0)).doesNothing().isUnchanged();
        outside.hearsBeat("b", 2).doesNothing().isUnchanged();
        outside.hearsBeat("b", 4).does(persist(4), following("b", 4));
    }

    @Test
    void aVoterThatDoesNotTakePartDoesNotStand() {
        PeerProbe outside = peer("a")
                .of("a", "b", "c")
                .stands()
                .livesFor(10 * E)
                .doesNothing()
                .isA(Follower.class);
        outside.hears("b", release(3, "a")).isA(Follower.class).isIn(0);
        outside.hearsBeat("b", 3, "a")
                .hearsOfTheDeathOf("b")
                .isA(Follower.class)
                .isIn(3);
    }

    @Test
    void aNonVoterThatDoesNotTakePartDoesNotAnnounceThatItStands() {
        PeerProbe outside = peer("w").of("a").stands().ticks().does(send("a", new Message.Observe(0, false)));
        outside.takesPart().hearsBeat("a", 1).livesFor(E).doesAmongOthers(send("a", new Message.Observe(1, true)));
    }

    @Test
    void aVoterThatIsAskedToStandBeforeItsAdmissionStandsAfterIt() {
        peer("a").of("a", "b", "c").stands().livesFor(E).takesPart().wakes().isCanvassing();
    }

    @Test
    void aVoterThatDoesNotTakePartFollowsALeader() {
        peer("a")
                .of("a", "b", "c")
                .hearsBeat("b", 3)
                .doesAmongOthers(following("b", 3))
                .livesFor(E)
                .does(new Effect.Leaderless(3));
    }

    // "The peer takes part (...) only above the highest term that they answered, and is loyal for E."

    @Test
    void aReadmittedPeerTakesPartOnlyAboveTheHighestTermThatTheOthersKnew() {
        PeerProbe readmitted =
                peer("a").of("a", "b", "c").takesPartAbove(7).does(persist(7)).after(E);
        readmitted.hears("b", new RequestVote(7, 0)).does(send("b", new VoteRefused(7, 7)));
        readmitted.hears("b", new RequestVote(8, 0)).doesAmongOthers(send("b", new VoteGranted(8)));
        peer("a")
                .remembering(9)
                .of("a", "b", "c")
                .takesPartAbove(7)
                .doesNothing()
                .isIn(9);
    }

    @Test
    void aReadmittedPeerIsLoyalForAnElectionTimeout() {
        PeerProbe readmitted = peer("a").of("a", "b", "c").takesPartAbove(7).after(E - 1);
        readmitted.hears("b", new RequestVote(8, 0)).does(send("b", new VoteRefused(7, 8)));
    }

    // "the receiver stores the newer one first, and discards the votes and answers that it counted from the former"

    @Test
    void theVotesOfAReplacedIdentityAreDiscarded() {
        PeerProbe candidate =
                peer("a").of("a", "b", "c", "d", "e").takesPart().stands().wakes();
        candidate.hears("b", new PreVoteGranted(1)).hearsOfTheReplacementOf("b").hears("c", new PreVoteGranted(1));
        candidate.isCanvassing().hears("d", new PreVoteGranted(1)).isStandingIn(1);
        candidate.hears("b", new VoteGranted(1)).hearsOfTheReplacementOf("b").hears("c", new VoteGranted(1));
        candidate.isStandingIn(1).hears("d", new VoteGranted(1)).isA(Leader.class);
    }

    @Test
    void theRefusalsOfAReplacedIdentityAreDiscarded() {
        PeerProbe candidate =
                peer("a").of("a", "b", "c").takesPart().stands().wakes().hears("b", new PreVoteGranted(1));
        candidate.hears("b", new VoteRefused(0, 1)).hearsOfTheReplacementOf("b").hears("c", new VoteRefused(0, 1));
        candidate.isStandingIn(1);
    }

    @Test
    void thePushedVotesOfAReplacedIdentityAreDiscarded() {
        for (PeerProbe any : List.of(follower(), follower().hears("d", new VoteRefused(3, 4)))) {
            any.hears("c", new VoteGranted(4)).hears("d", new VoteGranted(4)).hearsOfTheReplacementOf("c");
            any.hearsOfTheDeathOf("b").isStandingIn(4);
        }
        PeerProbe canvassing = follower()
                .wakes()
                .wakes()
                .isCanvassing()
                .hears("c", new VoteGranted(4))
                .hears("d", new VoteGranted(4));
        canvassing.hearsOfTheReplacementOf("c").hearsOfTheDeathOf("b").isStandingIn(4);
        PeerProbe leader = peer("a").of("a", "b", "c").takesPart().leads().hears("b", new VoteGranted(3));
        leader.hearsOfTheReplacementOf("b").hears("c", new HeartbeatRefused(2)).isStandingIn(3);
    }

    @Test
    void theAcknowledgementsOfAReplacedIdentityAreDiscarded() {
        PeerProbe leader =
                peer("a").of("a", "b", "c", "d", "e").takesPart().wins().isHeardBy("b");
        leader.hearsOfTheReplacementOf("b")
                .isHeardBy("c")
                .holdsNoLease()
                .isHeardBy("d")
                .leads(1);
        long until = leader.now() + LEASE;
        leader.after(H)
                .ticks()
                .isHeardBy("c")
                .hearsOfTheReplacementOf("c")
                .isHeardBy("d")
                .leasesUntil(until);
        leader.hearsOfTheReplacementOf("w").isUnchanged();
    }

    private static PeerProbe follower() {
        return peer("a").of("a", "b", "c", "d").takesPart().stands().hearsBeat("b", 3, "a", "c");
    }
}
