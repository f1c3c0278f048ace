package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.H;
import static dev.conclave.core.TestValues.LEASE;
import static dev.conclave.core.TestValues.STEP;
import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.TestValues.ms;
import static dev.conclave.core.TestValues.persist;
import static dev.conclave.core.TestValues.release;
import static dev.conclave.core.TestValues.send;
import static dev.conclave.core.peer.PeerProbe.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.TestValues;
import dev.conclave.core.peer.Message.HeartbeatAck;
import dev.conclave.core.peer.Message.Observe;
import dev.conclave.core.peer.Message.PreVoteRefused;
import dev.conclave.core.peer.Message.RequestVote;
import dev.conclave.core.peer.Message.VoteRefused;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** R11: succession is agreed. {@link R11PushedVotesTest} checks pushed votes. */
class R11SuccessionTest {

    // "Heartbeats name the order in which candidates stand."

    @Test
    void heartbeatsNameTheCandidatesInTheOrderOfTheVotersStartingBehindTheLeader() {
        PeerProbe leader = peer("b").of("a", "b", "c", "d").takesPart().wins();
        acknowledges(leader, "d", true);
        acknowledges(leader, "c", false);
        acknowledges(leader, "a", true);
        leader.ticks().names("d", "a");
    }

    /** So that leaders which stand again at once do not pass the leadership to each other for ever. */
    @Test
    void theSuccessionOfTheLastVoterNamesNonVotersFirst() {
        PeerProbe last = peer("c").of("a", "b", "c").takesPart().wins();
        acknowledges(last, "a", true);
        acknowledges(last, "b", true);
        last.hears("w", new Observe(0, true)).ticks().names("w", "a", "b");
    }

    @Test
    void aLeaderThatIsNotAVoterNamesAllVotersFirst() {
        PeerProbe outsider = peer("b").of("a", "c", "d").takesPart().wins();
        acknowledges(outsider, "d", true);
        acknowledges(outsider, "a", true);
        outsider.hears("e", new Observe(0, true)).ticks().names("a", "d", "e");
    }

    // "A non-voter tells the voters that it observes the election, and the voters pass this on to a leader that is not
    // a voter either."

    @Test
    void aVoterPassesObserversOnToALeaderThatIsNotAVoter() {
        PeerProbe voter = peer("a").remembering(2).of("a", "b", "c").takesPart().hearsBeat("w", 3);
        voter.hears("v", new Observe(0, true)).does(send("w", new Observe(3, true, Optional.of(id("v")))));
        voter.hears("w", new Observe(0, true)).doesNothing();
        voter.hearsBeat("x", 4).doesAmongOthers(send("x", new Observe(4, true, Optional.of(id("v")))));
        voter.hearsBeat("x", 4).doesNothingLike(Observe.class);
        voter.hearsBeat("b", 5).doesNothingLike(Observe.class);
        voter.hears("v", new Observe(0, true)).doesNothing();
    }

    @Test
    void aLeaderThatIsNotAVoterAcceptsObserversFromVotersOnly() {
        PeerProbe leader = peer("w").of("a", "b", "c").takesPart().leads();
        leader.hears("v", new Observe(0, true, Optional.of(id("x"))))
                .doesNothing()
                .isUnchanged();
        leader.hears("a", new Observe(1, true, Optional.of(id("v"))));
        assertThat(leader.did)
                .singleElement()
                .satisfies(effect -> assertThat(effect)
                        .isInstanceOfSatisfying(
                                Effect.Send.class, send -> assertThat(send.to()).isEqualTo(id("v"))));
        leader.after(H).ticks().names("a", "b", "c", "v");
    }

    @Test
    void aFollowerDoesNotPassOnAnObserverThatWasPassedOn() {
        PeerProbe voter = peer("a").remembering(2).of("a", "b", "c").takesPart().hearsBeat("w", 3);
        voter.hears("b", new Observe(3, true, Optional.of(id("v"))))
                .doesNothing()
                .isUnchanged();
    }

