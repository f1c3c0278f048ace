package dev.conclave.internal.peer;

import dev.conclave.core.RegisterEntry;

/** Receives what a register holds. Called on the thread of the peer's actor: it must return at once (R14). */
@FunctionalInterface
public interface RegisterSubscriber {

    /**
     * Called with the state at the subscription and each later one.
     *
     * @param entry an entry that a quorum has stored
     * @param isTruth whether this node leads
     */
    void holds(RegisterEntry entry, boolean isTruth);
}
