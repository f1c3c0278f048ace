package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.H;
import static dev.conclave.core.TestValues.LEASE;
import static dev.conclave.core.TestValues.MARGIN;
import static dev.conclave.core.TestValues.ms;
import static dev.conclave.core.TestValues.release;
import static dev.conclave.core.TestValues.send;
import static dev.conclave.core.peer.PeerProbe.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.peer.Effect.Dismissed;
import dev.conclave.core.peer.Effect.Ended;
import dev.conclave.core.peer.Effect.HandOverRefused;
import dev.conclave.core.peer.Effect.Reason;
import dev.conclave.core.peer.Effect.Refusal;
import dev.conclave.core.peer.Message.HeartbeatAck;
import dev.conclave.core.peer.Message.HeartbeatRefused;
import dev.conclave.core.peer.Message.Observe;
import dev.conclave.core.peer.Message.Release;
import dev.conclave.core.peer.Message.RequestVote;
import dev.conclave.core.peer.Message.VoteGranted;
import dev.conclave.core.peer.Message.VoteRefused;
import org.junit.jupiter.api.Test;

/** R9: hand-over, and every other early end, on the leader. {@link R09ReleaseTest} checks the peers that receive a release. */
class R09HandOverTest {

    // "First the users are told to stop. Then they stop (...); meanwhile the lease may be renewed (...). Only then the
    // leader becomes Follower (...) and releases the term."

    @Test
    void aHandOverFirstTellsTheUsersToStop() {
        PeerProbe leader = leader();
        leader.handsOver()
                .does(new Dismissed(1, Reason.HAND_OVER, leader.leaseBefore()))
                .leadsNothing();
    }

    @Test
    void theLeaseIsRenewedWhileTheUsersStop() {
        PeerProbe leader = leader().handsOver();
        for (int round = 1; round <= 20; round++) {
            leader.after(H)
                    .ticks()
                    .doesSomethingLike(Message.Heartbeat.class)
                    .isHeardBy("b", "c")
                    .isA(Leader.class);
        }
        leader.leasesUntil(leader.now() + LEASE);
    }

    /** Users that never answer must not keep the election without a leader for ever. */
    @Test
    void aLeaderThatHandedOverRenewsItsLeaseForTenElectionTimeoutsAtMost() {
        PeerProbe leader = leader().handsOver();
        for (int round = 1; round <= 100; round++) {
            leader.after(H).ticks().isHeardBy("b", "c").isA(Leader.class);
        }
        leader.after(H)
                .ticks()
                .isHeardBy("b", "c")
                .livesFor(LEASE)
                .isA(Follower.class)
                .doesSomethingLike(Release.class);
    }

    @Test
    void theTermIsReleasedWhenTheUsersHaveStopped() {
        PeerProbe leader = leader().handsOver().after(ms(3)).usersStopped(1);
        leader.does(
                new Ended(1, Reason.HAND_OVER, leader.now()), send("b", release(1, "b")), send("c", release(1, "b")));
        leader.isA(Follower.class);
    }

    @Test
    void theTermIsReleasedWhenTheLeaseHasEnded() {
        PeerProbe leader = leader().handsOver().livesFor(LEASE - 1).doesNothingLike(Release.class, Ended.class);
        leader.livesFor(1).doesSomethingLike(Ended.class).doesSomethingLike(Release.class);
    }

    @Test
    void usersThatStopUnaskedDoNotEndALeadership() {
        leader().usersStopped(1).isUnchanged();
        leader().handsOver().usersStopped(7).isUnchanged();
    }

    @Test
    void theUsersAreToldToStopOnce() {
        leader().handsOver()
                .handsOver()
                .doesNothing()
                .withdraws()
                .doesNothing()
                .leaves()
                .doesNothing();
    }

    // "the users of earlier terms too"

    /** F8: the release of a second term would free all voters while users of the first still stop. */
    @Test
    void theTermIsNotReleasedBeforeTheUsersOfEarlierTermsHaveStopped() {
        PeerProbe leader = leader().hears("b", new HeartbeatRefused(6))
                .hears("b", new VoteGranted(7))
                .isHeardBy("b")
                .isA(Leader.class);
        leader.handsOver().isA(Follower.class).doesNothingLike(Release.class);
        leader.usersStopped(1).doesSomethingLike(Release.class);
    }

    // "becomes Follower, for good in this term"

