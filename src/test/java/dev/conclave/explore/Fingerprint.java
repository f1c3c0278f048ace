package dev.conclave.explore;

/** Hashes of states. */
final class Fingerprint {

    private Fingerprint() {}

    /** Folds a value into a hash so that each bit of both decides each bit of the outcome. */
    static long mix(long hash, long value) {
        long h = (hash ^ value) * 0x9E3779B97F4A7C15L;
        h ^= h >>> 32;
        h *= 0xD6E8FEB86659FD93L;
        return h ^ (h >>> 29);
    }
}
