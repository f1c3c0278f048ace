package dev.conclave.cluster;

import java.time.Duration;

/**
 * The faults that a relay adds to one direction of a link.
 *
 * @param delay after which it comes out
 * @param jitter up to so much longer, drawn anew for every piece; the order is kept, as TCP keeps it
 * @param bytesPerSecond the most that comes out
 */
record Weather(Duration delay, Duration jitter, long bytesPerSecond) {

    static final Weather CALM = new Weather(Duration.ZERO, Duration.ZERO, Long.MAX_VALUE);

    static Weather delayed(Duration delay, Duration jitter) {
        return new Weather(delay, jitter, Long.MAX_VALUE);
    }

    static Weather narrow(long bytesPerSecond) {
        return new Weather(Duration.ZERO, Duration.ZERO, bytesPerSecond);
    }

    long nanosFor(int bytes) {
        return bytesPerSecond == Long.MAX_VALUE ? 0 : bytes * 1_000_000_000L / bytesPerSecond;
    }
}
