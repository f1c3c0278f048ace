package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.LEASE;
import static dev.conclave.core.TestValues.STEP;
import static dev.conclave.core.TestValues.heartbeat;
import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.TestValues.ms;
import static dev.conclave.core.TestValues.release;
import static dev.conclave.core.TestValues.send;
import static dev.conclave.core.peer.PeerProbe.peer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.core.Settings;
import dev.conclave.core.TestValues;
import dev.conclave.core.node.HelloLimiter;
import dev.conclave.core.peer.Message.Heartbeat;
import dev.conclave.core.peer.Message.HeartbeatAck;
import dev.conclave.core.peer.Message.Observe;
import dev.conclave.core.peer.Message.PreVoteRefused;
import dev.conclave.core.peer.Message.Release;
import dev.conclave.core.peer.Message.RequestVote;
import dev.conclave.core.peer.Message.VoteRefused;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The last nanosecond before and the first one after, the first place in a list, the term 0: where a rule begins and ends. */
class BoundariesTest {

    // ---- R6

    @Test
    void aVoterThatHasNeverVotedIsLoyalAfterItsStart() {
        peer("a")
                .of("a", "b", "c")
                .takesPartLoyally()
                .hears("b", new RequestVote(1, 0))
                .does(send("b", new VoteRefused(0, 1)));
    }

    // ---- R7 and R9

    @Test
    void aLeaderThatWaitsForItsUsersRenewsForTenElectionTimeoutsAndNotAnInstantLonger() {
        PeerProbe leader = peer("a").of("a", "b", "c").takesPart().leads();
        leader.handsOver();
        long patience = Leader.PATIENCE_IN_ELECTIONS * E;
        for (long lived = 0; lived < patience - ms(50); lived += ms(50)) {
            leader.after(ms(50)).ticks().isHeardBy("b");
        }
        long lastRenewed = ((Leader) leader.value().role()).leaseUntil();
        assertThat(lastRenewed).isEqualTo(((Leader) leader.value().role()).roundAt() + LEASE);
        leader.after(ms(50)).ticks().isHeardBy("b").leasesUntil(lastRenewed);
    }

    @Test
    void aReleaseIsRepeatedUntilALeaseAndAnElectionTimeoutHavePassed() {
        released().after(LEASE + E - 1).ticks().doesSomethingLike(Release.class);
        released().after(LEASE + E).ticks().doesNothingLike(Release.class);
    }

    private static PeerProbe released() {
        PeerProbe leader = peer("a").of("a", "b", "c").takesPart().leads();
        return leader.handsOver().usersStopped(leader.term()).doesSomethingLike(Release.class);
    }

    /** Voters that acknowledged the winner are loyal to it and would refuse the candidate that it votes for. */
    @Test
    void aWinnerThatVotesInAHigherTermBeforeItHoldsALeaseReleasesItsTerm() {
        PeerProbe elected = peer("a").of("a", "b", "c").takesPart().wins().holdsNoLease();
        long term = elected.term();
        elected.hears("c", new RequestVote(term + 1, 0))
                .hasVotedFor("c")
                .doesSomethingLike(Release.class)
                .doesAmongOthers(send("b", new Release(term, Optional.empty())));
    }

    @Test
    void aWinnerThatGaveUpWaitsBetweenOneAndOneAndAHalfElectionTimeouts() {
        PeerProbe elected = peer("a").of("a", "b", "c").takesPart().wins().draws(E / 2);
        elected.after(E / 2).ticks().isA(Follower.class);
        assertThat(elected.value().role().wakeAt(elected.value().self()) - elected.now())
                .isEqualTo(E);
    }

    // ---- R10

    @Test
    void theFirstOfTheVotersIsRemovedFromTheSuccessionWhenItIsProvenGone() {
        PeerProbe leader = peer("b").of("a", "b", "c").takesPart().leads();
        leader.ticks().names("c", "a").hearsOfTheDeathOf("a").waits(0).ticks().names("c");
    }

    @Test
    void aProofAboutAPeerThatIsNeitherAVoterNorTheLeaderIsNotRemembered() {
        peer("a")
                .of("a", "b", "c")
                .takesPart()
                .hearsBeat("b", 3)
                .hearsOfTheDeathOf("x")
                .isUnchanged()
                .hearsOfTheDeathOf("a")
                .isUnchanged();
    }

