package dev.conclave.core;

/**
 * One life of a node, from the start of its actor system to its end (R10): a random number drawn at start. Two different ones
 * mean two lives, but not which of them is later.
 *
 * @param value drawn at start, not 0
 */
public record Incarnation(long value) {

    /** Rejects 0, which means "none" on the wire. */
    public Incarnation {
        if (value == 0) {
            throw new IllegalArgumentException("0 is not an incarnation: on the wire it means that there is none");
        }
    }

    @Override
    public String toString() {
        return String.format("%016x", value);
    }
}
