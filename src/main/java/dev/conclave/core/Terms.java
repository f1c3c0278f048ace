package dev.conclave.core;

/**
 * The arithmetic of terms (E2). A term belongs to the configuration under which it was opened: term n.k is the k-th term of
 * configuration n, and is one number, n * 2^32 + k. So terms grow across changes of the voters, and two leaders of one term would
 * need two quorums of one configuration (S1).
 */
public final class Terms {

    /** How many terms a configuration has: the terms n.1 to n.(2^32 - 1). */
    private static final int COUNTER_BITS = 32;

    /** The highest number of a configuration; its terms stay within {@link Ballot#MAX_TERM}. */
    public static final int MAX_CONFIGURATION = (1 << 20) - 1;

    private Terms() {}

    /** Returns n.0, which lies below the first term of configuration n and above every term of earlier ones; no peer stands in it. */
    public static long before(int configuration) {
        return (long) configuration << COUNTER_BITS;
    }

    /** Returns the number of the configuration to which the term belongs. */
    public static int configurationOf(long term) {
        return (int) (term >> COUNTER_BITS);
    }

    /** Returns the term that a peer under a configuration opens above another one: max(met, n.0) + 1 (E2). */
    public static long next(long met, int configuration) {
        return Math.max(met, before(configuration)) + 1;
    }

    /** Whether the term is one of the configuration, so that votes may be cast in it under that configuration (E2). */
    public static boolean belongs(long term, int configuration) {
        return term > before(configuration) && configurationOf(term) == configuration;
    }

    /** Returns the form for people: {@code n.k}. */
    public static String show(long term) {
        return configurationOf(term) + "." + (term & ((1L << COUNTER_BITS) - 1));
    }
}