    @Test
    void aDeadLeaderThatIsNotAVoterIsRemembered() {
        PeerProbe follower = peer("a").of("a", "b", "c").takesPart().hearsBeat("w", 3);
        follower.hearsOfTheDeathOf("w").hears("w", heartbeat(3, follower.now())).doesNothingLike(HeartbeatAck.class);
        assertThat(follower.value().gone()).containsOnlyKeys(id("w"));
    }

    // ---- R11

    @Test
    void aCandidateThatAcknowledgedHalfAnElectionTimeoutAgoIsNamedForTheLastTime() {
        heardAll().after(E / 2).ticks().names("b", "c", "w");
        heardAll().after(E / 2 + 1).ticks().names();
    }

    private static PeerProbe heardAll() {
        return peer("a").of("a", "b", "c").takesPart().leads().hears("w", new Observe(0, true));
    }

    @Test
    void aCandidateThatIsRefusedForLessThanAStepAsksWhenTheVoterIsFreeAndOtherwiseAfterHalfAStep() {
        refusedFor(STEP - ms(20), STEP / 2).waits(STEP - ms(20));
        refusedFor(STEP, 0).waits(STEP / 2);
    }

    private static PeerProbe refusedFor(long nanos, long drawn) {
        PeerProbe asking = peer("a").of("a", "b", "c").takesPart().stands();
        while (!(asking.value().role() instanceof Candidate)) {
            asking.wakes();
        }
        asking.isCanvassing().draws(drawn);
        return asking.eachTells(new String[] {"b", "c"}, new PreVoteRefused(0, 1, nanos));
    }

    @Test
    void aCandidateWhoseDiskIsSlowWaitsForItWithoutAskingForATickWithoutEnd() {
        PeerProbe slow = peer("a").of("a", "b", "c").takesPart().stands().hearsBeat("b", 3, "a");
        slow.slowDisk().hearsOfTheDeathOf("b").isStandingIn(4).livesFor(3 * E).isStandingIn(4);
        slow.diskForces().livesFor(E).isCanvassing();
    }

    @Test
    void aRoundOfVotesLastsHalfAnElectionTimeoutAndTheJitter() {
        assertThat(roundWith(ms(7))).isEqualTo(E / 2 + ms(7));
        assertThat(roundWith(E / 4)).isEqualTo(E / 2);
    }

    private static long roundWith(long drawn) {
        PeerProbe standing = peer("a").of("a", "b", "c").takesPart().stands().hearsBeat("b", 3, "a");
        standing.draws(drawn).hearsOfTheDeathOf("b").isStandingIn(4);
        return ((Candidate) standing.value().role()).endsAt() - standing.now();
    }

    @Test
    void aReleasedTermInARequestFreesTheVoterForEveryCandidate() {
        peer("a")
                .of("a", "b", "c", "d")
                .takesPart()
                .hearsBeat("b", 3)
                .hears("c", new RequestVote(4, 3))
                .hasVotedFor("c")
                .hears("d", new RequestVote(5, 0))
                .hasVotedFor("d");
    }

    @Test
    void aFollowerThatAdoptsAHigherTermDoesNotFollowItsLeaderAnyMore() {
        peer("a")
                .of("a", "b", "c")
                .takesPart()
                .hearsBeat("b", 3)
                .hears("c", new VoteRefused(9, 3))
                .does(new Effect.Leaderless(3), TestValues.persist(9));
    }

    /** The voter waits for any candidate after the first release, and for the named candidate after the second. */
    @Test
    void aVoterThatPushesItsVoteWaitsAgainForTheReceiver() {
        peer("d")
                .of("a", "b", "c", "d")
                .takesPart()
                .stands()
                .hearsBeat("b", 3, "a", "c", "d")
                .hears("b", release(3))
                .waits(2 * STEP)
                .after(ms(30))
                .hears("b", release(3, "c"))
                .hasVotedFor("c")
                .waits(2 * STEP);
    }

    @Test
    void aNonVoterDoesNotWaitLongerAfterARepeatedRelease() {
        PeerProbe outsider = peer("w").of("a", "b", "c").takesPart().stands().hearsBeat("b", 3, "a", "c", "w");
        Role waiting = outsider.hears("b", release(3, "c")).value().role();
        assertThat(outsider.after(ms(30)).hears("b", release(3, "c")).value().role())
                .isEqualTo(waiting);
    }

    // ---- observers

    @Test
    void anObserverOfACandidateIsNotifiedWhenItLeads() {
        peer("a")
                .of("a", "b", "c")
                .takesPart()
                .stands()
                .hearsBeat("b", 3, "a")
                .hearsOfTheDeathOf("b")
                .isStandingIn(4)
                .hears("w", new Observe(0, false))
                .hears("c", new Message.VoteGranted(4))
                .doesAmongOthers(send("w", new Heartbeat(4, -ms(5000), List.of())));
    }

