package dev.conclave.bench.driver;

/**
 * Three fresh processes of one system, and some rounds with them. Blocks of different systems follow each other, so that
 * what disturbs the machine for a while disturbs all alike; only one system's processes run at a time.
 *
 * @param lap which time round
 * @param kind what is done in it
 * @param system with which system
 */
record Block(int lap, Kind kind, BenchedSystem system) {

    enum Kind {
        /** Cold start, hand-overs, SIGTERMs and SIGKILLs. */
        BLOWS,
        /** SIGSTOP and SIGCONT, in processes that look every millisecond whether they believe to lead. */
        FREEZES,
        /** SIGKILLs of processes with 2 GB resident. */
        TWO_GB,
        /** Nothing happens, for a while. */
        IDLE
    }

    /** The name of the block in the results: what is finished is not done again. */
    String key() {
        return lap + "-" + kind.name().toLowerCase(java.util.Locale.ROOT) + "-" + system.key();
    }

    /** The kind and the system, which blocks of the same length have in common. */
    String shape() {
        return kind + "-" + system.key();
    }
}
