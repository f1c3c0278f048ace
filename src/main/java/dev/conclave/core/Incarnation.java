package dev.conclave.core;

/**
 * One life of a node, from the start of its actor system to its end (R10): a random number drawn at start. Two of them
 * tell another life, never a later one.
 *
 * @param value drawn at start, not 0
 */
public record Incarnation(long value) {

    /** Refuses 0, which stands for "none" on the wire. */
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
