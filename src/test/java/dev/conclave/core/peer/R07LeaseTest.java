package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.H;
import static dev.conclave.core.TestValues.LEASE;
import static dev.conclave.core.TestValues.MARGIN;
import static dev.conclave.core.TestValues.heartbeat;
import static dev.conclave.core.TestValues.ms;
import static dev.conclave.core.TestValues.release;
import static dev.conclave.core.TestValues.send;
import static dev.conclave.core.peer.PeerProbe.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.SettingsTest;
import dev.conclave.core.peer.Message.Heartbeat;
import dev.conclave.core.peer.Message.HeartbeatAck;
import dev.conclave.core.peer.Message.HeartbeatRefused;
import dev.conclave.core.peer.Message.VoteGranted;
import java.util.List;
import org.junit.jupiter.api.Test;

/** R7: the lease. {@link SettingsTest} checks its length. */
class R07LeaseTest {

    // "Let s be the now read before the newest heartbeat round that a majority has acknowledged. The leader leads until
    // s +
    // E(1-rho)/(1+rho)"

    @Test
    void theLeaseRunsFromBeforeTheRoundAndNotFromItsAcknowledgement() {
        PeerProbe winner = voter().wins();
        long s = winner.now();
        winner.after(ms(80)).isHeardBy("b").does(new Effect.Elected(1, s + LEASE));
        winner.leasesUntil(s + LEASE);
    }

    @Test
    void theLeaseRunsFromTheNewestRoundThatAMajorityHasAcknowledged() {
        PeerProbe leader = peer("a").of("a", "b", "c", "d", "e").takesPart().wins();
        long first = leader.now();
        leader.isHeardBy("b", "c").leads(1).after(H).ticks();
        long second = leader.now();
        leader.isHeardBy("d").leasesUntil(first + LEASE);
        leader.isHeardBy("e").leasesUntil(second + LEASE).doesAmongOthers(new Effect.Renewed(1, second + LEASE));
    }

    @Test
    void aLateAcknowledgementCountsForTheRoundThatItAcknowledges() {
        PeerProbe winner = voter().wins();
        long first = winner.now();
        winner.after(H).ticks().after(ms(10));
        winner.hears("b", new HeartbeatAck(1, first, true)).leasesUntil(first + LEASE);
    }

    @Test
    void anAcknowledgementOfAnOlderRoundDoesNotShortenTheLease() {
        PeerProbe leader = voter().leads();
        long first = leader.now();
        leader.after(H).ticks().isHeardBy("b").leasesUntil(first + H + LEASE);
        leader.hears("b", new HeartbeatAck(1, first, true))
                .leasesUntil(first + H + LEASE)
                .doesNothing();
        leader.hears("c", new HeartbeatAck(1, first, true)).leasesUntil(first + H + LEASE);
    }

    @Test
    void aSingleVoterHoldsALeaseFromEveryRound() {
        PeerProbe alone = peer("a").of("a").takesPart().stands().wakes().leads(1);
        long first = alone.now();
        alone.leasesUntil(first + LEASE).after(H).ticks().leasesUntil(first + H + LEASE);
    }

    @Test
    void aLeaderSendsHeartbeatsEveryInterval() {
        PeerProbe leader = voter().leads();
        leader.ticks()
                .wakes()
                .does(send("b", beat(leader)), send("c", beat(leader)))
                .waits(H)
                .wakes()
                .does(send("b", beat(leader)), send("c", beat(leader)))
                .waits(H);
    }

    /** So that the heartbeats of all leaders of a node leave together. */
    @Test
    void allLeadersOfANodeSendHeartbeatsAtTheSameInstants() {
        for (long late : List.of(0L, 1L, H / 3, H - 1, H, H + 1)) {
            PeerProbe leader = voter().after(late).leads();
            leader.ticks().wakes();
            assertThat(Math.floorMod(leader.now(), H)).as("%d ns later", late).isZero();
        }
    }

    @Test
    void theIntervalAfterALateRoundIsNotLongerThanAgreed() {
        for (long late : List.of(0L, 1L, H / 3, H - 1)) {
            PeerProbe leader =
                    voter().leads().ticks().wakes().isHeardBy("b", "c").after(H + late);
            leader.ticks()
                    .does(send("b", beat(leader)), send("c", beat(leader)))
                    .waits(H - late);
        }
    }

