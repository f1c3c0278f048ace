package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.LEASE;
import static dev.conclave.core.TestValues.following;
import static dev.conclave.core.TestValues.heartbeat;
import static dev.conclave.core.TestValues.ms;
import static dev.conclave.core.TestValues.persist;
import static dev.conclave.core.TestValues.release;
import static dev.conclave.core.TestValues.send;
import static dev.conclave.core.peer.PeerProbe.peer;

import dev.conclave.core.Ballot;
import dev.conclave.core.peer.Message.HeartbeatAck;
import dev.conclave.core.peer.Message.HeartbeatRefused;
import dev.conclave.core.peer.Message.Observe;
import dev.conclave.core.peer.Message.PreVoteGranted;
import dev.conclave.core.peer.Message.PreVoteRefused;
import dev.conclave.core.peer.Message.RequestPreVote;
import dev.conclave.core.peer.Message.RequestVote;
import dev.conclave.core.peer.Message.VoteGranted;
import dev.conclave.core.peer.Message.VoteRefused;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** R1: terms grow. */
class R01TermsTest {

    // "A peer that receives a higher term in a heartbeat, an acknowledgement, a refusal or a request that it may
    // answer adopts that term, with no vote cast in it, and becomes Follower."

    static List<Message> messagesThatRaiseTheTerm() {
        return List.of(
                new HeartbeatAck(7, 0, true),
                new PreVoteRefused(7, 3, 0),
                new VoteRefused(7, 3),
                new HeartbeatRefused(7));
    }

    @ParameterizedTest
    @MethodSource("messagesThatRaiseTheTerm")
    void aFollowerAdoptsAHigherTerm(Message message) {
        follower().hears("b", message).isIn(7).hasNoVote().isA(Follower.class);
    }

    @ParameterizedTest
    @MethodSource("messagesThatRaiseTheTerm")
    void aCandidateAdoptsAHigherTermAndFollows(Message message) {
        canvassing().hears("b", message).isIn(7).hasNoVote().isA(Follower.class);
        standing().hears("b", message).isIn(7).hasNoVote().isA(Follower.class);
    }

    @ParameterizedTest
    @MethodSource("messagesThatRaiseTheTerm")
    void aLeaderWithoutALeaseAdoptsAHigherTermAndFollows(Message message) {
        peer("a")
                .of("a", "b", "c")
                .takesPart()
                .wins()
                .hears("b", message)
                .isIn(7)
                .hasNoVote()
                .isA(Follower.class);
    }

    @ParameterizedTest
    @MethodSource("messagesThatRaiseTheTerm")
    void aTermThatIsNotHigherChangesNothingOnAFollower(Message message) {
        peer("a")
                .remembering(7)
                .of("a", "b", "c")
                .takesPart()
                .hears("b", message)
                .isUnchanged()
                .doesNothing();
    }

    @ParameterizedTest
    @MethodSource("messagesThatRaiseTheTerm")
    void aTermThatIsNotHigherChangesNothingOnALeader(Message message) {
        PeerProbe leader =
                peer("a").remembering(6).of("a", "b", "c").takesPart().leads();
        leader.hears("b", message).isA(Leader.class).isIn(7).leads(7).doesNothingLike(Effect.Dismissed.class);
    }

    @Test
    void aHeartbeatRaisesTheTermInEveryRole() {
        for (PeerProbe any : List.of(follower(), canvassing(), standing(), leading())) {
            any.hearsBeat("b", 7)
                    .isIn(7)
                    .hasNoVote()
                    .isA(Follower.class)
                    .doesAmongOthers(persist(7), following("b", 7));
        }
    }

    @Test
    void aRequestThatMayBeAnsweredRaisesTheTermByTheVote() {
        follower().hears("b", new RequestVote(7, 0)).isIn(7).hasVotedFor("b");
        standing().hears("b", new RequestVote(7, 0)).isIn(7).hasVotedFor("b").isA(Follower.class);
        peer("a")
                .of("a", "b", "c")
                .takesPart()
                .wins()
                .hears("b", new RequestVote(7, 0))
                .isIn(7)
                .hasVotedFor("b")
                .isA(Follower.class);
    }

    // "Every refusal carries the refusing peer's term."

    @Test
    void everyRefusalCarriesTheTermOfTheRefusingPeer() {
        PeerProbe ahead = peer("a").remembering(7).of("a", "b", "c").takesPart();
        ahead.hears("b", new RequestPreVote(3, 0)).does(send("b", new PreVoteRefused(7, 3, 0)));
        ahead.hears("b", new RequestVote(3, 0)).does(send("b", new VoteRefused(7, 3)));
        ahead.hearsBeat("b", 3).does(send("b", new HeartbeatRefused(7)));
    }

