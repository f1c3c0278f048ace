package dev.conclave.metrics;

import dev.conclave.core.peer.Effect;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The lowest remaining lease of this node since the last reading. The current remaining lease cannot show that, since each
 * renewal hides what came before. Updated by one thread at a time, read by any.
 */
final class ShortestRemainingLease {

    private static final long NONE = Long.MAX_VALUE;

    private final AtomicLong lowestNanos = new AtomicLong(NONE);
    private OptionalLong until = OptionalLong.empty();

    /** Notes the remaining lease just before each renewal and at the end. */
    void decided(Effect effect, long now) {
        if (effect instanceof Effect.Elected elected) {
            until = OptionalLong.of(elected.leaseUntil());
        } else if (effect instanceof Effect.Renewed renewed) {
            look(now);
            until = OptionalLong.of(renewed.leaseUntil());
        } else if (effect instanceof Effect.Dismissed) {
            look(now);
            until = OptionalLong.empty();
        }
    }

    private void look(long now) {
        if (until.isPresent()) {
            lowestNanos.accumulateAndGet(Math.max(0, until.getAsLong() - now), Math::min);
        }
    }

    /**
     * Returns the lowest remaining lease since the last call, in seconds.
     *
     * @param leftNanos the remaining lease now, 0 if no lease is held
     * @return NaN if no lease was held since
     */
    double takeSeconds(long leftNanos) {
        long lowest = Math.min(lowestNanos.getAndSet(NONE), leftNanos > 0 ? leftNanos : NONE);
        return lowest == NONE ? Double.NaN : lowest / 1e9;
    }
}
