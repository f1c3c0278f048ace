package dev.conclave.explore.electorate;

/** The limits of a complete search of a {@link Cluster}. */
enum ClusterLimit {
    /** How many processes end. */
    CRASHES(0),
    /** How many directories are lost while their node is down. */
    LOSSES(1),
    /** How many wishes of the search are made. */
    WISHES(2),
    /** How many rounds of heartbeats are sent, the first of each leader not counted. */
    BEATS(3),
    /** How many other ticks peers receive. */
    TIMERS(4),
    /** How many ticks electorates receive. */
    ROUNDS(5),
    /** How often a leader hands over. */
    HAND_OVERS(6),
    /** How often a peer receives a proof of death. */
    PROOFS(7),
    /** How often true time goes on by a tick. */
    TICKS(8),
    /** How many values leaders write. */
    WRITES(9),
    /** The highest k of a term n.k. */
    TERM(-1),
    /** The highest number of a configuration. */
    CONFIGURATION(-1),
    /** The highest counter of a ballot of a round. */
    COUNTER(-1),
    /** How many messages are in flight at most; more are lost, and of so many any one may be lost. */
    MESSAGES(-1),
    /** How many of them are about the electorate; if this is named, it does not count towards the limit above. */
    LETTERS(-1);

    private static final int WIDTH = 5;

    /** The largest count. */
    static final int MOST = (1 << WIDTH) - 1;

    private final int place;

    ClusterLimit(int place) {
        this.place = place;
    }

    /** How much of this limit has been used, of counts that hold five bits for each. */
    int of(long used) {
        return (int) (used >>> (WIDTH * place)) & MOST;
    }

    /** The counts after one more. */
    long spend(long used) {
        return used + (1L << (WIDTH * place));
    }
}
