package dev.conclave.status;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The state of one node at one instant, as this node knows it. Durations are in milliseconds, instants come from the node's wall
 * clock, and peers are written as {@code host:port}. No part of it stops the protocol while it is read, so two parts need not
 * belong to exactly the same instant.
 *
 * @param version {@link #FORMAT_VERSION}
 * @param at when this status was made
 * @param software the version of Conclave
 * @param self the name of this node
 * @param incarnation this life of the node, in hexadecimal
 * @param startedAt when this life started
 * @param voter whether this node is one of the voters
 * @param takesPart whether this node may vote, if it is a voter, and lead now (E8)
 * @param missing the voters that this node has not met, while it does not take part (E10)
 * @param whyNot why this node does not take part, in a sentence; empty if it does
 * @param drained whether an operator has drained this node: it votes, and leads nothing
 * @param ready whether this node is ready to serve according to {@code conclave.health-check}
 * @param whyNotReady why it is not ready, in a sentence; empty if it is
 * @param configuration the configuration on this node's disk; empty before the founding
 * @param settings the voters and the times that all nodes share
 * @param warnings the warnings of this life, each kind once
 * @param voters each voter as this node sees it, in the order of the settings
 * @param elections how many elections this node knows
 * @param journal the journal of a node with a data directory; empty on other nodes
 * @param registers the registers that this node holds
 * @param dropped how many messages and frames this node dropped, by reason (R13); reasons without one are left out
 * @param singletons the elected singletons of this node
 * @param leases the Akka leases of this node
 * @param eventStreams the streams of events that this node serves
 */
public record NodeStatus(
        int version,
        Instant at,
        String software,
        String self,
        String incarnation,
        Instant startedAt,
        boolean voter,
        boolean takesPart,
        List<String> missing,
        Optional<String> whyNot,
        boolean drained,
        boolean ready,
        Optional<String> whyNotReady,
        Optional<StoredConfiguration> configuration,
        AgreedSettings settings,
        List<Warning> warnings,
        List<VoterStatus> voters,
        ElectionCounts elections,
        Optional<JournalStatus> journal,
        RegisterTotals registers,
        Map<String, Long> dropped,
        List<SingletonStatus> singletons,
        LeaseCounts leases,
        EventStreams eventStreams) {

    /** The version of the JSON form. Readers ignore fields that they do not know. */
    public static final int FORMAT_VERSION = 1;

    /** Copies the collections. */
    public NodeStatus {
        missing = List.copyOf(missing);
        warnings = List.copyOf(warnings);
        voters = List.copyOf(voters);
        dropped = Map.copyOf(dropped);
        singletons = List.copyOf(singletons);
    }

    /**
     * The configuration on a node's disk; {@link ElectorateStatus} shows more of it.
     *
     * @param group the group, in sixteen hexadecimal digits
     * @param number its number
     * @param obeyed whether the node's elections obey it already (E4)
     */
    public record StoredConfiguration(String group, int number, boolean obeyed) {}

    /**
     * The settings that all nodes share, and the stop margin of this one.
     *
     * @param voters the voters
     * @param electionTimeoutMillis E
     * @param heartbeatIntervalMillis H
     * @param maxClockDrift the largest relative error of a clock's rate
     * @param stopMarginMillis how long before the end of a lease its users are told to stop
     * @param leaseMillis how long a lease lasts from the heartbeat that renews it
     */
    public record AgreedSettings(
            List<String> voters,
            double electionTimeoutMillis,
            double heartbeatIntervalMillis,
            double maxClockDrift,
            double stopMarginMillis,
            double leaseMillis) {

        /** Copies the list. */
        public AgreedSettings {
            voters = List.copyOf(voters);
        }
    }

    /**
     * A warning that this node has logged in this life.
     *
     * @param at when it was logged last
     * @param code its kind: {@code disk}, {@code path} or {@code clock}
     * @param text the sentence in the log
     */
    public record Warning(Instant at, String code, String text) {}

    /**
     * One voter as this node sees it.
     *
     * @param name its name
     * @param self whether it is this node
     * @param met whether this node accepts its frames (R13); true of this node
     * @param takesPart whether it takes part, as far as this node can see (E8)
     * @param heardMillisAgo when a frame of it last arrived; empty if none has, and for this node
     * @param acknowledgedMillisAgo when it last acknowledged a heartbeat of an election that this node leads; empty if it never did
     * @param roundTripMillis how long its last acknowledgement took from the creation of the heartbeat; empty if there was none for
     *     two election timeouts
     * @param lifeline whether the lifeline to it is up: {@code up}, {@code down}, or {@code off} where this node has none (R10)
     * @param lane whether the express lane to it is connected
     * @param http where it answers to HTTP, as {@code host:port}; empty if it does not, or was not met
     */
    public record VoterStatus(
            String name,
            boolean self,
            boolean met,
            boolean takesPart,
            Optional<Double> heardMillisAgo,
            Optional<Double> acknowledgedMillisAgo,
            Optional<Double> roundTripMillis,
            String lifeline,
            boolean lane,
            Optional<String> http) {}

    /**
     * How many elections this node knows, those behind leases included.
     *
     * @param known all
     * @param leading those that this node leads
     * @param leaderless those of which this node knows no leader
     */
    public record ElectionCounts(int known, int leading, int leaderless) {}

    /**
     * The journal of a node.
     *
     * @param elections the number of elections with a ballot in it
     * @param forces how many batches were written and forced in this life
     * @param lastForceMillis how long the last of them took
     * @param longestForceMillis how long the longest took
     */
    public record JournalStatus(int elections, long forces, double lastForceMillis, double longestForceMillis) {}

    /**
     * The registers that a node holds.
     *
     * @param count how many
     * @param bytes the size of their values
     * @param mostBytes how large all values may be together
     */
    public record RegisterTotals(int count, long bytes, long mostBytes) {}

    /**
     * An elected singleton on this node; the counts are those of this life.
     *
     * @param name its name
     * @param kept messages that wait on this node for an instance
     * @param dropped messages that were dropped while waiting
     * @param starts instances that started on this node
     * @param restarts instances that started after another one of the same term had ended by itself
     * @param stuck instances that could not be stopped in time
     */
    public record SingletonStatus(String name, int kept, long dropped, long starts, long restarts, long stuck) {}

    /**
     * The Akka leases of this node; all but the first two count the calls of this life.
     *
     * @param held leases with an owner on this node
     * @param waiting calls of acquire that wait
     * @param refused calls that another owner's lease refused
     * @param unanswered calls that no majority answered
     * @param lost leases that their owners lost without releasing them
     */
    public record LeaseCounts(int held, int waiting, long refused, long unanswered, long lost) {}

    /**
     * The streams of events that this node serves.
     *
     * @param open how many are open
     * @param most how many there may be
     */
    public record EventStreams(int open, int most) {}
}
