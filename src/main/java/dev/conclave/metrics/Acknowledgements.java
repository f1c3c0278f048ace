package dev.conclave.metrics;

import dev.conclave.actor.NodeStatus;
import dev.conclave.core.Message;
import dev.conclave.core.PeerId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The newest heartbeat round of this node that each voter has acknowledged in one election. A lease needs a majority; a voter
 * beyond it that no longer acknowledges, or that this node no longer receives anything from, shows only here.
 */
final class Acknowledgements {

    private final Supplier<Optional<NodeStatus>> node;
    private final Map<PeerId, Message.HeartbeatAck> newest = new ConcurrentHashMap<>();

    /** Of a node, which may not have begun. */
    Acknowledgements(Supplier<Optional<NodeStatus>> node) {
        this.node = node;
    }

    /** From whatever peer it comes, only those of voters are kept. */
    void count(PeerId from, Message.HeartbeatAck ack) {
        if (node.get().filter(one -> one.settings().isVoter(from)).isPresent()) {
            newest.merge(from, ack, (last, next) -> isNewer(next, last) ? next : last);
        }
    }

    private static boolean isNewer(Message.HeartbeatAck next, Message.HeartbeatAck last) {
        return next.term() > last.term() || (next.term() == last.term() && next.sentAt() - last.sentAt() > 0);
    }

    /**
     * The voters that have acknowledged, in this term, a round of the last election timeout; with this node, if it is a voter,
     * which leads and so agrees with itself.
     */
    int ofTerm(long term, long nowNanos) {
        return node.get().map(one -> count(one, term, nowNanos)).orElse(0);
    }

    private int count(NodeStatus one, long term, long nowNanos) {
        long recent = newest.values().stream()
                .filter(ack -> ack.term() == term
                        && nowNanos - ack.sentAt() < one.settings().electionNanos())
                .count();
        return (int) recent + (one.settings().isVoter(one.self()) ? 1 : 0);
    }
}
