package dev.conclave.explore.search;

/**
 * How much of each limit a run has used up.
 *
 * @param bits five bits for each limit
 */
public record LimitUsage(long bits) {

    public static final LimitUsage NOTHING = new LimitUsage(0);

    private static final int WIDTH = 5;

    /** The largest count. */
    public static final int MOST = (1 << WIDTH) - 1;

    public int of(SearchLimit limit) {
        return (int) (bits >>> (WIDTH * limit.place())) & MOST;
    }

    public LimitUsage and(SearchLimit limit) {
        return new LimitUsage(bits + (1L << (WIDTH * limit.place())));
    }
}
