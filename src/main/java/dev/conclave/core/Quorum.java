package dev.conclave.core;

import java.util.Arrays;

/**
 * The arithmetic of majorities (R4). A set of voters is a bit set over the sorted voter list, so that an answer counts
 * per voter, by name, however often it comes.
 */
public final class Quorum {

    /** The most voters there can be; five or seven is what a quorum should have. */
    public static final int MAX_VOTERS = 63;

    private Quorum() {}

    /** How a round stands. */
    public enum Outcome {
        /** Neither yet. */
        PENDING,
        /** A majority has granted. */
        WON,
        /** So many have refused that no majority can grant any more. */
        LOST
    }

    /** How many of so many voters make a majority. */
    static int of(int voters) {
        return voters / 2 + 1;
    }

    /**
     * How a round stands; a grant outweighs a refusal of the same voter.
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
     * The newest instant such that a majority has acknowledged it or a later one.
     *
     * @param acknowledged the newest acknowledged instant of each voter, {@link Long#MIN_VALUE} for none
     */
    public static long acknowledgedByMajority(long[] acknowledged) {
        long[] sorted = acknowledged.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length - (sorted.length / 2 + 1)];
    }
}
