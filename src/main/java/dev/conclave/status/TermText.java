package dev.conclave.status;

/** Formats terms for people. */
final class TermText {

    private static final int COUNTER_BITS = 32;

    private TermText() {}

    /** The term n * 2^32 + k as {@code n.k}: the k-th term of configuration n (E2). */
    static String of(long term) {
        return (term >>> COUNTER_BITS) + "." + (term & ((1L << COUNTER_BITS) - 1));
    }
}