    /** If the same non-voter always came first, no other would ever be named before a voter. */
    @Test
    void theTermDrawsWhichNonVoterIsNamedFirst() {
        Set<PeerId> first = new HashSet<>();
        for (long term = 1; term <= 16; term++) {
            PeerProbe leader =
                    peer("a").remembering(term).of("a", "b", "c").takesPart().wins();
            leader.hears("v", new Observe(0, true)).hears("w", new Observe(0, true));
            leader.after(H).ticks();
            first.add(((Leader) leader.value().role()).named().get(0));
        }
        assertThat(first).hasSize(2);
    }

    @Test
    void theSuccessionNamesNonVotersBehindTheLastVoter() {
        PeerProbe leader = peer("b").of("a", "b", "c").takesPart().wins().hears("w", new Observe(0, true));
        leader.hears("x", new Observe(0, false)).isHeardBy("c").ticks().names("c", "w");
    }

    @Test
    void aCandidateThatHasNotAcknowledgedLatelyIsRemovedFromTheSuccession() {
        PeerProbe leader = leader().hears("w", new Observe(0, true)).ticks().names("b", "c", "w");
        leader.after(E / 2).ticks().isHeardBy("b").after(1).ticks();
        leader.after(H).ticks().names("b");
    }

    @Test
    void aChangedSuccessionIsSentAtOnce() {
        PeerProbe leader = leader().ticks().names("b", "c").after(ms(10));
        acknowledges(leader, "c", false);
        // The round after that is on the grid again, which lies 50 ms behind this leader's beginning.
        leader.waits(0).ticks().names("b").waits(ms(40));
    }

    @Test
    void aSuccessionNamesSixtyFourCandidatesAtMost() {
        PeerProbe leader = leader();
        for (int i = 0; i < 80; i++) {
            leader.hears("w" + i, new Observe(0, true));
        }
        leader.after(H).ticks();
        assertThat(((Leader) leader.value().role()).named()).hasSize(Message.Heartbeat.MAX_SUCCESSION);
    }

    // "The first successor stands at once when the leader is gone"

    @Test
    void theFirstInTheSuccessionStandsAtOnceWhenTheLeaderIsProvenGone() {
        follower("a", "c")
                .hearsOfTheDeathOf("b")
                .does(
                        new Effect.Leaderless(3),
                        persist(4, "a"),
                        new Effect.Standing(4),
                        send("b", new RequestVote(4, 0)),
                        send("c", new RequestVote(4, 0)),
                        send("d", new RequestVote(4, 0)));
    }

    // "or at E when the leader is merely silent"

    @Test
    void theFirstInTheSuccessionAsksAtTheElectionTimeoutWhenTheLeaderIsSilent() {
        follower("a", "c").livesFor(E - 1).isA(Follower.class).livesFor(1).isCanvassing();
    }

    @Test
    void aFollowerAnnouncesAfterAnElectionTimeoutThatASilentLeaderIsGone() {
        PeerProbe follower = follower("c", "a").livesFor(E - 1).doesNothing();
        follower.livesFor(1).does(new Effect.Leaderless(3));
    }

    // "the next one a step (H/2) later, and so on"

    @Test
    void eachNextInTheSuccessionAsksAStepLater() {
        follower("c", "a")
                .livesFor(E + STEP - 1)
                .isA(Follower.class)
                .livesFor(1)
                .isCanvassing();
        follower("c", "d", "a")
                .livesFor(E + 2 * STEP - 1)
                .isA(Follower.class)
                .livesFor(1)
                .isCanvassing();
        follower("c", "a").hearsOfTheDeathOf("b").waits(STEP);
    }

    @Test
    void aCandidateThatIsNotNamedAsksLast() {
        follower("c", "d")
                .livesFor(E + 2 * STEP - 1)
                .isA(Follower.class)
                .livesFor(1)
                .isCanvassing();
        follower().hearsOfTheDeathOf("b").waits(STEP);
    }

