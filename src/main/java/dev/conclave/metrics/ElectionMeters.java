package dev.conclave.metrics;

import static java.util.Objects.requireNonNull;

import dev.conclave.core.PeerId;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Message;
import dev.conclave.internal.peer.KnownLeader;
import io.micrometer.core.instrument.Counter;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The meters of one election on this node, or of many elections together. For one election the events come from one thread at a
 * time; for many elections only events are counted that need no memory of earlier ones.
 */
final class ElectionMeters {

    private final RemovableMeters own;
    private final Counter started;
    private final Counter won;
    private final Map<Effect.Reason, Counter> ended = new EnumMap<>(Effect.Reason.class);
    private final VoteMeters cast;
    private final VoteMeters received;
    private final Optional<LeadershipMeters> timeline;

    private ElectionMeters(RemovableMeters own, Optional<LeadershipMeters> timeline) {
        this.own = own;
        this.started = own.counter("conclave.elections.started", "Terms that this node opened as a candidate");
        this.won = own.counter("conclave.elections.won", "Terms in which this node was elected");
        for (Effect.Reason reason : Effect.Reason.values()) {
            ended.put(
                    reason,
                    own.with("reason", reason.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                            .counter("conclave.leaderships.ended", "Leaderships of this node that have ended"));
        }
        this.cast = new VoteMeters(own, "conclave.votes.cast", "Answers of this node to requests for its vote");
        this.received =
                new VoteMeters(own, "conclave.votes.received", "Answers received to this node's requests for votes");
        this.timeline = timeline;
    }

    /**
     * Creates the meters of one election.
     *
     * @param view returns the current view
     */
    static ElectionMeters of(RemovableMeters own, Supplier<KnownLeader> view, AcknowledgementMeters acknowledgements) {
        return new ElectionMeters(own, Optional.of(new LeadershipMeters(own, view, acknowledgements)));
    }

    /** Creates the meters of many elections together. */
    static ElectionMeters ofMany(RemovableMeters own) {
        return new ElectionMeters(own, Optional.empty());
    }

    void decided(Effect effect, long nowNanos) {
        if (effect instanceof Effect.Send send) {
            cast.count(send.message());
        } else if (effect instanceof Effect.Standing) {
            started.increment();
        } else if (effect instanceof Effect.Elected) {
            won.increment();
        } else if (effect instanceof Effect.Ended over) {
            requireNonNull(ended.get(over.reason())).increment();
        }
        timeline.ifPresent(one -> one.decided(effect, nowNanos));
    }

    void heard(PeerId from, Message message) {
        received.count(message);
        timeline.ifPresent(one -> one.heard(from, message));
    }

    void begun(long nowNanos) {
        timeline.ifPresent(one -> one.begun(nowNanos));
    }

    void forgotten(long nowNanos) {
        timeline.ifPresent(one -> one.forgotten(nowNanos));
    }

    /** Removes the meters from the registry. */
    void remove() {
        own.removeAll();
    }
}
