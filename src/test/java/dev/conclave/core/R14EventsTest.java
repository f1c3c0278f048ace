package dev.conclave.core;

import static dev.conclave.core.Probe.peer;
import static dev.conclave.core.Words.E;
import static dev.conclave.core.Words.H;
import static dev.conclave.core.Words.LEASE;
import static dev.conclave.core.Words.MARGIN;
import static dev.conclave.core.Words.following;
import static dev.conclave.core.Words.ms;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Effect.Dismissed;
import dev.conclave.core.Effect.Elected;
import dev.conclave.core.Effect.Leaderless;
import dev.conclave.core.Message.HeartbeatRefused;
import dev.conclave.core.Message.RequestVote;
import dev.conclave.core.Message.VoteGranted;
import org.junit.jupiter.api.Test;

/** R14: what the core does for users. That they never block it, is the actors' part. */
class R14EventsTest {

    // "'lost, then regained' stays visible because the term differs"

    @Test
    void aLeadershipRegainedHasAnotherTerm() {
        Probe leader = peer("a")
                .of("a", "b", "c")
                .takesPart()
                .leads()
                .hears("b", new HeartbeatRefused(4))
                .usersStopped(1);
        leader.hears("b", new VoteGranted(5)).isHeardBy("b").does(new Elected(5, leader.now() + LEASE));
    }

    @Test
    void aTermIsAnnouncedOnceAndDismissedOnce() {
        Probe leader =
                peer("a").of("a", "b", "c").takesPart().leads().handsOver().doesSomethingLike(Dismissed.class);
        leader.after(H)
                .ticks()
                .isHeardBy("b", "c")
                .doesNothingLike(Elected.class)
                .after(LEASE)
                .ticks();
        leader.doesNothingLike(Dismissed.class, Elected.class).leadsNothing();
    }

    // "The handle's own check reads the clock": it reads the lease that every renewal tells.

    @Test
    void everyRenewalIsTold() {
        Probe leader = peer("a").of("a", "b", "c").takesPart().leads().after(H).ticks();
        leader.isHeardBy("b")
                .doesAmongOthers(new Effect.Renewed(1, leader.now() + LEASE))
                .isHeardBy("c");
        leader.doesNothingLike(Effect.Renewed.class);
    }

    @Test
    void whatIsToldToEndIsLedNoMore() {
        Probe leader = peer("a").of("a", "b", "c").takesPart().leads().leads(1);
        leader.after(LEASE - MARGIN).ticks().leadsNothing();
    }

    // What a follower tells.

    @Test
    void whoLeadsIsToldOnce() {
        Probe follower =
                peer("a").of("a", "b", "c").takesPart().hearsBeat("b", 3).doesAmongOthers(following("b", 3));
        follower.after(H).hearsBeat("b", 3).doesNothingLike(Effect.Following.class);
        follower.hearsBeat("b", 4)
                .doesAmongOthers(following("b", 4))
                .hearsBeat("c", 5)
                .doesAmongOthers(following("c", 5));
    }

    @Test
    void thatNobodyLeadsIsToldOnce() {
        Probe follower = peer("a").of("a", "b", "c").takesPart().stands().hearsBeat("b", 3);
        follower.after(E)
                .ticks()
                .doesAmongOthers(new Leaderless(3))
                .after(H)
                .ticks()
                .doesNothingLike(Leaderless.class);
        follower.hears("c", new RequestVote(9, 0)).doesNothingLike(Leaderless.class);
    }

    // "core: a pure function (state, input) to (state, effects)"

    @Test
    void theSameInputsMakeTheSamePeer() {
        Probe one =
                peer("a").of("a", "b", "c").takesPart().leads().after(H).ticks().isHeardBy("b");
        Probe other =
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
    void aRoleHasANameForPeople() {
        Probe peer = peer("a").of("a", "b", "c").takesPart();
        assertThat(peer.value().role().name()).isEqualTo("Follower");
        assertThat(peer.stands().wakes().value().role().name()).isEqualTo("Candidate");
        assertThat(peer.leads().value().role().name()).isEqualTo("Leader");
    }

    // Who is no voter asks to be told, and stands in the same way.

    @Test
    void whoIsNoVoterSaysThatItListensUntilItHearsALeader() {
        Probe observer = peer("w").of("a", "b").ticks();
        observer.does(Words.send("a", new Message.Observe(0, false)), Words.send("b", new Message.Observe(0, false)));
        observer.waits(E / 2)
                .wakes()
                .doesSomethingLike(Message.Observe.class)
                .hearsBeat("a", 3)
                .livesFor(E - 1)
                .doesNothing();
        observer.livesFor(ms(1)).doesSomethingLike(Leaderless.class).doesSomethingLike(Message.Observe.class);
    }

    @Test
    void underALeaderItSaysSoNowAndThen() {
        Probe observer = peer("w").of("a", "b").ticks().hearsBeat("a", 3);
        for (int round = 0; round < 39; round++) {
            observer.livesFor(H).doesNothing().hearsBeat("a", 3);
        }
        observer.livesFor(H).doesSomethingLike(Message.Observe.class);
    }

    @Test
    void anObserverThatStandsAcknowledges() {
        Probe standing = peer("w").of("a", "b").takesPart().stands().hearsBeat("a", 3);
        standing.doesAmongOthers(Words.send("a", new Message.HeartbeatAck(3, standing.now(), true)));
    }
}