    @Test
    void aCandidateThatNeverFollowedALeaderWaitsAStepBeforeItAsks() {
        peer("a").of("a", "b", "c").takesPart().stands().waits(STEP);
        peer("a").of("a", "b", "c").stands().waitsForNothing().takesPart().waits(STEP);
    }

    @Test
    void aFollowerThatBeginsToStandWaitsForTheElectionTimeout() {
        PeerProbe follower = peer("a")
                .of("a", "b", "c")
                .takesPart()
                .hearsBeat("b", 3, "c", "a")
                .after(ms(300));
        follower.stands()
                .livesFor(ms(700) + STEP - 1)
                .isA(Follower.class)
                .livesFor(1)
                .isCanvassing();
    }

    @Test
    void standingTwiceChangesNothing() {
        peer("a")
                .of("a", "b", "c")
                .takesPart()
                .stands()
                .after(ms(10))
                .stands()
                .isUnchanged()
                .wakes()
                .stands()
                .isUnchanged();
        leader().stands().isUnchanged();
    }

    /** After a power failure all voters start together, and their loyalties of the start end together. */
    @Test
    void theWaitForTheLoyaltyOfTheStartHasJitter() {
        PeerProbe calm = peer("a").remembering(3).of("a", "b", "c").takesPartLoyally();
        calm.stands().waits(E);
        PeerProbe drawing = peer("b").remembering(3).of("a", "b", "c").takesPartLoyally();
        drawing.draws(ms(20)).stands().waits(E + ms(20));
    }

    @Test
    void aNonVoterThatIsProvenGoneIsRemovedFromTheSuccession() {
        PeerProbe leader = leader().hears("w", new Observe(0, true)).ticks().names("b", "c", "w");
        leader.hearsOfTheDeathOf("w").ticks().names("b", "c");
        leader.hears("w", 2, new Observe(0, true)).after(TestValues.H).ticks().names("b", "c", "w");
    }

    // "A candidate that asked a moment too early asks again (...) after a step at the latest, not after another E."

    @Test
    void aCandidateThatAskedTooEarlyAsksAgainWhenTheVotersAreFree() {
        PeerProbe asking = follower("a", "c").livesFor(E).isCanvassing();
        asking.hears("b", new PreVoteRefused(3, 4, ms(30))).hears("c", new PreVoteRefused(3, 4, ms(20)));
        asking.isA(Follower.class).waits(ms(20));
    }

    @Test
    void aCandidateThatAskedTooEarlyAsksAgainAfterAStepAtTheLatest() {
        PeerProbe asking = follower("a", "c").livesFor(E).isCanvassing();
        asking.hears("b", new PreVoteRefused(3, 4, ms(700)))
                .hears("c", new PreVoteRefused(3, 4, 0))
                .waits(STEP / 2);
        asking.wakes().isCanvassing();
    }

    @Test
    void aCandidateThatLostARoundAsksAgainSoon() {
        PeerProbe standing = follower("a", "c").hearsOfTheDeathOf("b").isStandingIn(4);
        standing.livesFor(E / 2).isA(Follower.class).waits(STEP / 2).wakes().isCanvassing();
    }

    /** Five voters: e never answers, each of two candidates has two votes, and every round would last E/2. */
    @Test
    void splitVotesAreGivenUpAfterAStepOnceAMajorityHasAnswered() {
        PeerProbe standing =
                peer("a").of("a", "b", "c", "d", "e").takesPart().stands().wakes();
        standing.hears("b", new Message.PreVoteGranted(1))
                .hears("c", new Message.PreVoteGranted(1))
                .isStandingIn(1);
        standing.hears("b", new VoteRefused(0, 1))
                .hears("c", new VoteRefused(0, 1))
                .isStandingIn(1);
        standing.livesFor(2 * STEP - 1).isStandingIn(1).livesFor(1).isA(Follower.class);
    }

