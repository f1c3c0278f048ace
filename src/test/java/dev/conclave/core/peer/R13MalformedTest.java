package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.heartbeat;
import static dev.conclave.core.TestValues.id;
import static dev.conclave.core.peer.PeerProbe.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.Terms;
import dev.conclave.core.TestValues;
import dev.conclave.core.node.R13StrangersTest;
import dev.conclave.core.peer.Message.Observe;
import dev.conclave.core.peer.Message.RequestVote;
import dev.conclave.core.peer.Message.VoteRefused;
import org.junit.jupiter.api.Test;

/** R13: messages that a peer drops. {@link R13StrangersTest} checks which senders a node accepts. */
class R13MalformedTest {

    // "Everything from other senders, and everything malformed, is dropped, counted and logged once per sender; it
    // changes nothing."

    @Test
    void aMessageWithATermOfALaterConfigurationIsDroppedAndChangesNothing() {
        long beyond = Terms.before(1);
        PeerProbe follower = peer("a").remembering(3).of("a", "b", "c").takesPart();
        follower.hears("b", new VoteRefused(beyond, 4))
                .does(new Effect.Implausible(id("b"), beyond))
                .isUnchanged();
        follower.hears("b", heartbeat(beyond, 0))
                .does(new Effect.Implausible(id("b"), beyond))
                .isUnchanged();
        follower.hears("b", new RequestVote(beyond, 0))
                .does(new Effect.Implausible(id("b"), beyond))
                .isUnchanged();
    }

    @Test
    void aTermAfterALongAbsenceIsAccepted() {
        PeerProbe follower = peer("a").remembering(3).of("a", "b", "c").takesPart();
        follower.hears("b", new VoteRefused(Terms.before(1) - 1, 4)).isIn(Terms.before(1) - 1);
    }

    @Test
    void observersUnderManyNamesDoNotFillTheMemory() {
        PeerProbe leader = peer("a").of("a", "b", "c").takesPart();
        for (int i = 0; i < 2 * Observers.MAX; i++) {
            leader.hears("w" + i, new Observe(0, false));
        }
        assertThat(leader.value().observers()).hasSize(Observers.MAX);
        leader.hears("w0", new Observe(0, true));
        assertThat(leader.value().observers().get(id("w0"))).matches(Peer.Observer::stands);
        leader.after(20 * TestValues.E).hears("x", new Observe(0, false));
        assertThat(leader.value().observers()).containsOnlyKeys(id("x"));
    }

    @Test
    void neitherAVoterNorThePeerItselfIsAnObserver() {
        peer("a").of("a", "b", "c").takesPart().hears("b", new Observe(0, true)).isUnchanged();
        peer("a")
                .of("a", "b", "c")
                .takesPart()
                .leads()
                .hears("b", new Observe(0, true))
                .isUnchanged()
                .doesNothing();
        peer("w").of("a", "b", "c").takesPart().hears("w", new Observe(0, true)).isUnchanged();
    }

    @Test
    void aLeaderSendsAHeartbeatToANewObserverAtOnce() {
        PeerProbe leader = peer("a").of("a", "b", "c").takesPart().leads();
        long s = leader.now();
        leader.after(1).hears("w", new Observe(0, false)).does(TestValues.send("w", heartbeat(1, s)));
        leader.hears("w", new Observe(0, false)).doesNothing();
    }
}
