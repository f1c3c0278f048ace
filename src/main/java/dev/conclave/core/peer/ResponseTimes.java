package dev.conclave.core.peer;

import dev.conclave.core.Settings;

/**
 * How slowly other peers have answered so far; waits are adapted to that (R11). All values are 0 where disks and paths are fast,
 * and all are bounded.
 *
 * @param path how long the newest canvass took to be decided: 0 if no longer than a quarter of a step, 1 if no longer than one
 *     step, 2 for two, {@link #LONGEST_PATH} for more
 * @param rounds how often E/2 must be doubled so that a round of standing ends after its answers have arrived, at most {@link
 *     #MOST_ROUNDS}
 * @param yielded whether this peer has already let another one stand before it, which it does once
 */
public record ResponseTimes(int path, int rounds, boolean yielded) {

    /** The response times of a peer that has seen only fast answers. */
    static final ResponseTimes FAST = new ResponseTimes(0, 0, false);

    /** The maximum of {@code path}. */
    public static final int LONGEST_PATH = 3;

    /** The maximum of {@code rounds}, with which a round of standing lasts 4 E. */
    public static final int MOST_ROUNDS = 3;

    /** The response times after a canvass that was decided after this time. */
    ResponseTimes afterCanvass(long nanos, Settings settings) {
        long step = settings.stepNanos();
        int seen = nanos <= step / 4 ? 0 : nanos <= step ? 1 : nanos <= 2 * step ? 2 : LONGEST_PATH;
        return new ResponseTimes(seen, rounds, yielded);
    }

    /**
     * The response times after a round of standing that was won this long after its term was opened: half as much again suffices for the
     * next round.
     */
    ResponseTimes afterVictory(long nanos, Settings settings) {
        int enough = 0;
        while (enough < MOST_ROUNDS && ((settings.electionNanos() / 2) << enough) < nanos + nanos / 2) {
            enough++;
        }
        return new ResponseTimes(path, enough, yielded);
    }

    /** The response times after a round of standing in which no majority answered. */
    ResponseTimes afterSilence() {
        return new ResponseTimes(path, Math.min(rounds + 1, MOST_ROUNDS), yielded);
    }

    ResponseTimes yielding(boolean now) {
        return yielded == now ? this : new ResponseTimes(path, rounds, now);
    }

    /**
     * The unit of the waits between two attempts to be elected, in nanoseconds: a step, or the power of two of steps that an
     * answer takes.
     */
    long unitNanos(Settings settings) {
        return settings.stepNanos() << Math.max(0, path - 1);
    }

    /** How long a round of standing lasts in nanoseconds, that is, how long a candidate waits for votes. */
    long roundNanos(Settings settings) {
        return (settings.electionNanos() / 2) << rounds;
    }

    /** How long a winner waits for its first lease (R7). No lease lasts longer than E. */
    long firstLeaseNanos(Settings settings) {
        return path == LONGEST_PATH ? settings.electionNanos() : settings.electionNanos() / 2;
    }
}
