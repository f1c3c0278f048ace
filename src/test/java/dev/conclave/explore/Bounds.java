package dev.conclave.explore;

import java.util.List;

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
 * @param wipes how many data directories are lost, and how often an operator says a word about one
 * @param greetings how many ticks nodes get
 * @param strays how many letters, at least, are in flight before one may be lost by choice
 * @param mortal the peers whose processes may end, as bits
 * @param script what happens first, as {@link Choice#parse} reads it
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
        int letters,
        int wipes,
        int greetings,
        int strays,
        long mortal,
        List<String> script) {

    /** Without anything that only nodes know. */
    Bounds(
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
        this(
                group,
                start,
                timed,
                tickMicros,
                ticks,
                slow,
                term,
                crashes,
                proofs,
                words,
                voids,
                repeats,
                beats,
                timers,
                letters,
                0,
                0,
                letters - 1,
                -1,
                List.of());
    }

    /** With directories that are lost, and nodes that greet. */
    Bounds losing(int directories, int ticks) {
        return new Bounds(
                group,
                start,
                timed,
                tickMicros,
                this.ticks,
                slow,
                term,
                crashes,
                proofs,
                words,
                voids,
                repeats,
                beats,
                timers,
                letters,
                directories,
                ticks,
                strays,
                mortal,
                script);
    }

    /** Where only these processes end. */
    Bounds ending(long peers) {
        return new Bounds(
                group,
                start,
                timed,
                tickMicros,
                ticks,
                slow,
                term,
                crashes,
                proofs,
                words,
                voids,
                repeats,
                beats,
                timers,
                letters,
                wipes,
                greetings,
                strays,
                peers,
                script);
    }

    /** From where the script leads. */
    Bounds after(String... choices) {
        return new Bounds(
                group,
                start,
                timed,
                tickMicros,
                ticks,
                slow,
                term,
                crashes,
                proofs,
                words,
                voids,
                repeats,
                beats,
                timers,
                letters,
                wipes,
                greetings,
                strays,
                mortal,
                List.of(choices));
    }

    /** Where a search begins. */
    enum Start {
        /** Everybody has just started for the first time. */
        BLANK,
        /** Everybody takes part and has met everybody, and nobody leads. */
        ADMITTED,
        /** p0 leads term 1 with a lease, and all others have acknowledged its last heartbeat. */
        LED
    }

    /** How fast the peer's clock runs, in thousandths. */
    int rate(int peer) {
        int off = (int) Math.round(group.settings().maxClockDrift() * 1000);
        return !timed ? 1000 : ((slow >> peer) & 1) == 1 ? 1000 - off : 1000 + off;
    }
}
