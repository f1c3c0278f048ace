package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.H;
import static dev.conclave.core.TestValues.LEASE;
import static dev.conclave.core.TestValues.following;
import static dev.conclave.core.TestValues.heartbeat;
import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.TestValues.ms;
import static dev.conclave.core.TestValues.persist;
import static dev.conclave.core.TestValues.release;
import static dev.conclave.core.TestValues.send;
import static dev.conclave.core.TestValues.settings;
import static dev.conclave.core.TestValues.voteFor;
import static dev.conclave.core.peer.PeerProbe.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Settings;
import dev.conclave.core.Terms;
import dev.conclave.core.peer.Message.HeartbeatAck;
import dev.conclave.core.peer.Message.Observe;
import dev.conclave.core.peer.Message.PreVoteGranted;
import dev.conclave.core.peer.Message.RequestPreVote;
import dev.conclave.core.peer.Message.RequestVote;
import dev.conclave.core.peer.Message.VoteGranted;
import java.util.List;
import org.junit.jupiter.api.Test;

/** E5: a peer begins to obey a later configuration. */
class E5SwitchTest {

    private static final long FIRST = Terms.before(1) + 1;
    private static final Settings LONG = settings(3 * E, "a", "b", "c");
    private static final long LONG_LEASE = LONG.leaseNanos();

    // ---- any role

    @Test
    void aConfigurationThatIsNotLaterChangesNothing() {
        for (PeerProbe any : everyRole()) {
            any.switchesTo(1, "a", "b", "c")
                    .switchesTo(1, "a", "b")
                    .doesNothing()
                    .isUnchanged();
            any.switchesTo(0, "a", "b").doesNothing().isUnchanged();
        }
    }

    @Test
    void aPeerObeysTheNumberTheVotersAndTheTimesOfTheConfiguration() {
        for (PeerProbe any : everyRole()) {
            Peer.Self self = any.switchesTo(4, LONG).value().self();
            assertThat(self.configuration()).isEqualTo(4);
            assertThat(self.settings()).isEqualTo(LONG);
        }
    }

    @Test
    void aPeerMaySkipConfigurations() {
        follower().switchesTo(7, "a", "b", "d").stands().wakes();
    }

    @Test
    void theBallotTheLoyaltyAndTheProofsStay() {
        PeerProbe voter = follower().hearsBeat("b", 3, "c", "a").hearsOfTheDeathOf("c");
        Peer before = voter.value();
        Peer after = voter.switchesTo(1, "a", "b", "c").value();
        assertThat(after.ballot()).isEqualTo(before.ballot());
        assertThat(after.loyalty()).isEqualTo(before.loyalty());
        assertThat(after.gone()).isEqualTo(before.gone());
        assertThat(after.told()).isEqualTo(before.told());
    }

    @Test
    void aReleasedTermIsReleasedOnAfterTheSwitch() {
        PeerProbe former = leader().handsOver().usersStopped(1).switchesTo(1, "a", "b", "d");
        former.after(H).ticks().doesAmongOthers(send("b", release(1, "b")), send("d", release(1, "b")));
        assertThat(former.value().released()).isEqualTo(1);
    }

    // ---- messages and ballots that wait for the disk

    @Test
    void messagesThatWaitForTheDiskAreThrownAway() {
        PeerProbe voter =
                follower().slowDisk().hears("b", new RequestVote(4, 0)).does(persist(4, "b"));
        voter.switchesTo(1, "a", "b", "c").diskForces().doesNothingLike(Effect.Send.class);
    }

    /** Otherwise the next acknowledgement would leave before the ballot is durable. */
    @Test
    void ballotsOnTheirWayToTheDiskStayInTheGate() {
        PeerProbe voter = follower().slowDisk().hears("b", new RequestVote(4, 0));
        voter.switchesTo(1, "a", "b", "c").hearsBeat("b", 4).doesNothingLike(HeartbeatAck.class);
        voter.diskForces().does(send("b", new HeartbeatAck(4, voter.now(), false)));
    }

    // ---- candidates

    @Test
    void aCandidateDropsItsCampaign() {
        canvassing().switchesTo(1, "a", "b", "c").isA(Follower.class).doesNothing();
        standing().switchesTo(1, "a", "b", "c").isA(Follower.class).doesNothing();
    }

    /** Its own vote of the former configuration would be a majority of {a}. */
    @Test
    void aCandidateThatIsTheOnlyVoterLeftIsElectedOnlyInATermOfTheNewConfiguration() {
        PeerProbe alone = standing().switchesTo(1, "a").isA(Follower.class).isIn(4);
        alone.livesFor(E).isA(Leader.class).isIn(FIRST).leads(FIRST);
    }

