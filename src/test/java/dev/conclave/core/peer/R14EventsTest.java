package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.E;
import static dev.conclave.core.TestValues.H;
import static dev.conclave.core.TestValues.LEASE;
import static dev.conclave.core.TestValues.MARGIN;
import static dev.conclave.core.TestValues.following;
import static dev.conclave.core.TestValues.ms;
import static dev.conclave.core.peer.PeerProbe.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.TestValues;
import dev.conclave.core.peer.Effect.Dismissed;
import dev.conclave.core.peer.Effect.Elected;
import dev.conclave.core.peer.Effect.Leaderless;
import dev.conclave.core.peer.Message.HeartbeatRefused;
import dev.conclave.core.peer.Message.RequestVote;
import dev.conclave.core.peer.Message.VoteGranted;
import org.junit.jupiter.api.Test;

/** R14: the events of the core. The actors see to it that users never block the protocol. */
class R14EventsTest {

    // A leadership that is lost and regained stays visible, because the term differs.

    @Test
    void aLeadershipRegainedHasAnotherTerm() {
        PeerProbe leader = peer("a")
                .of("a", "b", "c")
                .takesPart()
                .leads()
                .hears("b", new HeartbeatRefused(4))
                .usersStopped(1);
        leader.hears("b", new VoteGranted(5)).isHeardBy("b").does(new Elected(5, leader.now() + LEASE));
    }

    @Test
    void aTermIsAnnouncedOnceAndDismissedOnce() {
        PeerProbe leader =
                peer("a").of("a", "b", "c").takesPart().leads().handsOver().doesSomethingLike(Dismissed.class);
        leader.after(H)
                .ticks()
                .isHeardBy("b", "c")
                .doesNothingLike(Elected.class)
                .after(LEASE)
                .ticks();
        leader.doesNothingLike(Dismissed.class, Elected.class).leadsNothing();
    }

    // The check of a leadership handle reads the lease of the last renewal.

    @Test
    void everyRenewalIsAnnounced() {
        PeerProbe leader =
                peer("a").of("a", "b", "c").takesPart().leads().after(H).ticks();
        leader.isHeardBy("b")
                .doesAmongOthers(new Effect.Renewed(1, leader.now() + LEASE))
                .isHeardBy("c");
        leader.doesNothingLike(Effect.Renewed.class);
    }

    @Test
    void aPeerDoesNotLeadAnyMoreWhenItsUsersAreToldToStop() {
        PeerProbe leader = peer("a").of("a", "b", "c").takesPart().leads().leads(1);
        leader.after(LEASE - MARGIN).ticks().leadsNothing();
    }

    // The events of a follower.

    @Test
    void aNewLeaderIsAnnouncedOnce() {
        PeerProbe follower =
                peer("a").of("a", "b", "c").takesPart().hearsBeat("b", 3).doesAmongOthers(following("b", 3));
        follower.after(H).hearsBeat("b", 3).doesNothingLike(Effect.Following.class);
        follower.hearsBeat("b", 4)
                .doesAmongOthers(following("b", 4))
                .hearsBeat("c", 5)
                .doesAmongOthers(following("c", 5));
    }

    @Test
    void theLossOfALeaderIsAnnouncedOnce() {
        PeerProbe follower = peer("a").of("a", "b", "c").takesPart().stands().hearsBeat("b", 3);
        follower.after(E)
                .ticks()
                .doesAmongOthers(new Leaderless(3))
                .after(H)
                .ticks()
                .doesNothingLike(Leaderless.class);
        follower.hears("c", new RequestVote(9, 0)).doesNothingLike(Leaderless.class);
    }

    // The core is a pure function of state and input.

    @Test
    void theSameInputsMakeTheSamePeer() {
        PeerProbe one =
                peer("a").of("a", "b", "c").takesPart().leads().after(H).ticks().isHeardBy("b");
        PeerProbe other =
                peer("a").of("a", "b", "c").takesPart().leads().after(H).ticks().isHeardBy("b");
        assertThat(other.value())
                .isEqualTo(one.value())
                .hasSameHashCodeAs(one.value())
                .hasToString(one.value().toString());
        other.isHeardBy("c");
        assertThat(other.value()).isNotEqualTo(one.value());
        other.hearsOfTheDeathOf("b");
        one.isHeardBy("c");
        assertThat(other.value().role()).isNotEqualTo(one.value().role());
        assertThat(((Leader) one.value().role()).acks()).isNotEqualTo("acks");
    }

    @Test
    void aRoleHasAReadableName() {
        PeerProbe peer = peer("a").of("a", "b", "c").takesPart();
        assertThat(peer.value().role().name()).isEqualTo("Follower");
        assertThat(peer.stands().wakes().value().role().name()).isEqualTo("Candidate");
        assertThat(peer.leads().value().role().name()).isEqualTo("Leader");
    }

    // A non-voter asks the voters for heartbeats, and stands like a voter.

    @Test
    void anObserverAnnouncesItselfUntilItFollowsALeader() {
        PeerProbe observer = peer("w").of("a", "b").ticks();
        observer.does(
                TestValues.send("a", new Message.Observe(0, false)),
                TestValues.send("b", new Message.Observe(0, false)));
        observer.waits(E / 2)
                .wakes()
                .doesSomethingLike(Message.Observe.class)
                .hearsBeat("a", 3)
                .livesFor(E - 1)
                .doesNothing();
        observer.livesFor(ms(1)).doesSomethingLike(Leaderless.class).doesSomethingLike(Message.Observe.class);
    }

    @Test
    void anObserverThatFollowsALeaderAnnouncesItselfNowAndThen() {
        PeerProbe observer = peer("w").of("a", "b").ticks().hearsBeat("a", 3);
        for (int round = 0; round < 39; round++) {
            observer.livesFor(H).doesNothing().hearsBeat("a", 3);
        }
        observer.livesFor(H).doesSomethingLike(Message.Observe.class);
    }

    @Test
    void aNonVoterThatStandsAcknowledgesHeartbeats() {
        PeerProbe standing = peer("w").of("a", "b").takesPart().stands().hearsBeat("a", 3);
        standing.doesAmongOthers(TestValues.send("a", new Message.HeartbeatAck(3, standing.now(), true)));
    }
}
