package dev.conclave.metrics;

import dev.conclave.core.Effect;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How near this node's lease came to its end since somebody last looked: what a look at what is left just now cannot show, since
 * each renewal makes up for what came before. Told by one thread at a time, read by any.
 */
final class LowestLease {

    private static final long NONE = Long.MAX_VALUE;

    private final AtomicLong lowestNanos = new AtomicLong(NONE);
    private OptionalLong until = OptionalLong.empty();

    /** Looks at what is left before the lease is renewed, and when it ends. */
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
     * The lowest since the last call, in seconds.
     *
     * @param leftNanos what is left now, 0 if no lease is held
     * @return not a number if no lease was held since
     */
    double takeSeconds(long leftNanos) {
        long lowest = Math.min(lowestNanos.getAndSet(NONE), leftNanos > 0 ? leftNanos : NONE);
        return lowest == NONE ? Double.NaN : lowest / 1e9;
    }
}