    @Test
    void aVoteOfTheFormerTermIsNotCountedAfterTheSwitch() {
        PeerProbe candidate = standing().switchesTo(1, "a", "b", "c");
        candidate.hears("b", new VoteGranted(4)).isA(Follower.class);
        candidate.wakes().isCanvassing().hears("b", new PreVoteGranted(4)).isCanvassing();
    }

    @Test
    void aCandidateThatDroppedItsCampaignStandsAgainUnderTheNewConfiguration() {
        PeerProbe candidate = canvassing().switchesTo(1, "a", "b", "d").wakes().isCanvassing();
        candidate.does(send("b", new RequestPreVote(FIRST, 0)), send("d", new RequestPreVote(FIRST, 0)));
    }

    @Test
    void pushedVotesAreForgotten() {
        PeerProbe successor = follower().stands().hearsBeat("b", 3, "a", "c").hears("c", new VoteGranted(4));
        assertThat(successor.value().pushed()).isNotEmpty();
        assertThat(successor.switchesTo(1, "a", "b", "c").value().pushed()).isEmpty();
    }

    // ---- leaders

    @Test
    void aLeaderWithALeaseKeepsItAndBeatsAtOnceToTheNewVoters() {
        PeerProbe leader = leader();
        long until = leader.now() + LEASE;
        leader.after(ms(10)).switchesTo(1, "a", "b", "d").leads(1).leasesUntil(until);
        leader.does(send("b", heartbeat(1, leader.now())), send("d", heartbeat(1, leader.now())));
    }

    @Test
    void aLeaderIsRenewedOnlyByAcknowledgementsUnderTheNewNumber() {
        PeerProbe leader = leader();
        long until = leader.now() + LEASE;
        leader.after(ms(10)).switchesTo(1, "a", "b", "c");
        leader.hearsUnder(0, "b", new HeartbeatAck(1, leader.now(), true))
                .isUnchanged()
                .leasesUntil(until);
        leader.isHeardBy("b").leasesUntil(leader.now() + LEASE);
    }

    /** Given under E, they would make a lease of the new and longer one. */
    @Test
    void aLeaderForgetsTheAcknowledgementsOfTheFormerConfiguration() {
        PeerProbe leader = leader();
        long s = leader.now();
        leader.after(ms(10)).switchesTo(1, LONG).leasesUntil(s + LEASE);
        leader.hears("c", new HeartbeatAck(1, s, true)).leasesUntil(s + LONG_LEASE);
        PeerProbe five = peer("a").of("a", "b", "c", "d", "e").takesPart().leads();
        long until = five.now() + LEASE;
        five.after(ms(10))
                .switchesTo(1, settings(3 * E, "a", "b", "c", "d", "e"))
                .isHeardBy("b")
                .leasesUntil(until);
        five.isHeardBy("c").leasesUntil(five.now() + LONG_LEASE);
    }

    @Test
    void aLeaseIsNotShortenedByAShorterElectionTimeout() {
        PeerProbe leader = peer("a").among(LONG).takesPart().leads();
        long until = leader.now() + LONG_LEASE;
        leader.switchesTo(1, "a", "b", "c").leasesUntil(until);
        leader.after(ms(10)).ticks().isHeardBy("b").leasesUntil(until);
    }

    @Test
    void aLeaderOfTheFormerConfigurationThatNobodyAcknowledgesEndsWithItsLease() {
        PeerProbe leader = leader();
        long until = leader.now() + LEASE;
        leader.after(ms(10)).switchesTo(1, "a", "b", "d").livesFor(E).leadsNothing();
        leader.doesAmongOthers(new Effect.Ended(1, Effect.Reason.LEASE_EXPIRED, until));
    }

    @Test
    void aWinnerWithoutALeaseEnds() {
        follower().wins().switchesTo(1, "a", "b", "c").isA(Follower.class).leadsNothing();
    }

    @Test
    void aLeaderThatHandsOverDoesSoAfterTheSwitch() {
        PeerProbe leader = leader().handsOver().switchesTo(1, "a", "b", "c").isHeardBy("b");
        leader.usersStopped(1)
                .isA(Follower.class)
                .doesAmongOthers(send("b", release(1, "b")), send("c", release(1, "b")));
    }

    @Test
    void aLeaderThatIsRemovedFromTheVotersDoesNotCountItself() {
        PeerProbe leader = leader();
        long until = leader.now() + LEASE;
        leader.after(ms(10)).switchesTo(1, "b", "c").leads(1);
        leader.isHeardBy("b").leasesUntil(until);
        leader.isHeardBy("c").leasesUntil(leader.now() + LEASE);
    }

