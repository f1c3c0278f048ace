package dev.conclave.node;

import java.time.Duration;

/**
 * What a demo is to do.
 *
 * @param peers how many peers
 * @param rounds how many leaders it befalls
 * @param blow what befalls them
 * @param heartbeat H of the peers
 * @param electionTimeout E of the peers
 * @param pause how long the peers are left alone before each blow, so that one that was started again has warmed up
 * @param ballastBytes memory that each peer holds for nothing
 * @param patience how long to wait for anything before giving up
 */
record Plan(
        int peers,
        int rounds,
        Blow blow,
        Duration heartbeat,
        Duration electionTimeout,
        Duration pause,
        long ballastBytes,
        Duration patience) {

    Plan {
        if (peers < 3 || peers > 9) {
            throw new IllegalArgumentException("--peers " + peers
                    + ": between 3 and 9; fewer have no majority when one is killed, and more do not fit on a screen");
        }
        if (rounds < 1) {
            throw new IllegalArgumentException("--rounds " + rounds + ": at least 1");
        }
        if (pause.isNegative()) {
            throw new IllegalArgumentException("--pause " + Words.millis(pause) + ": not below 0");
        }
        if (heartbeat.compareTo(electionTimeout.dividedBy(2)) >= 0) {
            throw new IllegalArgumentException("--heartbeat " + Words.millis(heartbeat)
                    + " must be below half of --election-timeout " + Words.millis(electionTimeout));
        }
    }

    /** The margin in which users are told to stop; Conclave's own default does not fit into a very short lease. */
    Duration stopMargin() {
        Duration fifth = electionTimeout.dividedBy(5);
        Duration usual = Duration.ofMillis(200);
        return fifth.compareTo(usual) < 0 ? fifth : usual;
    }
}