    @Test
    void aTermThatWasHandedOverIsNotLedAgain() {
        PeerProbe leader = leader();
        long s = leader.now();
        leader.handsOver()
                .usersStopped(1)
                .hears("b", new HeartbeatAck(1, s, true))
                .hears("b", new VoteGranted(1));
        leader.isA(Follower.class).livesFor(E).leadsNothing();
    }

    // "It sends the release to all peers"

    @Test
    void aReleaseIsSentToObserversToo() {
        PeerProbe leader =
                leader().hears("w", new Observe(0, false)).handsOver().usersStopped(1);
        leader.doesAmongOthers(send("b", release(1, "b")), send("c", release(1, "b")), send("w", release(1, "b")));
    }

    // "repeats it until a heartbeat of a higher term arrives, for E at most"

    @Test
    void aReleaseIsRepeatedEveryHeartbeatIntervalButNotForEver() {
        PeerProbe former = leader().handsOver().usersStopped(1);
        former.livesFor(H - 1).doesNothing();
        former.livesFor(1).does(send("b", release(1, "b")), send("c", release(1, "b")));
        former.livesFor(LEASE + E)
                .doesSomethingLike(Release.class)
                .livesFor(2 * E)
                .doesNothingLike(Release.class);
    }

    @Test
    void aReleaseIsRepeatedUntilAHeartbeatOfAHigherTermArrives() {
        PeerProbe former = leader().handsOver().usersStopped(1);
        former.hears("b", new RequestVote(2, 1)).livesFor(H).doesSomethingLike(Release.class);
        former.hearsBeat("b", 1).livesFor(H).doesSomethingLike(Release.class);
        former.hearsBeat("b", 2).livesFor(E).doesNothingLike(Release.class);
    }

    // "The release names a successor: a candidate that is not leaving."

    @Test
    void aReleaseNamesASuccessorThatStands() {
        PeerProbe leader = voter().wins();
        leader.hears("b", new HeartbeatAck(1, leader.now(), false)).hears("c", new HeartbeatAck(1, leader.now(), true));
        leader.leads(1).handsOver().usersStopped(1).doesAmongOthers(send("b", release(1, "c")));
    }

    // "The release of a lease that ran out names no successor"

    @Test
    void theReleaseOfALeaseThatRanOutNamesNoSuccessor() {
        PeerProbe leader = leaderThatOnlyOneOfFourHears();
        leader.usersStopped(1).doesAmongOthers(send("b", release(1)), send("e", release(1)));
    }

    @Test
    void aLeaderWhoseLeaseRunsOutWhileItHandsOverNamesASuccessor() {
        PeerProbe leader = ofFive().handsOver();
        isHeardByOneUntilItEnds(leader);
        leader.doesAmongOthers(send("b", release(1, "b")), send("e", release(1, "b")));
    }

    private static PeerProbe leaderThatOnlyOneOfFourHears() {
        PeerProbe leader = ofFive();
        isHeardByOneUntilItEnds(leader);
        return leader;
    }

    private static PeerProbe ofFive() {
        return peer("a").of("a", "b", "c", "d", "e").takesPart().leads();
    }

    private static void isHeardByOneUntilItEnds(PeerProbe leader) {
        while (leader.after(H).ticks().value().role() instanceof Leader) {
            leader.isHeardBy("b");
        }
    }

    @Test
    void anAcknowledgementSaysWhetherItsSenderStands() {
        acknowledges(voter(), false);
        acknowledges(voter().stands(), true);
        acknowledges(voter().stands().leaves(), false);
        acknowledges(voter().stands().withdraws(), false);
    }

    @Test
    void aReleaseMayNameASuccessorThatIsNotAVoter() {
        PeerProbe leader = voter().wins();
        leader.hears("b", new HeartbeatAck(1, leader.now(), false)).hears("w", new HeartbeatAck(1, leader.now(), true));
        leader.handsOver().usersStopped(1).doesAmongOthers(send("b", release(1, "w")), send("w", release(1, "w")));
    }

    @Test
    void aHandOverWithoutASuccessorIsRefused() {
        PeerProbe leader = voter().wins();
        leader.hears("b", new HeartbeatAck(1, leader.now(), false)).handsOver();
        leader.does(new HandOverRefused(1, Refusal.NO_OTHER_CANDIDATE)).leads(1);
    }

    // "A hand-over may name the successor"

    @Test
    void aHandOverToANamedCandidateNamesItInTheRelease() {
        leader().handsOverTo("c")
                .usersStopped(1)
                .doesAmongOthers(send("b", release(1, "c")), send("c", release(1, "c")));
    }

