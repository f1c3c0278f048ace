package dev.conclave.explore;

/**
 * How much of each limit a run has used up.
 *
 * @param bits five bits for each limit
 */
record Spent(long bits) {

    static final Spent NOTHING = new Spent(0);

    private static final int WIDTH = 5;

    /** The largest count. */
    static final int MOST = (1 << WIDTH) - 1;

    int of(Limit limit) {
        return (int) (bits >>> (WIDTH * limit.place())) & MOST;
    }

    Spent and(Limit limit) {
        return new Spent(bits + (1L << (WIDTH * limit.place())));
    }
}
