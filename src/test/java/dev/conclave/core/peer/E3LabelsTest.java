package dev.conclave.core.peer;

import static dev.conclave.core.TestValues.heartbeat;
import static dev.conclave.core.TestValues.ms;
import static dev.conclave.core.TestValues.release;
import static dev.conclave.core.peer.PeerProbe.peer;

import dev.conclave.core.Terms;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** E3: a message is heard only by a peer that obeys the configuration under which the message was made. */
class E3LabelsTest {

    static List<Message> everyMessage() {
        return List.of(
                heartbeat(5, ms(1)),
                new HeartbeatAck(5, ms(1), true),
                new HeartbeatRefused(5),
                new RequestPreVote(5, 0),
                new PreVoteGranted(5),
                new PreVoteRefused(5, 5, 0),
                new RequestVote(5, 0),
                new VoteGranted(5),
                new VoteRefused(5, 5),
                release(5, "a"),
                new Observe(5, true));
    }

    @ParameterizedTest
    @MethodSource("everyMessage")
    void aMessageOfAnotherConfigurationChangesNothingInAnyRole(Message message) {
        for (int other : new int[] {0, 2}) {
            for (PeerProbe any :
                    List.of(follower(), follower().stands().wakes(), follower().leads())) {
                any.hearsUnder(other, "b", message).doesNothing().isUnchanged();
            }
        }
    }

    /** The voter list has shrunk to {a, b}: the vote that c gave under the former configuration is not counted. */
    @Test
    void aVoteThatWasMadeUnderAnEarlierConfigurationIsNotCounted() {
        PeerProbe candidate = follower().stands().wakes();
        candidate.hears("b", new PreVoteGranted(Terms.before(1) + 1)).isStandingIn(Terms.before(1) + 1);
        candidate.hearsUnder(0, "b", new VoteGranted(Terms.before(1) + 1)).isStandingIn(Terms.before(1) + 1);
        candidate.hears("b", new VoteGranted(Terms.before(1) + 1)).isA(Leader.class);
    }

    /** Otherwise a leader that is cut off would keep its lease by voters that already elect another one. */
    @Test
    void anAcknowledgementThatWasMadeUnderAnEarlierConfigurationRenewsNoLease() {
        PeerProbe leader = peer("a").of("a", "b", "c").takesPart().leads();
        long s = leader.now();
        leader.after(ms(10)).switchesTo(1, "a", "b", "c");
        HeartbeatAck ack = new HeartbeatAck(1, leader.now(), true);
        leader.hearsUnder(0, "b", ack)
                .leasesUntil(s + leader.value().self().settings().leaseNanos());
        leader.hears("b", ack)
                .leasesUntil(leader.now() + leader.value().self().settings().leaseNanos());
    }

    private static PeerProbe follower() {
        return peer("a").under(1).of("a", "b", "c").takesPart();
    }
}
