package dev.conclave.explore.simulation;

import dev.conclave.explore.world.SeededRandom;

/**
 * The faults of a simulation and their frequencies. Times are microseconds of true time; a mean of 0 switches a fault off.
 *
 * @param lossPermille how many messages in a thousand are lost
 * @param repeatPermille how many arrive twice
 * @param delay mean time on the way
 * @param latePermille how many are held up by {@code lateness} on top
 * @param lateness mean extra time of a held up message
 * @param partition mean time until links are cut anew
 * @param healing mean time until all links are whole again
 * @param crash mean time until a process ends
 * @param powerPermille how many of these ends lose the ballots that were not forced
 * @param down mean time until the process starts again
 * @param force mean time that a disk needs to force
 * @param stuckPermille how many forces take {@code stuck} on top
 * @param stuck mean extra time of such a force
 * @param proofPermille of how many ends of processes a peer receives a proof
 * @param proof mean time until it receives the proof
 * @param pause mean time until a process sleeps
 * @param sleep mean length of a sleep
 * @param driftPermille how far clocks are off, either way, in thousandths; changes now and then
 * @param operator mean time until a peer is told to hand over, withdraw, stand or shut down
 * @param voids mean time until a node cannot vouch for its leaderships
 * @param users mean time that users take to stop
 * @param neverPermille how many never answer that they have stopped
 * @param timer mean lateness of a timer
 * @param lies mean time until a peer receives a false proof of death, where the lifeline is faulty
 * @param isExact whether every wait is exactly its mean, so that equal peers act as one
 */
public record Faults(
        int lossPermille,
        int repeatPermille,
        long delay,
        int latePermille,
        long lateness,
        long partition,
        long healing,
        long crash,
        int powerPermille,
        long down,
        long force,
        int stuckPermille,
        long stuck,
        int proofPermille,
        long proof,
        long pause,
        long sleep,
        int driftPermille,
        long operator,
        long voids,
        long users,
        int neverPermille,
        long timer,
        long lies,
        boolean isExact) {

    /** The faults of a quiet time: none, but clocks stay as wrong as they are. */
    public static Faults none(long election, int driftPermille, boolean isExact) {
        return new Faults(
                0,
                0,
                election / 200,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                election / 200,
                0,
                0,
                1000,
                election / 50,
                0,
                0,
                driftPermille,
                0,
                0,
                election / 50,
                0,
                isExact ? 0 : election / 1000,
                0,
                isExact);
    }

    /** Only links that are cut and healed, and messages that arrive twice; clocks as wrong as they may be. */
    public static Faults cuts(long election, int driftPermille) {
        return new Faults(
                0,
                800,
                election / 200,
                100,
                election / 2,
                election,
                election,
                0,
                0,
                0,
                election / 500,
                0,
                0,
                0,
                0,
                0,
                0,
                driftPermille,
                0,
                0,
                election / 20,
                300,
                0,
                election,
                false);
    }

    /** Only processes that end and come back, proofs of it, hand-overs, and messages that are late. */
    public static Faults ends(long election, int driftPermille) {
        return new Faults(
                100,
                100,
                election / 100,
                200,
                election,
                3 * election,
                election / 2,
                2 * election,
                0,
                election / 20,
                election / 500,
                0,
                0,
                800,
                election / 50,
                0,
                0,
                driftPermille,
                election,
                0,
                election / 20,
                0,
                0,
                election,
                false);
    }

    /** Leaders that are told to hand over all the time, while messages are lost or come late. */
    public static Faults words(long election, int driftPermille) {
        return new Faults(
                200,
                200,
                election / 100,
                300,
                election / 2,
                4 * election,
                election,
                4 * election,
                0,
                election / 20,
                election / 500,
                0,
                0,
                500,
                election / 20,
                0,
                0,
                driftPermille,
                election / 3,
                0,
                election / 100,
                0,
                0,
                election,
                false);
    }

    /** A random mixture: some of all faults, or of a few. */
    public static Faults drawn(SeededRandom random, long election, int driftPermille) {
        long[] scale = {election / 500, election / 50, election / 10, election / 2, election, 3 * election};
        return new Faults(
                random.permille(500) ? random.below(400) : 0,
                random.permille(400) ? random.below(200) : 0,
                scale[random.below(4)],
                random.permille(500) ? random.below(200) : 0,
                scale[2 + random.below(4)],
                random.permille(500) ? scale[3 + random.below(3)] * 4 : 0,
                scale[2 + random.below(4)] * 2,
                random.permille(700) ? scale[3 + random.below(3)] * 4 : 0,
                random.below(1000),
                scale[random.below(6)],
                scale[random.below(4)],
                random.permille(300) ? random.below(200) : 0,
                scale[2 + random.below(3)],
                random.permille(300) ? 0 : random.permille(300) ? 1000 : random.below(1000),
                scale[random.below(4)],
                random.permille(400) ? scale[3 + random.below(3)] * 3 : 0,
                scale[2 + random.below(4)],
                random.permille(300) ? 0 : driftPermille,
                random.permille(600) ? scale[2 + random.below(4)] * 3 : 0,
                random.permille(200) ? scale[3 + random.below(3)] * 6 : 0,
                scale[random.below(6)],
                random.permille(600) ? 0 : random.below(700),
                scale[random.below(2)],
                2 * election,
                false);
    }
}
