package dev.conclave.actor;

import dev.conclave.core.Effect;
import dev.conclave.core.Leader;
import dev.conclave.core.Message;
import dev.conclave.core.Peer;
import dev.conclave.core.PeerId;
import java.util.Optional;

/**
 * Which of a peer's messages are in a hurry: those by which one leader follows another, from the release or the pushed vote
 * to the acknowledgement that gives the next one its first lease. An answer takes the way that its question came.
 *
 * <p>All else goes through Artery alone, above all the heartbeats that keep a lease, and pre-votes. The cluster's network
 * decides who leads: where it is cut, a leadership must end, and none may begin. (Were pre-votes urgent, three nodes between
 * which remoting is cut but the express lanes are not would elect a leader over these, lose it after E for want of
 * acknowledgements, and elect the next, for ever. The same holds for the release of a leadership that nobody asked to end: it
 * makes a successor stand.) Used on the thread of the peer's actor.
 */
final class Urgency {

    /** The newest heartbeat that came over the express lane. */
    private Optional<Beat> express = Optional.empty();

    private record Beat(PeerId from, long sentAt) {}

    /** A message comes. */
    void heard(PeerId from, Message message, Way way) {
        if (way == Way.EXPRESS && message instanceof Message.Heartbeat heartbeat) {
            express = Optional.of(new Beat(from, heartbeat.sentAt()));
        }
    }

    /** How a message leaves that is among the effects of this step. */
    Way wayOf(Effect.Send send, Peer.Step step) {
        return isUrgent(send, step) ? Way.EXPRESS : Way.ARTERY;
    }

    private boolean isUrgent(Effect.Send send, Peer.Step step) {
        Message message = send.message();
        if (message instanceof Message.HeartbeatAck ack) {
            return express.filter(new Beat(send.to(), ack.sentAt())::equals).isPresent();
        }
        if (message instanceof Message.Heartbeat) {
            return step.peer().role() instanceof Leader leader && !leader.announced();
        }
        if (message instanceof Message.Release) {
            return step.effects().stream().anyMatch(Urgency::endsByChoice);
        }
        return message instanceof Message.RequestVote
                || message instanceof Message.VoteGranted
                || message instanceof Message.VoteRefused;
    }

    private static boolean endsByChoice(Effect effect) {
        return effect instanceof Effect.Ended ended
                && switch (ended.reason()) {
                    case HAND_OVER, WITHDRAWN, LEAVING -> true;
                    case LEASE_EXPIRED, HIGHER_TERM, VOID -> false;
                };
    }
}
