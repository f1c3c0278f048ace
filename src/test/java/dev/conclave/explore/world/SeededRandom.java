package dev.conclave.explore.world;

/** Random numbers from a seed, the same on every machine. */
public final class SeededRandom {

    private long state;

    public SeededRandom(long seed) {
        state = seed * 0x9E3779B97F4A7C15L + 0x632BE59BD9B4E019L;
    }

    public long next() {
        state += 0x9E3779B97F4A7C15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Evenly spread over [0, bound). */
    public int below(int bound) {
        return (int) (((next() >>> 33) * bound) >>> 31);
    }

    /** True so many times in a thousand. */
    public boolean permille(int times) {
        return times > 0 && below(1000) < times;
    }

    /** A wait of this mean, at most ten times as long: many short ones and few long ones. */
    public long around(long mean) {
        if (mean <= 0) {
            return 0;
        }
        double u = ((next() >>> 11) + 1) * 0x1.0p-53;
        return Math.min(10 * mean, (long) (-Math.log(u) * mean));
    }
}
