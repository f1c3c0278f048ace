package dev.conclave.node;

import dev.conclave.core.PeerId;
import java.util.OptionalDouble;

/**
 * What came of one killed leader.
 *
 * @param number counted from 1
 * @param killedAt by the monotonic clock, read before the signal was sent
 * @param electedAt when the next leader said to hold its first lease, by the same clock
 * @param followedAfterNanos from the restart of the killed peer until it followed the new leader
 * @param leaders how many leaders were elected in this round
 * @param cpuPressure for how much of the time from about a second before the blow until the next leader was known somebody waited
 *     for a processor, between 0 and 1; empty where nobody counts it
 */
record Round(
        int number,
        PeerId killed,
        long killedAt,
        PeerId elected,
        long electedAt,
        long term,
        long followedAfterNanos,
        int leaders,
        OptionalDouble cpuPressure) {

    /** Whether hardly anybody waited for a processor; not if that is unknown. */
    boolean isQuiet() {
        return cpuPressure.orElse(1) < CpuPressure.QUIET;
    }

    long failoverNanos() {
        return electedAt - killedAt;
    }

    double failoverMillis() {
        return Math.round(failoverNanos() / 1e3) / 1e3;
    }
}