    @Test
    void aHandOverToANamedNonVoterNamesItInTheRelease() {
        PeerProbe leader = leader();
        leader.hears("w", new HeartbeatAck(1, leader.now(), true)).handsOverTo("w");
        leader.usersStopped(1).doesAmongOthers(send("b", release(1, "w")), send("w", release(1, "w")));
    }

    @Test
    void aHandOverToAPeerThatMayNotSucceedIsRefused() {
        PeerProbe leader = leader();
        leader.hears("b", new HeartbeatAck(1, leader.now(), false));
        leader.hears("w", new HeartbeatAck(1, leader.now(), false));
        leader.handsOverTo("b").does(new HandOverRefused(1, Refusal.NOT_A_CANDIDATE));
        leader.handsOverTo("w").does(new HandOverRefused(1, Refusal.NOT_A_CANDIDATE));
        leader.handsOverTo("a").does(new HandOverRefused(1, Refusal.NOT_A_CANDIDATE));
        leader.handsOverTo("x").does(new HandOverRefused(1, Refusal.UNKNOWN)).leads(1);
    }

    /** A candidate that has been silent for E/2 may be gone: handing over to it may leave the election without a leader. */
    @Test
    void aHandOverToACandidateThatIsSilentIsRefused() {
        PeerProbe leader = leader();
        for (int round = 0; round < 6; round++) {
            leader.after(H).ticks().isHeardBy("c");
        }
        leader.handsOverTo("b")
                .does(new HandOverRefused(1, Refusal.NOT_A_CANDIDATE))
                .leads(1);
        leader.handsOverTo("c").doesSomethingLike(Dismissed.class);
    }

    @Test
    void aSuccessorThatWithdrawsWhileTheUsersStopIsReplacedByTheFirstInTheSuccession() {
        PeerProbe leader = leader().handsOverTo("c");
        leader.hears("c", new HeartbeatAck(1, leader.now(), false)).usersStopped(1);
        leader.doesAmongOthers(send("b", release(1, "b")), send("c", release(1, "b")));
    }

    @Test
    void aSecondHandOverToTheSamePeerOrToAnyChangesNothing() {
        leader().handsOverTo("c")
                .handsOverTo("c")
                .isUnchanged()
                .doesNothing()
                .handsOver()
                .isUnchanged()
                .doesNothing();
    }

    @Test
    void aHandOverThatIsUnderWayTakesTheNameOfItsSuccessorOnce() {
        PeerProbe leader = leader().handsOver().handsOverTo("c").doesNothing();
        leader.handsOverTo("b")
                .does(new HandOverRefused(1, Refusal.OTHER_SUCCESSOR))
                .isUnchanged();
        leader.usersStopped(1).doesAmongOthers(send("b", release(1, "c")), send("c", release(1, "c")));
    }

    @Test
    void aWithdrawalThatIsUnderWayNeedsNoOtherCandidateForAHandOver() {
        PeerProbe leader = voter().wins();
        leader.hears("b", new HeartbeatAck(1, leader.now(), false))
                .withdraws()
                .handsOver()
                .doesNothing();
    }

    @Test
    void aLeaderThatLeavesReleasesItsTermWithoutASuccessor() {
        PeerProbe leader = voter().wins();
        leader.hears("b", new HeartbeatAck(1, leader.now(), false)).leaves().usersStopped(1);
        leader.does(new Ended(1, Reason.LEAVING, leader.now()), send("b", release(1)), send("c", release(1)));
    }

    // "A leader that ends by R1, R7 or R8 releases in the same way, unless this peer itself stands or leads in a
    // higher term."

    @Test
    void aLeaderThatLostToAHigherTermReleasesItsTermWhenItsUsersHaveStopped() {
        PeerProbe former = leader().hears("b", new HeartbeatRefused(2));
        former.withdraws().doesNothingLike(Release.class).usersStopped(1).doesAmongOthers(send("b", release(1, "b")));
    }

    @Test
    void aLeaderReleasesItsTermAtTheEndOfItsLease() {
        leader().after(LEASE - MARGIN)
                .ticks()
                .usersStopped(1)
                .doesAmongOthers(send("b", release(1)), send("c", release(1)));
        leader().after(LEASE).ticks().doesAmongOthers(send("b", release(1)), send("c", release(1)));
    }

    @Test
    void aFormerLeaderThatStandsOrLeadsAboveReleasesNothing() {
        PeerProbe leader =
                leader().hears("b", new HeartbeatRefused(2)).isStandingIn(3).usersStopped(1);
        leader.doesNothingLike(Release.class);
        leader.hears("b", new VoteGranted(3))
                .isHeardBy("b")
                .leads(3)
                .livesFor(E / 2)
                .doesNothingLike(Release.class);
    }