    @Test
    void anAcknowledgementOfARemovedVoterRenewsNoLease() {
        PeerProbe leader = leader();
        long until = leader.now() + LEASE;
        leader.after(ms(10)).switchesTo(1, "a", "b", "d");
        leader.hears("c", new HeartbeatAck(1, leader.now(), true)).leasesUntil(until);
        leader.isHeardBy("d").leasesUntil(leader.now() + LEASE);
    }

    @Test
    void theOnlyVoterLeftRenewsItsLeaseByItself() {
        PeerProbe leader = leader().after(ms(10)).switchesTo(1, "a");
        leader.leads(1).leasesUntil(leader.now() + LEASE);
    }

    // ---- voters and observers

    @Test
    void anObserverThatBecomesAVoterVotesAndAnnouncesItselfNoMore() {
        PeerProbe observer = peer("d").of("a", "b", "c").takesPart().ticks();
        observer.switchesTo(1, "a", "b", "c", "d").livesFor(10 * E).doesNothing();
        observer.hears("b", new RequestVote(FIRST, 0))
                .hasVotedFor("b")
                .doesAmongOthers(send("b", new VoteGranted(FIRST)));
    }

    @Test
    void anObserverThatBecomesAVoterIsNoObserverOfItsLeader() {
        PeerProbe leader = leader().hears("d", new Observe(0, true));
        assertThat(leader.value().observers()).containsOnlyKeys(id("d"));
        leader.switchesTo(1, "a", "b", "c", "d");
        assertThat(leader.value().observers()).isEmpty();
        assertThat(leader.did)
                .filteredOn(send("d", heartbeat(1, leader.now()))::equals)
                .hasSize(1);
    }

    @Test
    void aVoterThatIsRemovedVotesNoMoreAndAnnouncesItselfToTheVotersAtOnce() {
        PeerProbe removed = follower().switchesTo(1, "b", "c", "d").waits(0).ticks();
        Observe watching = new Observe(3, false);
        removed.does(send("b", watching), send("c", watching), send("d", watching));
        removed.hears("b", new RequestVote(FIRST, 0)).doesNothing().isUnchanged();
        removed.hearsBeat("b", 3).doesNothingLike(HeartbeatAck.class);
    }

    @Test
    void aRemovedVoterThatStandsIsElectedByTheOthersAlone() {
        PeerProbe outsider =
                follower().stands().switchesTo(1, "b", "c", "d").livesFor(E).isCanvassing();
        outsider.hears("b", new PreVoteGranted(FIRST)).isCanvassing().hears("c", new PreVoteGranted(FIRST));
        outsider.isStandingIn(FIRST).hears("b", voteFor("a", FIRST)).isStandingIn(FIRST);
        outsider.hears("c", voteFor("a", FIRST)).isA(Leader.class);
    }

    @Test
    void aFollowerFollowsOnAndIsSilentForTheFormerElectionTimeout() {
        PeerProbe follower = follower().hearsBeat("b", 3).doesAmongOthers(following("b", 3));
        follower.after(ms(10))
                .switchesTo(1, "a", "b", "c")
                .doesNothing()
                .livesFor(E - ms(10))
                .does(new Effect.Leaderless(3));
    }

    @Test
    void aFollowerThatWaitsForItsTurnWaitsOn() {
        PeerProbe follower = follower().stands().hearsBeat("b", 3, "c", "a");
        long turn = follower.value().role().canvassesAt();
        assertThat(follower.switchesTo(1, "a", "b", "c").value().role().canvassesAt())
                .isEqualTo(turn);
    }

    /** With E = 1000 ms the margin of 200 ms fits, with E = 500 ms and H = 100 ms it does not. */
    @Test
    void aPeerWhoseMarginDoesNotFitTheNewTimesStandsOnlyWhenTheyAreLongAgain() {
        PeerProbe follower = follower().stands().switchesTo(1, settings(E / 2 - ms(100), "a", "b", "c"));
        follower.livesFor(10 * E).isA(Follower.class).doesNothingLike(RequestPreVote.class);
        follower.switchesTo(2, "a", "b", "c").livesFor(E).isCanvassing();
    }

    private static List<PeerProbe> everyRole() {
        return List.of(follower(), canvassing(), standing(), leader());
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

    /** Leads term 1 by the acknowledgements of all. */
    private static PeerProbe leader() {
        return peer("a").of("a", "b", "c").takesPart().leads();
    }
}
