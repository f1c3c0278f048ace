package dev.conclave.metrics;

import dev.conclave.core.PeerId;
import dev.conclave.core.peer.Message;
import dev.conclave.internal.telemetry.NodeProbe;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The newest heartbeat round of this node that each voter has acknowledged in one election. A lease needs a majority; a voter
 * beyond it that no longer acknowledges, or that this node no longer receives anything from, shows only here.
 */
final class AcknowledgementMeters {

    private final Supplier<Optional<NodeProbe>> node;
    private final Map<PeerId, Message.HeartbeatAck> newest = new ConcurrentHashMap<>();

    /** Creates meters for a node, which may not have started yet. */
    AcknowledgementMeters(Supplier<Optional<NodeProbe>> node) {
        this.node = node;
    }

    /** Stores an acknowledgement if it comes from a voter. */
    void count(PeerId from, Message.HeartbeatAck ack) {
        if (node.get().filter(one -> one.settings().isVoter(from)).isPresent()) {
            newest.merge(from, ack, (last, next) -> isNewer(next, last) ? next : last);
        }
    }

    private static boolean isNewer(Message.HeartbeatAck next, Message.HeartbeatAck last) {
        return next.term() > last.term() || (next.term() == last.term() && next.sentAt() - last.sentAt() > 0);
    }

    /**
     * Returns how many voters have acknowledged, in this term, a heartbeat round of the last election timeout. This node, which
     * leads, counts as one of them if it is a voter.
     */
    int ofTerm(long term, long nowNanos) {
        return node.get().map(one -> count(one, term, nowNanos)).orElse(0);
    }

    private int count(NodeProbe one, long term, long nowNanos) {
        long recent = newest.values().stream()
                .filter(ack -> ack.term() == term
                        && nowNanos - ack.sentAt() < one.settings().electionNanos())
                .count();
        return (int) recent + (one.settings().isVoter(one.self()) ? 1 : 0);
    }
}