    @Test
    void aFormerLeaderThatIsNotElectedAboveReleasesItsTerm() {
        PeerProbe leader =
                leader().hears("b", new HeartbeatRefused(2)).usersStopped(1).isStandingIn(3);
        leader.hears("b", new VoteRefused(2, 3)).hears("c", new VoteRefused(2, 3));
        leader.isA(Follower.class).doesAmongOthers(send("b", release(1, "b")), send("c", release(1, "b")));
    }

    @Test
    void aFormerLeaderThatStandsWhileItReleasesDoesNotAskForATickInThePast() {
        PeerProbe former =
                leader().handsOver().usersStopped(1).hears("b", release(1, "a")).isStandingIn(2);
        former.livesFor(E / 2 - 1).isStandingIn(2).doesNothingLike(Release.class);
        former.livesFor(ms(1)).isA(Follower.class).doesSomethingLike(Release.class);
    }

    // "After a hand-over the former leader does not stand of its own accord for 3/2 E"

    @Test
    void aFormerLeaderThatHandedOverStandsOnlyAfterTwoOthersHadTheTime() {
        PeerProbe former = leader().handsOver().usersStopped(1);
        long handedOver = former.now();
        former.hears("b", new RequestVote(2, 1)).hearsBeat("b", 2).livesFor(E / 2);
        former.hears("b", release(2)).livesFor(E - 1).isA(Follower.class).isIn(2);
        former.livesFor(E).isCanvassing();
        assertThat(former.now() - handedOver).isEqualTo(5 * E / 2 - 1);
    }

    @Test
    void aFormerLeaderThatIsNamedAsSuccessorStandsAtOnceAlthoughItHandedOver() {
        PeerProbe former = leader().handsOver().usersStopped(1);
        former.hears("b", new RequestVote(2, 1)).hearsBeat("b", 2);
        former.hears("b", release(2, "a")).isStandingIn(3);
    }

    @Test
    void aFormerLeaderThatLostItsLeaseDoesNotWaitForOthers() {
        PeerProbe former = leader().after(LEASE).ticks();
        former.hears("b", new RequestVote(2, 1)).hearsBeat("b", 2);
        former.hears("b", release(2)).livesFor(E / 2).isCanvassing();
    }

    // "An orderly shutdown hands over before the node leaves the cluster."

    @Test
    void aPeerThatLeavesHandsOverAndDoesNotStandAgain() {
        PeerProbe leader = leader().leaves().doesSomethingLike(Dismissed.class).usersStopped(1);
        leader.doesAmongOthers(send("b", release(1, "b")))
                .livesFor(10 * E)
                .isA(Follower.class)
                .isIn(1);
        PeerProbe asking = voter().stands().wakes().isCanvassing().leaves().isA(Follower.class);
        asking.livesFor(10 * E).isA(Follower.class).isIn(0);
    }

    @Test
    void aPeerThatWithdrawsHandsOverAndDoesNotStandUntilItIsAskedTo() {
        PeerProbe leader = leader().withdraws().usersStopped(1).livesFor(10 * E).isA(Follower.class);
        leader.stands()
                .livesFor(ms(100))
                .isCanvassing()
                .withdraws()
                .isA(Follower.class)
                .waitsForNothing();
    }

    @Test
    void aWinnerWithoutALeaseReleasesItsTermAtOnceWhenItWithdraws() {
        voter().wins().withdraws().isA(Follower.class).does(send("b", release(1)), send("c", release(1)));
    }

    @Test
    void aLeaderThatIsAskedToStandWhileItWithdrawsStillReleasesItsTerm() {
        leader().withdraws()
                .stands()
                .doesNothing()
                .usersStopped(1)
                .isA(Follower.class)
                .doesSomethingLike(Release.class);
    }

    @Test
    void aHandOverOnAPeerThatDoesNotLeadChangesNothing() {
        voter().handsOver().isUnchanged().doesNothing();
        voter().stands().wakes().handsOver().isUnchanged().doesNothing();
    }

    private static void acknowledges(PeerProbe voter, boolean stands) {
        voter.hearsBeat("b", 3).doesAmongOthers(send("b", new HeartbeatAck(3, voter.now(), stands)));
    }

    private static PeerProbe voter() {
        return peer("a").of("a", "b", "c").takesPart();
    }

    private static PeerProbe leader() {
        return voter().leads();
    }
}