    // "Heartbeats carry s and acknowledgements echo it"

    @Test
    void aHeartbeatCarriesTheInstantBeforeItsRound() {
        PeerProbe winner = voter().wins().after(H).ticks();
        winner.does(send("b", heartbeat(1, winner.now())), send("c", heartbeat(1, winner.now())));
    }

    @Test
    void anAcknowledgementEchoesTheInstantOfTheHeartbeat() {
        voter().hears("b", heartbeat(1, ms(-77))).doesAmongOthers(send("b", new HeartbeatAck(1, ms(-77), false)));
    }

    // "A leadership is announced when the first lease is held (...), not when the vote is won."

    @Test
    void aWinnerWithoutALeaseAnnouncesNothing() {
        voter().wins().doesNothingLike(Effect.Elected.class).leadsNothing();
    }

    @Test
    void theFirstLeaseIsAnnouncedOnce() {
        PeerProbe leader = voter().wins().isHeardBy("b").doesSomethingLike(Effect.Elected.class);
        leader.isHeardBy("c")
                .doesNothingLike(Effect.Elected.class)
                .after(H)
                .ticks()
                .isHeardBy("b", "c");
        leader.doesNothingLike(Effect.Elected.class);
    }

    // "and the users of every earlier leadership on this node have stopped"

    /** F7: the peer is elected again in 7 while users of 4 still stop on the same node. */
    @Test
    void aLeadershipIsNotAnnouncedBeforeTheUsersOfEveryEarlierOneHaveStopped() {
        PeerProbe leader = leaderAgain().isA(Leader.class).leadsNothing().doesNothingLike(Effect.Elected.class);
        leader.usersStopped(1).doesSomethingLike(Effect.Elected.class).leads(7);
    }

    @Test
    void aLeadershipIsNotAnnouncedBeforeTheLeaseOfTheEarlierOneHasEnded() {
        PeerProbe leader = leaderAgain();
        for (int round = 0; round < 9; round++) {
            leader.after(H).ticks().isHeardBy("b").leadsNothing();
        }
        leader.after(H).ticks().isHeardBy("b").leads(7);
    }

    @Test
    void aLeaseThatIsNearlyOverIsNotAnnounced() {
        PeerProbe leader = leaderAgain().after(LEASE - MARGIN).usersStopped(1).doesNothingLike(Effect.Elected.class);
        leader.leadsNothing().ticks().isHeardBy("b").leads(7);
    }

    @Test
    void aLeadershipThatWasNeverAnnouncedEndsWithItsLeaseAndNotAMarginBefore() {
        PeerProbe leader = leaderAgain();
        leader.after(LEASE - MARGIN).ticks().isA(Leader.class);
        leader.after(MARGIN - 1).ticks().isA(Leader.class);
        leader.after(1).ticks().isA(Follower.class).doesNothingLike(Effect.Dismissed.class);
    }

    // "a winner that gets no first lease gives up E/2 after winning"

    /** C2: acknowledgements to the winner are cut; it sends heartbeats for ever, all voters stay loyal, and no peer leads. */
    @Test
    void aWinnerWithoutAFirstLeaseGivesUp() {
        PeerProbe winner = voter().wins();
        winner.livesFor(E / 2 - 1).isA(Leader.class).livesFor(1).isA(Follower.class);
        winner.doesAmongOthers(send("b", release(1)), send("c", release(1)));
        winner.doesNothingLike(Effect.Dismissed.class, Effect.Ended.class);
    }

    @Test
    void anAcknowledgementAfterAWinnerGaveUpIsTooLate() {
        PeerProbe winner = voter().wins();
        long s = winner.now();
        winner.after(E / 2)
                .hears("b", new HeartbeatAck(1, s, true))
                .isA(Follower.class)
                .leadsNothing();
    }

    private static Heartbeat beat(PeerProbe leader) {
        return heartbeat(1, leader.now(), "b", "c");
    }

    private static PeerProbe voter() {
        return peer("a").of("a", "b", "c").takesPart();
    }

    /** Led term 1, whose users still stop, and has won term 7 and holds a lease in it. */
    private static PeerProbe leaderAgain() {
        return voter().leads()
                .hears("b", new HeartbeatRefused(6))
                .isStandingIn(7)
                .hears("b", new VoteGranted(7))
                .isHeardBy("b");
    }
}
