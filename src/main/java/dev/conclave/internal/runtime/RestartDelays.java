package dev.conclave.internal.runtime;

import java.time.Duration;

/**
 * The delay before another instance starts after one failed: {@code restart-delay} at first, then twice as long after each
 * further failure, up to a maximum; and whether the node hands over instead. An instance that ran for at least the maximum resets
 * the count of failures.
 */
public final class RestartDelays {

    /** The number of failures in a row after which the node hands over. */
    static final int FAILURES_OF_A_TURN = 3;

    private static final Duration LONGEST = Duration.ofSeconds(30);

    /**
     * The minimum delay that is doubled after a further failure, and the minimum delay after an instance that ended without a
     * failure.
     */
    private static final Duration SHORTEST = Duration.ofMillis(100);

    private final Duration first;
    private final Duration longest;

    private int failures;

    /** Creates delays that begin with this one, after the first failure. */
    public RestartDelays(Duration restartDelay) {
        this.first = restartDelay;
        this.longest = longer(restartDelay, LONGEST);
    }

    /**
     * Notes that an instance failed or could not be started.
     *
     * @param lived how long it ran
     * @return the delay before another instance starts, on this node or on another one
     */
    public Duration failed(Duration lived) {
        failures = lived.compareTo(longest) >= 0 ? 1 : Math.min(failures, Integer.MAX_VALUE - 1) + 1;
        if (failures == 1) {
            return first;
        }
        Duration delay = longer(first, SHORTEST);
        for (int doublings = 1; doublings < failures && delay.compareTo(longest) < 0; doublings++) {
            delay = delay.multipliedBy(2);
        }
        return delay.compareTo(longest) < 0 ? delay : longest;
    }

    /** Notes that an instance ended by itself without a failure; returns the delay before the next one. */
    public Duration endedByItself() {
        return longer(first, SHORTEST);
    }

    /** The number of instances that have failed in a row. */
    public int failures() {
        return failures;
    }

    /** Whether the node hands over now. */
    public boolean isAnotherNodesTurn() {
        return failures > 0 && failures % FAILURES_OF_A_TURN == 0;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }
}
