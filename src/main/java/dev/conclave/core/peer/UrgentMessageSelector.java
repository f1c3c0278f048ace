package dev.conclave.core.peer;

import dev.conclave.core.PeerId;
import dev.conclave.core.RegisterVersion;
import java.util.Optional;

/**
 * Decides which of a peer's messages are urgent: those of a change of leader, from the release or the pushed vote to the
 * acknowledgement that gives the next leader its first lease. An answer uses the same route as its request.
 *
 * <p>All other messages go through Artery alone, above all pre-votes and the heartbeats that renew a lease: if remoting is cut, a
 * leadership must end, and none may begin. (If pre-votes were urgent, three nodes between which remoting is cut but the express
 * lanes are not would elect a leader over the lanes, lose it after E for lack of acknowledgements, and elect the next one, for
 * ever. The same holds for the release of a leadership that ended without a request, which may make a successor stand (R9).) Used on the
 * thread of the peer's actor.
 */
public final class UrgentMessageSelector {

    /** The newest heartbeat that arrived over an express lane. */
    private Optional<Beat> express = Optional.empty();

    /** The newest entry of a register that arrived over an express lane. */
    private Optional<Entry> expressEntry = Optional.empty();

    private record Entry(PeerId from, RegisterVersion version) {}

    private record Beat(PeerId from, long sentAt) {}

    /** Notes a message that has arrived. */
    public void heard(PeerId from, Message message, MessageRoute way) {
        if (way == MessageRoute.EXPRESS && message instanceof Message.Heartbeat heartbeat) {
            express = Optional.of(new Beat(from, heartbeat.sentAt()));
        } else if (way == MessageRoute.EXPRESS && message instanceof Message.StoreRegister store) {
            expressEntry = Optional.of(new Entry(from, store.entry().version()));
        }
    }

    /** The route of a message that is an effect of this step. */
    public MessageRoute wayOf(Effect.Send send, Peer.Step step) {
        return isUrgent(send, step) ? MessageRoute.EXPRESS : MessageRoute.ARTERY;
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
            return step.effects().stream().anyMatch(UrgentMessageSelector::endsByChoice);
        }
        if (message instanceof Message.StoreRegister) {
            // Of a winner that repeats what it found, or with a vote.
            return !(step.peer().role() instanceof Leader leader && leader.announced());
        }
        if (message instanceof Message.RegisterStored stored) {
            return expressEntry
                    .filter(new Entry(send.to(), new RegisterVersion(stored.term(), stored.count()))::equals)
                    .isPresent();
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
