package dev.conclave.explore;

/**
 * How much of each limit a run has used up.
 *
 * @param bits five bits for each limit
 */
record LimitUsage(long bits) {

    static final LimitUsage NOTHING = new LimitUsage(0);

    private static final int WIDTH = 5;

    /** The largest count. */
    static final int MOST = (1 << WIDTH) - 1;

    int of(SearchLimit limit) {
        return (int) (bits >>> (WIDTH * limit.place())) & MOST;
    }

    LimitUsage and(SearchLimit limit) {
        return new LimitUsage(bits + (1L << (WIDTH * limit.place())));
    }
}
