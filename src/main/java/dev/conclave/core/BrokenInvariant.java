package dev.conclave.core;

/**
 * A step of the protocol broke an invariant: the core is at fault, or the clock went back. Nothing of that step has left the
 * peer, and nothing may follow it: to go on, or to begin again from the same state, might break a promise.
 */
public final class BrokenInvariant extends IllegalStateException {

    private static final long serialVersionUID = 1;

    BrokenInvariant(String story) {
        super(story);
    }
}
