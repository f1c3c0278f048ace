package dev.conclave.core.electorate;

import dev.conclave.core.DirectoryIdentity;
import java.util.Optional;

/**
 * The durable part of a node's electorate, a part of the journal's head: the newest configuration, and the promise and the
 * acceptance that this node has given for the next one (E6). Promise and acceptance belong to that configuration and end with it.
 *
 * @param configuration the newest configuration that this node was shown (E1); empty before the founding
 * @param longestElectionNanos the longest E under which this node may have acknowledged a leader; rises when a configuration is
 *     stored, and shrinks only when it has been waited out (E7)
 * @param promised the highest ballot that this node has promised or accepted
 * @param accepted the configuration that this node has accepted as the next one
 * @param founder the identity of the founder to which this node has answered (E10)
 */
public record StoredElectorate(
        Optional<Configuration> configuration,
        long longestElectionNanos,
        RoundBallot promised,
        Optional<Acceptance> accepted,
        Optional<DirectoryIdentity> founder) {

    /** The electorate of a directory that is new. */
    public static final StoredElectorate EMPTY =
            new StoredElectorate(Optional.empty(), 0, RoundBallot.NONE, Optional.empty(), Optional.empty());

    /**
     * A configuration that was accepted.
     *
     * @param ballot the ballot of the round
     * @param next the configuration
     */
    public record Acceptance(RoundBallot ballot, Configuration next) {}

    /** Rejects a negative time. */
    public StoredElectorate {
        if (longestElectionNanos < 0) {
            throw new IllegalArgumentException("an election timeout of " + longestElectionNanos + " ns is negative");
        }
    }

    /** The number of the configuration; -1 before the founding. */
    public int number() {
        return configuration.map(Configuration::number).orElse(-1);
    }

    /** The group; 0 before the founding. */
    public long group() {
        return configuration.map(Configuration::group).orElse(0L);
    }

    /** Returns this with a promise (E6). */
    StoredElectorate promising(RoundBallot ballot) {
        return new StoredElectorate(configuration, longestElectionNanos, ballot, accepted, founder);
    }

    /** Returns this with an acceptance, which counts as a promise (E6). */
    StoredElectorate accepting(RoundBallot ballot, Configuration next) {
        return new StoredElectorate(
                configuration, longestElectionNanos, ballot, Optional.of(new Acceptance(ballot, next)), founder);
    }

    /** Returns this with a newer configuration (E1). */
    public StoredElectorate storing(Configuration newer) {
        return new StoredElectorate(
                Optional.of(newer),
                Math.max(longestElectionNanos, newer.electionNanos()),
                RoundBallot.NONE,
                Optional.empty(),
                founder);
    }

    /** Returns this with another longest E. */
    public StoredElectorate withLongestElection(long nanos) {
        return nanos == longestElectionNanos
                ? this
                : new StoredElectorate(configuration, nanos, promised, accepted, founder);
    }

    /** Returns this with a founder (E10). */
    StoredElectorate foundedBy(DirectoryIdentity identity) {
        return new StoredElectorate(configuration, longestElectionNanos, promised, accepted, Optional.of(identity));
    }
}
