package dev.conclave.core.peer;

/**
 * Thrown when a step of the protocol breaks an invariant: the core has a bug, or the clock went back. No effect of that step has
 * been carried out, and the peer must stop: continuing or restarting from the same state might violate safety.
 */
public final class BrokenInvariant extends IllegalStateException {

    private static final long serialVersionUID = 1;

    BrokenInvariant(String story) {
        super(story);
    }
}
