package dev.conclave.core.electorate;

import dev.conclave.core.DirectoryIdentity;
import java.util.Comparator;

/**
 * The ballot of a round in which the voters of a configuration choose the next one (E6). A proposer uses a new one, higher than
 * any that it has seen, for every wish and after every start: with one ballot for two wishes, two configurations could be chosen.
 *
 * @param counter counts up
 * @param identity the identity of the proposer's directory
 * @param life the proposer's life
 */
public record RoundBallot(long counter, DirectoryIdentity identity, long life) implements Comparable<RoundBallot> {

    /** Below every ballot of a round. */
    public static final RoundBallot NONE = new RoundBallot(0, DirectoryIdentity.NONE, 0);

    private static final Comparator<RoundBallot> ORDER = Comparator.comparingLong(RoundBallot::counter)
            .thenComparingLong(ballot -> ballot.identity.value())
            .thenComparingLong(RoundBallot::life);

    /** Rejects a negative counter. */
    public RoundBallot {
        if (counter < 0) {
            throw new IllegalArgumentException("a ballot's counter of " + counter + " is negative");
        }
    }

    boolean isAbove(RoundBallot other) {
        return compareTo(other) > 0;
    }

    @Override
    public int compareTo(RoundBallot other) {
        return ORDER.compare(this, other);
    }
}