    @Test
    void anObserverIsNotifiedForTenElectionTimeoutsAfterItsLastMessage() {
        assertThat(toldAfter(10 * E)).isTrue();
        assertThat(toldAfter(10 * E + 1)).isFalse();
    }

    /** The round of a leader that was elected so long after it was watched. */
    private static boolean toldAfter(long nanos) {
        PeerProbe follower = peer("a").of("a", "b", "c").takesPart().stands().hears("w", new Observe(0, false));
        follower.after(nanos).hears("b", release(7, "a")).hears("b", new Message.VoteGranted(8));
        return follower.isA(Leader.class).did.stream()
                .anyMatch(effect -> effect instanceof Effect.Send sent
                        && sent.to().equals(id("w"))
                        && sent.message() instanceof Heartbeat);
    }

    /** An observer acknowledges no heartbeat, so the leader keeps it only as long as it announces itself. */
    @Test
    void anObserverThatFollowsALeaderAnnouncesItselfEveryFourElectionTimeouts() {
        PeerProbe watcher = peer("w").of("a", "b", "c").hearsBeat("b", 3);
        int said = 0;
        for (long lived = 0; lived < 20 * E; lived += ms(100)) {
            watcher.livesFor(ms(100)).doesNothingLike(Effect.Leaderless.class);
            said += (int) watcher.did.stream()
                    .filter(send("b", new Observe(3, false))::equals)
                    .count();
            watcher.hearsBeat("b", 3);
        }
        assertThat(said).as("every fourth election timeout").isEqualTo(5);
    }

    @Test
    void thePlaceOfAnObserverBecomesFreeAfterTenElectionTimeoutsAndNotBefore() {
        PeerProbe watched = peer("a").of("a", "b", "c").takesPart();
        for (int i = 0; i < Observers.MAX; i++) {
            watched.hears("w" + i, new Observe(0, false)).doesNothingLike(Effect.Crowded.class);
        }
        watched.after(10 * E).hears("x", new Observe(0, false)).does(new Effect.Crowded(id("x")));
        assertThat(watched.value().observers()).hasSize(Observers.MAX).doesNotContainKey(id("x"));
        watched.after(1).hears("x", new Observe(0, false));
        assertThat(watched.value().observers()).containsOnlyKeys(id("x"));
    }

    // ---- values

    @Test
    void theAcknowledgementOfOneVoterNeverGoesBackAndSaysWhetherItStands() {
        Acks acks = Acks.none(3).with(0, 5, true).with(1, 6, true).with(2, 7, false);
        assertThat(acks.of(0)).isEqualTo(5);
        assertThat(acks.of(2)).isEqualTo(7);
        assertThat(acks.stands(0)).isTrue();
        assertThat(acks.stands(2)).isFalse();
        Acks without = acks.with(1, Long.MIN_VALUE, false);
        assertThat(without.of(1)).as("an acknowledgement is never older").isEqualTo(6);
        assertThat(without.stands(1)).isFalse();
        assertThat(acks.with(0, 4, true)).isEqualTo(acks).hasSameHashCodeAs(acks);
        assertThat(without).isNotEqualTo(acks).doesNotHaveSameHashCodeAs(acks);
    }

    @Test
    void settingsAreShownAsTheyAreConfigured() {
        assertThatThrownBy(() -> new Settings(TestValues.ids("a"), 500_001, E, 0))
                .hasMessageContaining("500001ns");
        assertThatThrownBy(() -> new Settings(TestValues.ids("a"), ms(700), E, 0))
                .hasMessageContaining("(700ms)")
                .hasMessageContaining("(1000ms)");
    }

    @Test
    void aClockThatHasRunForLongFreesNoPlaceOfAStranger() {
        long now = 2 * HelloLimiter.FORGOTTEN_NANOS;
        HelloLimiter greetingLimiter = HelloLimiter.none(now);
        for (int i = 0; i < HelloLimiter.MAX_STRANGERS; i++) {
            greetingLimiter =
                    greetingLimiter.answeringStranger(id("x" + i), now, E).orElseThrow();
        }
        assertThat(greetingLimiter.hasPlaceFor(id("y"), now + 1)).isFalse();
        assertThat(greetingLimiter.hasPlaceFor(id("y"), now + HelloLimiter.FORGOTTEN_NANOS))
                .isTrue();
    }
}
