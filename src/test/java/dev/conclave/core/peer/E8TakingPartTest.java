package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.LEASE;
import static dev.conclave.core.TestValues.following;
import static dev.conclave.core.TestValues.persist;
import static dev.conclave.core.TestValues.release;
import static dev.conclave.core.TestValues.send;
import static dev.conclave.core.peer.PeerProbe.peer;

import dev.conclave.core.Terms;
import dev.conclave.core.peer.Message.PreVoteGranted;
import dev.conclave.core.peer.Message.RequestPreVote;
import dev.conclave.core.peer.Message.RequestVote;
import dev.conclave.core.peer.Message.VoteGranted;
import dev.conclave.core.peer.Message.VoteRefused;
import java.util.List;
import org.junit.jupiter.api.Test;

/** E8 on a peer: it takes part while its node has a configuration that does not exclude it. */
class E8TakingPartTest {

    /** The first term of configuration 1. */
    private static final long FIRST = Terms.before(1) + 1;

    // Before it takes part, a peer does not vote, acknowledge, stand or lead.

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
    void aVoterThatIsAskedToStandBeforeItTakesPartStandsAfterThat() {
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

    // A configuration may exclude a peer that took part: its address is named with another identity.

    @Test
    void aPeerThatIsExcludedNeitherVotesNorAcknowledges() {
        PeerProbe excluded =
                peer("a").remembering(3).of("a", "b", "c").takesPart().isExcludedFrom(1, "a", "b", "c");
        excluded.doesNothing();
        excluded.hears("b", new RequestVote(FIRST, 0)).doesNothing().isUnchanged();
        excluded.hears("b", new RequestPreVote(FIRST, 0)).doesNothing().isUnchanged();
        excluded.hearsBeat("b", FIRST).does(persist(FIRST), following("b", FIRST));
        excluded.hearsBeat("b", 3).doesNothing();
    }

    @Test
    void aCandidateThatIsExcludedDropsItsCampaignAndStandsNoMore() {
        for (PeerProbe candidate : List.of(canvassing(), canvassing().hears("b", new PreVoteGranted(1)))) {
            candidate.isExcludedFrom(1, "a", "b", "c").isA(Follower.class);
            candidate.livesFor(10 * E).isA(Follower.class).doesNothingLike(RequestPreVote.class, RequestVote.class);
        }
    }

    @Test
    void aLeaderThatIsExcludedEndsItsLeadership() {
        PeerProbe leader = peer("a").of("a", "b", "c").takesPart().leads();
        long until = leader.now() + LEASE;
        leader.isExcludedFrom(1, "a", "b", "c")
                .leadsNothing()
                .isA(Follower.class)
                .doesAmongOthers(new Effect.Dismissed(1, Effect.Reason.VOID, until));
        leader.usersStopped(1).doesAmongOthers(send("b", release(1)), send("c", release(1)));
    }

    @Test
    void anExcludedPeerTakesPartAgainWithItsOldLoyaltyKept() {
        PeerProbe excluded = peer("a").of("a", "b", "c").takesPart().hearsBeat("b", 3);
        excluded.after(E / 2).isExcludedFrom(1, "a", "b", "c").switchesTo(2, "a", "b", "c");
        excluded.hears("c", new RequestVote(Terms.before(2) + 1, 0)).doesNothing();
        excluded.takesPart().hears("c", new RequestVote(Terms.before(2) + 1, 0));
        excluded.does(send("c", new VoteRefused(3, Terms.before(2) + 1)));
        excluded.after(E / 2).hears("c", new RequestVote(Terms.before(2) + 1, 0));
        excluded.doesAmongOthers(send("c", new VoteGranted(Terms.before(2) + 1)));
    }

    @Test
    void anExcludedPeerThatTakesPartAgainOwesTheLoyaltyOfAStartWhereThatIsLonger() {
        PeerProbe excluded = peer("a").of("a", "b", "c").takesPart().hearsBeat("b", 3);
        excluded.isExcludedFrom(1, "a", "b", "c").switchesTo(2, "a", "b", "c");
        excluded.told(new Input.Admitted(2 * E)).after(2 * E - 1);
        excluded.hears("b", new RequestVote(Terms.before(2) + 1, 0))
                .does(send("b", new VoteRefused(3, Terms.before(2) + 1)));
        excluded.after(1).hears("b", new RequestVote(Terms.before(2) + 1, 0));
        excluded.doesAmongOthers(send("b", new VoteGranted(Terms.before(2) + 1)));
    }

    private static PeerProbe canvassing() {
        return peer("a").of("a", "b", "c").takesPart().stands().wakes().isCanvassing();
    }
}
