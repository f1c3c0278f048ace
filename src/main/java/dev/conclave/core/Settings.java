package dev.conclave.core;

import java.time.Duration;
import java.util.List;
import java.util.TreeSet;

/**
 * The settings that must be the same on all peers, since leases and quorums depend on them (R13), and times derived from them.
 * Times are nanoseconds of the peer's own monotonic clock.
 *
 * @param voters the voters as a set, sorted; a quorum is a majority of this list, not of the reachable nodes
 * @param heartbeatNanos H: the interval of a leader's heartbeats
 * @param electionNanos E: how long a voter is loyal to the leader that it last acknowledged (R6)
 * @param maxClockDrift rho: the fraction by which a clock may run fast or slow, 0 to 0.2
 */
public record Settings(List<PeerId> voters, long heartbeatNanos, long electionNanos, double maxClockDrift) {

    /** The maximum time of a setting, in nanoseconds; it keeps every sum of times far from overflow. */
    private static final long MAX_NANOS = Duration.ofDays(1).toNanos();

    /** Rejects invalid values with a message that names the setting and the remedy. */
    public Settings {
        List<PeerId> given = voters;
        voters = List.copyOf(new TreeSet<>(given));
        if (voters.isEmpty()) {
            throw new IllegalArgumentException(
                    "conclave.voters is empty; list every voter as host:port, the same list on every node");
        }
        if (voters.size() != given.size()) {
            throw new IllegalArgumentException("conclave.voters names a voter twice: " + given
                    + "; list every voter once, since a repeated one would count twice");
        }
        if (voters.size() > Quorum.MAX_VOTERS) {
            throw new IllegalArgumentException("conclave.voters names " + voters.size() + " voters, at most "
                    + Quorum.MAX_VOTERS
                    + " are possible; three, five or seven are enough: other nodes can be candidates without"
                    + " a vote");
        }
        if (heartbeatNanos < 1_000_000 || heartbeatNanos > MAX_NANOS) {
            throw new IllegalArgumentException("conclave.heartbeat-interval is " + shown(heartbeatNanos)
                    + "; it must lie between 1ms and one day");
        }
        if (electionNanos > MAX_NANOS) {
            throw new IllegalArgumentException(
                    "conclave.election-timeout is " + shown(electionNanos) + "; it must not be above one day");
        }
        if (heartbeatNanos >= electionNanos / 2) {
            throw new IllegalArgumentException("conclave.heartbeat-interval (" + shown(heartbeatNanos)
                    + ") is not below half of conclave.election-timeout (" + shown(electionNanos)
                    + "): one lost heartbeat would end a leadership; lower the first or raise the second");
        }
        if (!(maxClockDrift >= 0 && maxClockDrift <= 0.2)) {
            throw new IllegalArgumentException("conclave.max-clock-drift is " + maxClockDrift
                    + "; it is a share of time between 0 and 0.2, for example 0.01");
        }
    }

    /** Formats a time as a configuration shows it. */
    private static String shown(long nanos) {
        return nanos % 1_000_000 == 0 ? nanos / 1_000_000 + "ms" : nanos + "ns";
    }

    /** The number of voters that make a majority. */
    public int quorum() {
        return Quorum.of(voters.size());
    }

    /** Whether the peer is one of the voters. */
    public boolean isVoter(PeerId peer) {
        return voters.contains(peer);
    }

    /**
     * The length of a lease, from the instant before its heartbeat round was sent, by the leader's own clock (R7).
     *
     * <p>A voter is loyal for E of its own clock. While its fast clock counts E, true time is at least E/(1+rho), in which the
     * leader's slow clock counts at least E(1-rho)/(1+rho). Rounded down: one nanosecond more is unsafe. A nanosecond is left off
     * for the rounding of the arithmetic itself, which stays below a tenth of one: for E = 25096018 ns and rho = 0.025 the
     * quotient of doubles exceeds the true one, and a whole number in between.
     */
    public long leaseNanos() {
        return (long) Math.floor(electionNanos * (1 - maxClockDrift) / (1 + maxClockDrift)) - 1;
    }

    /**
     * The maximum time in nanoseconds that forcing a ballot to disk may take, so that a leader is still elected within two E
     * (L1).
     */
    public long slowForceNanos() {
        return electionNanos / 5 * 2;
    }

    /** The maximum round trip in nanoseconds between nodes, so that a leader is still elected within two E (L1). */
    public long longPathNanos() {
        return (electionNanos - heartbeatNanos) / 3;
    }

    /** The step in nanoseconds: how long a peer in the succession waits for the one before it before it stands (R11). */
    public long stepNanos() {
        return heartbeatNanos / 2;
    }
}