    @Test
    void aVoterThatVotedForAnotherWaitsForTheTimeOfARound() {
        follower("c", "a").after(E).hears("c", new RequestVote(4, 0)).waits(E / 2 + STEP);
    }

    // "Every wait has jitter"

    @Test
    void everyWaitHasJitter() {
        peer("a").of("a", "b", "c").takesPart().draws(ms(7)).stands().waits(STEP + ms(7));
        follower("a", "c").draws(ms(7)).after(E).hears("b", release(3)).waits(ms(7));
        follower("c", "a").draws(ms(7)).hearsOfTheDeathOf("b").waits(STEP + ms(7));
        follower("a", "c").draws(ms(7)).wakes().wakes().isCanvassing().waits(STEP + ms(7));
        follower("a", "c").draws(ms(7)).hearsOfTheDeathOf("b").isStandingIn(4).waits(STEP + ms(7));
        PeerProbe refused =
                follower("a", "c").wakes().wakes().draws(ms(7)).hears("b", new PreVoteRefused(3, 4, ms(20)));
        refused.hears("c", new PreVoteRefused(3, 4, 0)).waits(ms(27));
        PeerProbe again = follower("a", "c").wakes().wakes().draws(ms(107)).hears("b", new PreVoteRefused(3, 4, 0));
        again.hears("c", new PreVoteRefused(3, 4, 0)).waits(STEP / 2 + ms(107));
        PeerProbe follower =
                peer("a").of("a", "b", "c").takesPart().stands().draws(ms(7)).hearsBeat("b", 3, "a");
        follower.waits(E).wakes().waits(ms(7));
    }

    @Test
    void aLeaderWhoseLeaseHasEndedLetsTheOthersAskFirst() {
        leader().draws(ms(70))
                .after(LEASE)
                .ticks()
                .livesFor(E + ms(69))
                .isA(Follower.class)
                .livesFor(ms(1))
                .isCanvassing();
    }

    @Test
    void jitterStaysBelowItsBoundForEveryDraw() {
        for (long draw : new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 0x9E3779B97F4A7C15L}) {
            PeerStep step = new PeerStep(peer("a").of("a").value(), 0, draw);
            assertThat(step.jitter(ms(50))).isBetween(0L, ms(50) - 1);
            assertThat(step.jitter(0)).isZero();
        }
    }

    private static void acknowledges(PeerProbe leader, String from, boolean stands) {
        long s = ((Leader) leader.value().role()).roundAt();
        leader.hears(from, new HeartbeatAck(leader.term(), s, stands));
    }

    /** Stands, and follows b in term 3. */
    private static PeerProbe follower(String... succession) {
        return peer("a").of("a", "b", "c", "d").takesPart().stands().hearsBeat("b", 3, succession);
    }

    private static PeerProbe leader() {
        return peer("a").of("a", "b", "c").takesPart().leads();
    }

    @Test
    void aSuccessionThatReleasesChangeNamesEachCandidateOnceAndNoMoreThanAHeartbeatCarries() {
        Loyalty loyalty = new Loyalty(
                Optional.of(new Loyalty.Obeyed(id("a"), new Incarnation(1), 1, 1, List.of(id("b"), id("c")))), 0);
        assertThat(successionOf(loyalty.succeededBy(id("c")).succeededBy(id("c"))))
                .containsExactly(id("c"), id("b"));
        for (int i = 0; i < 2 * Message.Heartbeat.MAX_SUCCESSION; i++) {
            loyalty = loyalty.succeededBy(new PeerId("pod", 1 + i));
        }
        assertThat(successionOf(loyalty))
                .startsWith(new PeerId("pod", 2 * Message.Heartbeat.MAX_SUCCESSION))
                .hasSize(Message.Heartbeat.MAX_SUCCESSION);
    }

    private static List<PeerId> successionOf(Loyalty loyalty) {
        return loyalty.obeyed().orElseThrow().succession();
    }
}
