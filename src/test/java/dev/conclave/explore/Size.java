package dev.conclave.explore;

import dev.conclave.explore.Bounds.Start;
import java.util.List;

/**
 * A complete search by name. One unit of time is a millisecond: H = 1, E = 12, rho = 0.2, so a lease is just below 8. A tick is
 * 5: in it a slow clock counts 4 and a fast one 6, so a slow leader's lease and a fast voter's loyalty both end after two
 * ticks: the tight case of R7. The first peer's clock is slow, all others' are fast.
 *
 * @param name what it is about
 * @param bounds how far it goes
 */
record Size(String name, Bounds bounds) {

    private static final int TICK_MICROS = 5000;

    static Group group(int voters, int standers, long standing) {
        return new Group(voters, standers, 0, standing, 1_000_000, 12_000_000, 0.2, 0);
    }

    /** A leader leads, and time is true. */
    static Size led(
            String name,
            Group group,
            int term,
            int ticks,
            int crashes,
            int proofs,
            int words,
            int beats,
            int timers,
            int letters) {
        return new Size(
                name,
                new Bounds(
                        group,
                        Start.LED,
                        true,
                        TICK_MICROS,
                        ticks,
                        1,
                        term,
                        crashes,
                        proofs,
                        words,
                        0,
                        0,
                        beats,
                        timers,
                        letters));
    }

    /** Everybody has just started, and clocks mean nothing: S1, S2 and R3 alone. */
    static Size untimed(String name, Group group, int term, int crashes, int timers, int letters) {
        return new Size(
                name,
                new Bounds(
                        group, Start.BLANK, false, TICK_MICROS, 0, 0, term, crashes, 0, 0, 0, 0, 0, timers, letters));
    }

    /** Nodes that start for the first time, until all take part: hellos in every order, each head forced at any moment (R15). */
    static Size firstStart(int voters, int greetings) {
        return new Size(
                voters + " nodes start for the first time, " + greetings + " greetings",
                untimed("", group(voters, 0, -1).withNodes(), 1, 0, 0, 20)
                        .bounds()
                        .losing(0, greetings));
    }

    /** For every build. */
    static List<Size> everyBuild() {
        Group three = group(3, 0, -1);
        return List.of(
                led("3 voters, a crash and a proof", three, 2, 2, 1, 1, 0, 0, 3, 3),
                led("3 voters, a crash and two proofs", three, 2, 1, 1, 2, 0, 0, 2, 3),
                led("3 voters, two rounds of heartbeats", three, 2, 2, 0, 0, 0, 1, 4, 4),
                led("3 voters, a hand-over", three, 2, 1, 0, 0, 1, 0, 1, 2),
                led("2 voters, a crash, a proof, a hand-over", group(2, 0, -1), 2, 2, 1, 1, 1, 1, 2, 2),
                led("4 voters, a crash and a proof", group(4, 0, -1), 2, 2, 1, 1, 0, 0, 2, 2),
                led("3 voters and one that stands, a crash and a proof", group(3, 1, 1), 2, 2, 1, 1, 0, 0, 2, 2),
                untimed("3 voters from nothing, no time", three, 1, 0, 2, 4),
                untimed("3 voters from nothing, a crash, no time", three, 1, 1, 1, 3));
    }

    /** For a long run. */
    static List<Size> soak() {
        Group three = group(3, 0, -1);
        return List.of(
                led("3 voters, a crash, a proof, two rounds", three, 2, 2, 1, 1, 0, 1, 3, 3),
                led("3 voters, term 3, a crash, two proofs", three, 3, 2, 1, 2, 0, 0, 3, 3),
                led("3 voters, a hand-over and a crash", three, 2, 1, 1, 0, 1, 0, 2, 3),
                led("4 voters, a crash and two proofs", group(4, 0, -1), 2, 2, 1, 2, 0, 0, 2, 3),
                led("3 voters and one that stands, term 3", group(3, 1, 1), 3, 2, 1, 1, 0, 0, 3, 3),
                untimed("3 voters from nothing, term 2, a crash, no time", three, 2, 1, 2, 3),
                firstStart(3, 3));
    }
}
