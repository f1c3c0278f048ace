package dev.conclave.core;

/**
 * Which memory a peer has (R15): a peer that lost its data directory comes back under the same {@link PeerId} but is not
 * the peer it was, since it forgot its votes.
 *
 * @param generation 1 for a directory that was begun empty, one more with each word of the operator; 0 only in {@link #NONE}
 * @param random drawn when the directory was made, never 0; tells two directories of one generation apart. 0 if
 *     {@linkplain #isContested() contested}
 */
public record Identity(long generation, long random) {

    /** Of a node outside the voters: it has no vote, so there is nothing that it could have forgotten. */
    public static final Identity NONE = new Identity(0, 0);

    /** Refuses a negative generation. */
    public Identity {
        if (generation < 0) {
            throw new IllegalArgumentException("generation " + generation + " of an identity is negative");
        }
    }

    /** The identity of a directory that was begun empty. */
    static Identity first(long drawn) {
        return of(1, drawn);
    }

    private static Identity of(long generation, long drawn) {
        return new Identity(generation, drawn == 0 ? 1 : drawn);
    }

    /** The identity that replaces this one by the operator's word. */
    public Identity successor(long drawn) {
        return of(Math.addExact(generation, 1), drawn);
    }

    /**
     * Whether this is nobody's identity: two directories are known to stand in the place of one that was lost, because the
     * operator named that one twice. Neither is obeyed any more; the next word names this one.
     */
    public boolean isContested() {
        return generation > 0 && random == 0;
    }

    /** Whether the operator's word put this identity in the place of the other, or it says that the other is contested. */
    public boolean isNewerThan(Identity other) {
        return generation > other.generation || (generation == other.generation && isContested() && !equals(other));
    }

    /**
     * What two who know a peer by these identities both know it by when they have met: the newer one, or, of two of one
     * generation, neither. Without that two memories of one peer could each be admitted by a quorum of their own.
     */
    public Identity mergedWith(Identity other) {
        if (generation == other.generation) {
            return equals(other) ? this : new Identity(generation, 0);
        }
        return generation > other.generation ? this : other;
    }

    /**
     * Reads what {@link #toString()} writes.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    public static Identity parse(String text) {
        int dash = text.indexOf('-');
        try {
            return new Identity(
                    Long.parseLong(text.substring(0, Math.max(dash, 0))),
                    Long.parseUnsignedLong(text.substring(dash + 1), 16));
        } catch (NumberFormatException notAnIdentity) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not an identity; write one like 1-9f86d081884c7d65", notAnIdentity);
        }
    }

    /** The form in which logs name it and an operator writes it: {@code 1-9f86d081884c7d65}. */
    @Override
    public String toString() {
        return generation + "-" + String.format("%016x", random);
    }
}
