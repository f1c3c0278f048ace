package dev.conclave.singleton;

import java.time.Duration;

/**
 * After what time an instance that failed is followed by another one: the first time after {@code restart-delay}, then after twice
 * as long each time, up to a bound; and whether another node gets its turn instead. An instance that ran for as long as the bound
 * begins a new row.
 */
final class RestartDelays {

    /** After so many failures in a row another node gets its turn. */
    static final int FAILURES_OF_A_TURN = 3;

    private static final Duration LONGEST = Duration.ofSeconds(30);

    /** The first delay that grows; and the shortest one after an instance that ended without a failure. */
    private static final Duration SHORTEST = Duration.ofMillis(100);

    private final Duration first;
    private final Duration longest;

    private int failures;

    RestartDelays(Duration restartDelay) {
        this.first = restartDelay;
        this.longest = longer(restartDelay, LONGEST);
    }

    /**
     * An instance has failed, or could not even be started.
     *
     * @param lived how long it ran
     * @return after what time another one follows, here or on another node
     */
    Duration failed(Duration lived) {
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

    /** An instance has ended by itself without a failure. */
    Duration endedByItself() {
        return longer(first, SHORTEST);
    }

    /** How many instances have failed in a row. */
    int failures() {
        return failures;
    }

    /** Whether another node gets its turn now. */
    boolean isAnotherNodesTurn() {
        return failures > 0 && failures % FAILURES_OF_A_TURN == 0;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }
}
