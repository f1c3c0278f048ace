package dev.conclave.bench.driver;

/**
 * A line of a member, with its meaning.
 *
 * @param nanos when it was written, by the machine's monotonic clock
 * @param meaning its meaning
 * @param firstLook of a member that was stopped: when it looked first whether it leads; 0 otherwise
 * @param believedUntil of a member that was stopped: until when it went on believing that it leads; 0 for never since
 * @param bytes of a new leader: how large the value in its register is; -1 if it could not be written
 */
record Word(long nanos, Meaning meaning, long firstLook, long believedUntil, int bytes) {

    enum Meaning {
        READY,
        LEADER,
        FOLLOWING,
        LEADERLESS,
        WOKE,
        REGISTER
    }

    Word(long nanos, Meaning meaning) {
        this(nanos, meaning, 0, 0);
    }

    Word(long nanos, Meaning meaning, long firstLook, long believedUntil) {
        this(nanos, meaning, firstLook, believedUntil, 0);
    }

    static Word register(long nanos, int bytes) {
        return new Word(nanos, Meaning.REGISTER, 0, 0, bytes);
    }

    /** Whether it says where the member stands, rather than something beside that. */
    boolean isStanding() {
        return meaning == Meaning.LEADER || meaning == Meaning.FOLLOWING || meaning == Meaning.LEADERLESS;
    }
}
