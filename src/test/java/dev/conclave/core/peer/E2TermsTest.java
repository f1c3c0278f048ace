package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.heartbeat;
import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.TestValues.ms;
import static dev.conclave.core.TestValues.release;
import static dev.conclave.core.TestValues.send;
import static dev.conclave.core.peer.PeerProbe.peer;

import dev.conclave.core.Terms;
import dev.conclave.core.peer.Message.HeartbeatAck;
import dev.conclave.core.peer.Message.HeartbeatRefused;
import dev.conclave.core.peer.Message.PreVoteGranted;
import dev.conclave.core.peer.Message.PreVoteRefused;
import dev.conclave.core.peer.Message.RequestPreVote;
import dev.conclave.core.peer.Message.RequestVote;
import dev.conclave.core.peer.Message.VoteGranted;
import dev.conclave.core.peer.Message.VoteRefused;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** E2: a peer stands and votes in terms of its own configuration only. */
class E2TermsTest {

    /** The terms 2.1 and 2.2. */
    private static final long FIRST = Terms.before(2) + 1;

    private static final long SECOND = FIRST + 1;

    // A peer opens the term max(ballot, n.0) + 1, and canvasses in exactly that term.

    @Test
    void aPeerCanvassesAndStandsInTheFirstTermOfItsConfiguration() {
        PeerProbe candidate = voter().stands().wakes().isCanvassing();
        candidate.does(send("b", new RequestPreVote(FIRST, 0)), send("c", new RequestPreVote(FIRST, 0)));
        candidate.isIn(3).hears("b", new PreVoteGranted(FIRST)).isStandingIn(FIRST);
        candidate.doesAmongOthers(send("b", new RequestVote(FIRST, 0)), send("c", new RequestVote(FIRST, 0)));
    }

    @Test
    void aPeerWhoseBallotIsOfItsConfigurationStandsInTheNextTerm() {
        PeerProbe candidate =
                peer("a").under(2).remembering(FIRST).of("a", "b", "c").takesPart();
        candidate
                .stands()
                .wakes()
                .does(send("b", new RequestPreVote(SECOND, 0)), send("c", new RequestPreVote(SECOND, 0)));
        candidate.hears("b", new PreVoteGranted(SECOND)).isStandingIn(SECOND);
    }

    @Test
    void aPeerWhoseConfigurationHasNoTermLeftSaysSoAndStandsUnderTheNextOne() {
        long last = Terms.before(3) - 1;
        PeerProbe peer = peer("a").under(2).remembering(last).of("a", "b", "c").takesPart();
        PeerProbe waiting = peer.stands().wakes();
        waiting.does(new Effect.NoTermLeft(last, 2)).isA(Follower.class);
        waiting.switchesTo(3, "a", "b", "c").after(2 * E).wakes().isCanvassing();
    }

    @Test
    void aPreVoteForAnotherTermThanTheOneThatWasAskedForIsNotCounted() {
        PeerProbe candidate = voter().stands().wakes();
        candidate.hears("b", new PreVoteGranted(4)).isCanvassing();
        candidate
                .hears("b", new PreVoteRefused(3, 4, 0))
                .hears("c", new PreVoteRefused(3, 4, 0))
                .isCanvassing();
    }

    @Test
    void theWinnerOfATermOfALaterConfigurationLeadsIt() {
        voter().leads().leads(FIRST);
    }

    @Test
    void aLeaderWithALeaseStandsAboveAHigherTermInATermOfItsConfiguration() {
        PeerProbe leader = peer("a").of("a", "b", "c").takesPart().leads().switchesTo(2, "a", "b", "c");
        leader.hears("b", new HeartbeatRefused(7)).isStandingIn(FIRST);
    }

    @Test
    void theSuccessorOfAReleaseStandsInATermOfItsConfiguration() {
        voter().stands().hearsBeat("b", 4).hears("b", release(4, "a")).isStandingIn(FIRST);
        voter().stands().hearsBeat("b", 4, "a").hearsOfTheDeathOf("b").isStandingIn(FIRST);
    }

    /** Otherwise a former candidate stood in a term in which no voter would vote, again and again. */
    @Test
    void aPeerWhoseBallotLiesAboveItsConfigurationDoesNotStand() {
        PeerProbe ahead = peer("a")
                .under(2)
                .remembering(Terms.before(3) + 1)
                .of("a", "b", "c")
                .takesPart();
        ahead.stands().livesFor(10 * E).isA(Follower.class).does(new Effect.NoTermLeft(Terms.before(3) + 1, 2));
        ahead.isIn(Terms.before(3) + 1);
    }

    @Test
    void aPeerThatHasUsedUpTheTermsOfItsConfigurationDoesNotStand() {
        PeerProbe last = peer("a")
                .under(2)
                .remembering(Terms.before(3) - 1)
                .of("a", "b", "c")
                .takesPart();
        last.stands().livesFor(ms(5000)).isA(Follower.class).does(new Effect.NoTermLeft(Terms.before(3) - 1, 2));
    }

