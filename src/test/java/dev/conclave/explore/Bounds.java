package dev.conclave.explore;

/**
 * How far a complete search goes.
 *
 * @param group who takes part
 * @param start which of the peers are up and led when it begins, see {@link Start}
 * @param timed whether time is true: all clocks go on together, each at its rate, and S3 to S5 are judged. Without, any
 *     clock may jump to its next deadline at any moment
 * @param tickMicros how much true time passes at once
 * @param ticks how often it may
 * @param slow the peers whose clocks are as slow as rho allows, as bits; all others are as fast as it allows
 * @param term the highest term
 * @param crashes how many processes end, for each also with less on its disk than was written
 * @param proofs how often a peer gets a proof of death
 * @param words how often somebody hands over, withdraws or leaves
 * @param voids how often a node cannot vouch for its leaderships
 * @param repeats how many letters arrive twice
 * @param beats how many rounds of heartbeats are sent, the first of each leader not counted
 * @param timers how many other ticks peers get
 * @param letters how many letters are in flight at most; more are lost
 */
record Bounds(
        Group group,
        Start start,
        boolean timed,
        long tickMicros,
        int ticks,
        long slow,
        int term,
        int crashes,
        int proofs,
        int words,
        int voids,
        int repeats,
        int beats,
        int timers,
        int letters) {

    /** Where a search begins. */
    enum Start {
        /** Everybody has just started for the first time. */
        BLANK,
        /** p0 leads term 1 with a lease, and all others have acknowledged its last heartbeat. */
        LED
    }

    /** How fast the peer's clock runs, in thousandths. */
    int rate(int peer) {
        int off = (int) Math.round(group.settings().maxClockDrift() * 1000);
        return !timed ? 1000 : ((slow >> peer) & 1) == 1 ? 1000 - off : 1000 + off;
    }
}
