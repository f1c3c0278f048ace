package dev.conclave.node.demo;

import java.util.List;

/** Statistics of the fail-over times of at least one round. */
final class FailOverTimes {

    private final long[] nanos;

    FailOverTimes(List<DemoRound> rounds) {
        if (rounds.isEmpty()) {
            throw new IllegalArgumentException("there must be at least one round");
        }
        nanos = rounds.stream().mapToLong(DemoRound::failoverNanos).sorted().toArray();
    }

    int count() {
        return nanos.length;
    }

    long leastNanos() {
        return nanos[0];
    }

    long mostNanos() {
        return nanos[nanos.length - 1];
    }

    long medianNanos() {
        int middle = nanos.length / 2;
        return nanos.length % 2 == 1 ? nanos[middle] : (nanos[middle - 1] + nanos[middle]) / 2;
    }

    /** Returns the 95th percentile of the fail-over times, in nanoseconds. */
    long p95Nanos() {
        return nanos[(int) Math.ceil(nanos.length * 0.95) - 1];
    }
}
