package dev.conclave.core;

import java.util.Arrays;

/**
 * The arithmetic of majorities (R4). A set of voters is a bit mask over the sorted voter list, so that each voter counts once,
 * however often its answer arrives.
 */
public final class Quorum {

    /** The maximum number of voters; three to seven are recommended. */
    public static final int MAX_VOTERS = 63;

    private Quorum() {}

    /** The state of a round of votes. */
    public enum Outcome {
        /** The round is not decided yet. */
        PENDING,
        /** A majority has granted. */
        WON,
        /** So many voters have refused that no majority can grant. */
        LOST
    }

    /** The size of a majority of so many voters. */
    public static int of(int voters) {
        return voters / 2 + 1;
    }

    /**
     * Returns the state of a round of votes; a grant outweighs a refusal of the same voter.
     *
     * @param voters how many voters there are
     * @param granted the voters that granted
     * @param refused the voters that refused
     */
    public static Outcome outcome(int voters, long granted, long refused) {
        int needed = of(voters);
        if (Long.bitCount(granted) >= needed) {
            return Outcome.WON;
        }
        return voters - Long.bitCount(refused & ~granted) < needed ? Outcome.LOST : Outcome.PENDING;
    }

    /**
     * Returns the newest instant for which a majority of the voters has acknowledged it or a later one.
     *
     * @param acknowledged the newest acknowledged instant of each voter, {@link Long#MIN_VALUE} for none
     */
    public static long acknowledgedByMajority(long[] acknowledged) {
        long[] sorted = acknowledged.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length - (sorted.length / 2 + 1)];
    }
}
