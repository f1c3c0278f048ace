package dev.conclave.node.exec;

import dev.conclave.ConclaveSettings;
import java.time.Duration;

/**
 * The times of a run, which follow from the settings of the peer.
 *
 * @param killNanos how long before the end of the lease the command is killed
 * @param renewNanos the interval at which the watchdog receives a new deadline
 */
record RunTimes(long killNanos, long renewNanos) {

    /**
     * The last quarter of the margin to stop, and a twentieth of E at least: on a busy machine a watchdog needs that long to
     * notice that its time has come.
     */
    static RunTimes of(ConclaveSettings settings) {
        long electionNanos = settings.electionTimeout().map(Duration::toNanos).orElseThrow();
        long kill = Math.max(settings.stopMargin().toNanos() / 4, electionNanos / 20);
        return new RunTimes(kill, electionNanos / 5);
    }
}
