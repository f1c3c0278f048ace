package dev.conclave.core;

/**
 * How slow the others' answers are, as far as this peer has seen (R11): its waits follow that. All of it is 0 where disks and
 * paths are fast, and none of it grows without bound.
 *
 * @param path how long the newest canvass took to be decided: 0 if no longer than a quarter of a step, 1 if no longer than one step,
 *     2 for two, {@link #LONGEST_PATH} for more
 * @param rounds how often E/2 must be doubled for a round of standing to end after its answers have come, at most {@link #MOST_ROUNDS}
 * @param yielded whether this peer has let another one stand before it, which it does once
 */
public record Pace(int path, int rounds, boolean yielded) {

    /** Of a peer that has seen nothing slow. */
    static final Pace FAST = new Pace(0, 0, false);

    /** The highest {@code path}. */
    public static final int LONGEST_PATH = 3;

    /** The highest {@code rounds}: a round of 4 E. */
    public static final int MOST_ROUNDS = 3;

    /** A canvass was decided so long after it began. */
    Pace afterCanvass(long nanos, Settings settings) {
        long step = settings.stepNanos();
        int seen = nanos <= step / 4 ? 0 : nanos <= step ? 1 : nanos <= 2 * step ? 2 : LONGEST_PATH;
        return new Pace(seen, rounds, yielded);
    }

    /** A round of standing was won so long after its term was opened: one of half as much again would do. */
    Pace afterVictory(long nanos, Settings settings) {
        int enough = 0;
        while (enough < MOST_ROUNDS && ((settings.electionNanos() / 2) << enough) < nanos + nanos / 2) {
            enough++;
        }
        return new Pace(path, enough, yielded);
    }

    /** A round of standing ended before a majority had answered. */
    Pace afterSilence() {
        return new Pace(path, Math.min(rounds + 1, MOST_ROUNDS), yielded);
    }

    Pace yielding(boolean now) {
        return yielded == now ? this : new Pace(path, rounds, now);
    }

    /** The unit of the waits between two attempts: a step, or the power of two of steps that an answer takes. */
    long unitNanos(Settings settings) {
        return settings.stepNanos() << Math.max(0, path - 1);
    }

    /** For how long votes may be on their way. */
    long roundNanos(Settings settings) {
        return (settings.electionNanos() / 2) << rounds;
    }

    /** For how long a winner waits for its first lease (R7). No lease lasts longer than E. */
    long firstLeaseNanos(Settings settings) {
        return path == LONGEST_PATH ? settings.electionNanos() : settings.electionNanos() / 2;
    }
}
