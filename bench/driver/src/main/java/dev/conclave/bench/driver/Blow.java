package dev.conclave.bench.driver;

/** The fault or request that ends a leadership. */
enum Blow {
    /** SIGKILL. */
    KILL,
    /** SIGTERM. */
    TERM,
    /** SIGSTOP, and SIGCONT a moment after another one leads. */
    FREEZE,
    /** The system's own call that moves the leadership. */
    TRANSFER;

    /** Whether the process ends by it. */
    boolean ends() {
        return this == KILL || this == TERM;
    }
}
