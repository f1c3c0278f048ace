package dev.conclave.node.demo;

import dev.conclave.node.cli.EventText;
import java.time.Duration;

/**
 * The parameters of a demo.
 *
 * @param peers the number of peers
 * @param rounds the number of rounds, each with a fault of the leader
 * @param fault the fault
 * @param heartbeat H of the peers
 * @param electionTimeout E of the peers
 * @param pause how long the peers run undisturbed before each fault, so that a restarted one has warmed up
 * @param ballastBytes unused memory of each peer
 * @param patience the time limit of each step
 */
public record DemoPlan(
        int peers,
        int rounds,
        LeaderFault fault,
        Duration heartbeat,
        Duration electionTimeout,
        Duration pause,
        long ballastBytes,
        Duration patience) {

    /** As the settings of a peer require. */
    private static final Duration SHORTEST_HEARTBEAT = Duration.ofMillis(10);

    /** Refuses what cannot be played, in a sentence that begins with the option. */
    public DemoPlan {
        if (peers < 3 || peers > 9) {
            throw new IllegalArgumentException("--peers " + peers
                    + ": between 3 and 9; fewer have no majority when one is killed, and more do not fit on a screen");
        }
        if (rounds < 1) {
            throw new IllegalArgumentException("--rounds " + rounds + " is below 1");
        }
        if (pause.isNegative()) {
            throw new IllegalArgumentException("--pause " + EventText.millis(pause) + " is below 0");
        }
        if (heartbeat.compareTo(SHORTEST_HEARTBEAT) < 0) {
            throw new IllegalArgumentException("--heartbeat " + EventText.millis(heartbeat) + ": at least "
                    + EventText.millis(SHORTEST_HEARTBEAT));
        }
        if (heartbeat.compareTo(electionTimeout.dividedBy(2)) >= 0) {
            throw new IllegalArgumentException("--heartbeat " + EventText.millis(heartbeat)
                    + " must be below half of --election-timeout " + EventText.millis(electionTimeout));
        }
    }

    /** The stop margin; Conclave's default is too long for a very short lease. */
    Duration stopMargin() {
        Duration fifth = electionTimeout.dividedBy(5);
        Duration usual = Duration.ofMillis(200);
        return fifth.compareTo(usual) < 0 ? fifth : usual;
    }
}
