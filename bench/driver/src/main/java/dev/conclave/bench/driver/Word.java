package dev.conclave.bench.driver;

/**
 * A line of a member, with its meaning.
 *
 * @param nanos when it was written, by the machine's monotonic clock
 * @param meaning its meaning
 * @param firstLook of a member that was stopped: when it looked first whether it leads; 0 otherwise
 * @param believedUntil of a member that was stopped: until when it went on believing that it leads; 0 for never since
 */
record Word(long nanos, Meaning meaning, long firstLook, long believedUntil) {

    enum Meaning {
        READY,
        LEADER,
        FOLLOWING,
        LEADERLESS,
        WOKE
    }

    Word(long nanos, Meaning meaning) {
        this(nanos, meaning, 0, 0);
    }

    /** Whether it says where the member stands, rather than something beside that. */
    boolean isStanding() {
        return meaning == Meaning.LEADER || meaning == Meaning.FOLLOWING || meaning == Meaning.LEADERLESS;
    }
}