    @Test
    void theRefusalOfALoyalPeerCarriesItsTerm() {
        PeerProbe loyal = follower().hearsBeat("c", 4);
        loyal.hears("b", new RequestPreVote(9, 0)).does(send("b", new PreVoteRefused(4, 9, ms(1000))));
        loyal.hears("b", new RequestVote(9, 0)).does(send("b", new VoteRefused(4, 9)));
    }

    @Test
    void aCandidateAndALeaderRefuseTheHeartbeatOfALowerTerm() {
        standing().hearsBeat("b", 3).does(send("b", new HeartbeatRefused(4)));
        leading().hearsBeat("b", 3).does(send("b", new HeartbeatRefused(4)));
    }

    // "Pre-votes, and requests that loyalty bars (R6), do not change the term."

    @ParameterizedTest
    @MethodSource
    void preVotesVotesObserversAndReleasesDoNotRaiseTheTerm(Message message) {
        follower().hears("b", message).isIn(3);
        canvassing().hears("b", message).isIn(3);
        standing().hears("b", message).isIn(4);
        leading().hears("b", message).isIn(4);
    }

    static Stream<Message> preVotesVotesObserversAndReleasesDoNotRaiseTheTerm() {
        return Stream.of(
                new RequestPreVote(7, 0),
                new PreVoteGranted(7),
                new VoteGranted(7),
                new Observe(7, true),
                release(7, "c"));
    }

    @Test
    void aRequestThatLoyaltyBarsDoesNotRaiseTheTerm() {
        follower().hearsBeat("c", 4).hears("b", new RequestVote(7, 0)).isIn(4).isUnchanged();
        leading().hears("b", new RequestVote(7, 0)).isIn(4).leads(4);
    }

    // "A leader that receives a higher term while it holds a lease, and has not been told to end, stands at once in a
    // term above it."

    @ParameterizedTest
    @MethodSource("messagesThatRaiseTheTerm")
    void aLeaderWithALeaseStandsAtOnceAboveAHigherTerm(Message message) {
        leading()
                .hears("b", message)
                .isStandingIn(8)
                .hasVotedFor("a")
                .doesAmongOthers(send("b", new RequestVote(8, 0)), send("c", new RequestVote(8, 0)));
    }

    @Test
    void aLeaderThatIsNotAnnouncedYetStandsAtOnceAboveAHigherTerm() {
        PeerProbe leader = leading().hears("b", new HeartbeatRefused(6)).isStandingIn(7);
        leader.hears("b", new VoteGranted(7)).isHeardBy("b").isA(Leader.class).leadsNothing();
        leader.hears("c", new HeartbeatRefused(8)).isStandingIn(9);
    }

    @Test
    void aLeaderThatWasToldToEndDoesNotStandAboveAHigherTerm() {
        leading()
                .handsOver()
                .hears("b", new HeartbeatRefused(7))
                .isIn(7)
                .hasNoVote()
                .isA(Follower.class);
        leading()
                .withdraws()
                .hears("b", new HeartbeatRefused(7))
                .isIn(7)
                .hasNoVote()
                .isA(Follower.class);
        leading()
                .leaves()
                .hears("b", new HeartbeatRefused(7))
                .isIn(7)
                .hasNoVote()
                .isA(Follower.class);
    }

    @Test
    void aLeaderWhoseLeaseHasEndedDoesNotStandAboveAHigherTerm() {
        leading()
                .after(LEASE)
                .hears("b", new HeartbeatRefused(7))
                .isIn(7)
                .hasNoVote()
                .isA(Follower.class)
                .doesSomethingLike(Effect.Ended.class);
    }

    @Test
    void aLeaderFollowsTheLeaderOfAHigherTerm() {
        leading().hears("b", heartbeat(7, 0)).isA(Follower.class).isIn(7).doesAmongOthers(following("b", 7));
    }

    /** S1: a heartbeat of the leader's term can only be the leader's own. */
    @Test
    void aLeaderIgnoresAHeartbeatOfItsOwnTerm() {
        leading().hearsBeat("b", 4).isUnchanged().doesNothing();
    }

    @Test
    void noPeerStandsAboveTheHighestPossibleTerm() {
        peer("a")
                .remembering(Ballot.MAX_TERM)
                .of("a", "b", "c")
                .takesPart()
                .stands()
                .livesFor(ms(5000))
                .isA(Follower.class)
                .does(new Effect.NoTermLeft(Ballot.MAX_TERM, 0));
    }

    private static PeerProbe follower() {
        return peer("a").remembering(3).of("a", "b", "c").takesPart();
    }

    private static PeerProbe canvassing() {
        return follower().stands().wakes().isCanvassing();
    }

    private static PeerProbe standing() {
        return canvassing().hears("b", new PreVoteGranted(4)).isStandingIn(4);
    }

    private static PeerProbe leading() {
        return follower().leads();
    }
}
