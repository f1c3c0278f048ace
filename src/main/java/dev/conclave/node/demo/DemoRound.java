package dev.conclave.node.demo;

import dev.conclave.core.PeerId;
import java.util.OptionalDouble;

/**
 * The result of one round of a demo.
 *
 * @param number counted from 1
 * @param killedAt by the monotonic clock, read before the signal was sent
 * @param electedAt when the next leader reported its first lease, by the same clock
 * @param followedAfterNanos from the restart of the former leader until it followed the new one
 * @param leaders how many leaders were elected in this round
 * @param cpuPressure the CPU pressure from about a second before the fault until the next leader was known, between 0 and 1;
 *     empty if unknown
 */
record DemoRound(
        int number,
        PeerId killed,
        long killedAt,
        PeerId elected,
        long electedAt,
        long term,
        long followedAfterNanos,
        int leaders,
        OptionalDouble cpuPressure) {

    /** Whether the CPU pressure was low; false if it is unknown. */
    boolean isQuiet() {
        return cpuPressure.orElse(1) < CpuPressureMeasurement.QUIET;
    }

    long failoverNanos() {
        return electedAt - killedAt;
    }

    double failoverMillis() {
        return Math.round(failoverNanos() / 1e3) / 1e3;
    }
}
