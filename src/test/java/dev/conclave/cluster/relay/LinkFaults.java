package dev.conclave.cluster.relay;

import java.time.Duration;

/**
 * The faults that a relay adds to one direction of a link.
 *
 * @param delay how long each piece is held back
 * @param jitter up to so much longer, drawn anew for every piece; the order is kept, as TCP keeps it
 * @param bytesPerSecond the highest rate of delivery
 */
public record LinkFaults(Duration delay, Duration jitter, long bytesPerSecond) {

    public static final LinkFaults CALM = new LinkFaults(Duration.ZERO, Duration.ZERO, Long.MAX_VALUE);

    public static LinkFaults delayed(Duration delay, Duration jitter) {
        return new LinkFaults(delay, jitter, Long.MAX_VALUE);
    }

    public static LinkFaults narrow(long bytesPerSecond) {
        return new LinkFaults(Duration.ZERO, Duration.ZERO, bytesPerSecond);
    }

    long nanosFor(int bytes) {
        return bytesPerSecond == Long.MAX_VALUE ? 0 : bytes * 1_000_000_000L / bytesPerSecond;
    }
}