    // A vote is cast only in a term of the voter's own configuration, asked, repeated or pushed.

    @Test
    void aVoterVotesInATermOfItsOwnConfigurationOnly() {
        voter().hears("b", new RequestVote(FIRST, 0))
                .hasVotedFor("b")
                .doesAmongOthers(send("b", new VoteGranted(FIRST)));
        for (long other : new long[] {4, Terms.before(2) - 1, Terms.before(2)}) {
            voter().hears("b", new RequestVote(other, 0)).doesNothing().isUnchanged();
            voter().hears("b", new RequestPreVote(other, 0)).doesNothing().isUnchanged();
        }
        voter().hears("b", new RequestPreVote(FIRST, 0)).does(send("b", new PreVoteGranted(FIRST)));
    }

    @Test
    void aVoteOfAnEarlierConfigurationIsNotRepeated() {
        PeerProbe voter = peer("a").of("a", "b", "c").takesPart().hears("b", new RequestVote(3, 0));
        voter.hears("b", new RequestVote(3, 0)).does(send("b", new VoteGranted(3)));
        voter.switchesTo(1, "a", "b", "c")
                .hears("b", new RequestVote(3, 0))
                .doesNothing()
                .isUnchanged();
        voter.hears("b", new RequestPreVote(3, 0)).doesNothing().isUnchanged();
    }

    @Test
    void aVoteIsPushedInATermOfItsOwnConfiguration() {
        PeerProbe voter = voter().hearsBeat("b", 4, "c", "a");
        voter.hearsOfTheDeathOf("b").hasVotedFor("c").doesAmongOthers(send("c", new VoteGranted(FIRST)));
        PeerProbe other = voter().hearsBeat("b", 4);
        other.hears("b", release(4, "c")).hasVotedFor("c").doesAmongOthers(send("c", new VoteGranted(FIRST)));
    }

    @Test
    void noVoteIsPushedAboveTheLastTermOfTheConfiguration() {
        long last = Terms.before(3) - 1;
        PeerProbe voter = voter().hearsBeat("b", last, "c", "a");
        voter.hearsOfTheDeathOf("b").isIn(last).hasNoVote().doesNothingLike(VoteGranted.class);
    }

    // A candidate counts only votes in terms of its own configuration.

    @Test
    void aPushedVoteOfAnEarlierConfigurationIsNotCounted() {
        PeerProbe candidate = voter().stands().hears("b", new VoteGranted(4)).hears("c", new VoteGranted(4));
        candidate.hearsBeat("b", 3, "a").hearsOfTheDeathOf("b").isStandingIn(FIRST);
    }

    // Heartbeats, acknowledgements, refusals and releases of lower terms are as good as ever.

    @Test
    void aLeaderOfAnEarlierConfigurationIsFollowedAndLeadsOn() {
        PeerProbe voter = voter();
        voter.hears("b", heartbeat(3, ms(7)))
                .does(send("b", new HeartbeatAck(3, ms(7), false)), new Effect.Following(id("b"), 3));
        PeerProbe leader = peer("a").of("a", "b", "c").takesPart().leads().switchesTo(2, "a", "b", "c");
        long s = leader.now();
        leader.isHeardBy("b")
                .leads(1)
                .leasesUntil(s + leader.value().self().settings().leaseNanos());
    }

    @Test
    void aRefusalThatCarriesATermOfAnEarlierConfigurationRaisesTheTerm() {
        voter().hears("b", new VoteRefused(7, FIRST)).isIn(7);
    }

    // A term above those of the configuration under which a message was made is malformed.

    static List<Message> messagesWithATermOfTheNextConfiguration() {
        long beyond = Terms.before(3);
        return List.of(
                heartbeat(beyond, 0),
                new HeartbeatAck(beyond, 0, true),
                new HeartbeatRefused(beyond),
                new VoteRefused(beyond, FIRST),
                new PreVoteRefused(beyond, FIRST, 0),
                new RequestVote(beyond, 0),
                new RequestVote(FIRST, beyond),
                new RequestPreVote(FIRST, beyond),
                new VoteGranted(beyond),
                release(beyond));
    }

    @ParameterizedTest
    @MethodSource("messagesWithATermOfTheNextConfiguration")
    void aTermOfALaterConfigurationThanTheMessageIsMalformed(Message message) {
        for (PeerProbe any : List.of(voter(), voter().stands().wakes(), voter().leads())) {
            any.hears("b", message)
                    .does(new Effect.Implausible(id("b"), Terms.before(3)))
                    .isUnchanged();
        }
    }

    @Test
    void theHighestTermOfTheConfigurationIsNotMalformed() {
        voter().hears("b", new VoteRefused(Terms.before(3) - 1, FIRST)).isIn(Terms.before(3) - 1);
    }

    private static PeerProbe voter() {
        return peer("a").under(2).remembering(3).of("a", "b", "c").takesPart();
    }
}
