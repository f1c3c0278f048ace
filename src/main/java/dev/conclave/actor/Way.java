package dev.conclave.actor;

/** How a message travels. */
enum Way {
    /** Through Artery, as everything does. */
    ARTERY,

    /**
     * Over the express lane, if there is one, and through Artery besides. Nothing may depend on it: whatever comes twice is
     * answered twice and counted once, by name (R4).
     */
    EXPRESS
}
