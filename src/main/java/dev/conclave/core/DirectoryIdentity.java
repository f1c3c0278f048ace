package dev.conclave.core;

/**
 * The identity that a peer's data directory has from its creation on (R15): a peer that lost its directory returns under the
 * same {@link PeerId} but must not count as the same peer, since it has forgotten its votes.
 *
 * @param generation 1 for a directory that started empty, one more with each replacement that the operator confirms; 0 only in
 *     {@link #NONE}
 * @param random drawn when the directory was created, never 0; distinguishes two directories of one generation. 0 if {@linkplain
 *     #isContested() contested}
 */
public record DirectoryIdentity(long generation, long random) {

    /** The identity of a non-voter: it has no vote that it could have forgotten. */
    public static final DirectoryIdentity NONE = new DirectoryIdentity(0, 0);

    /** Rejects a negative generation. */
    public DirectoryIdentity {
        if (generation < 0) {
            throw new IllegalArgumentException("generation " + generation + " of an identity is negative");
        }
    }

    /** The identity of a directory that started empty. */
    public static DirectoryIdentity first(long drawn) {
        return of(1, drawn);
    }

    private static DirectoryIdentity of(long generation, long drawn) {
        return new DirectoryIdentity(generation, drawn == 0 ? 1 : drawn);
    }

    /** The identity that replaces this one, as the operator confirmed. */
    public DirectoryIdentity successor(long drawn) {
        return of(Math.addExact(generation, 1), drawn);
    }

    /**
     * Whether this identity stands for a conflict: two directories replace the same lost one, because the operator named that one
     * twice. Both are rejected; the operator's next file {@code accept} names this identity.
     */
    public boolean isContested() {
        return generation > 0 && random == 0;
    }

    /** Whether this identity replaces the other as the operator confirmed, or marks the other as contested. */
    public boolean isNewerThan(DirectoryIdentity other) {
        return generation > other.generation || (generation == other.generation && isContested() && !equals(other));
    }

    /**
     * The identity that two nodes accept for a peer after they have exchanged these: the newer one, or, of two of one generation,
     * neither. Otherwise two directories of one peer could each be admitted by a different quorum.
     */
    public DirectoryIdentity mergedWith(DirectoryIdentity other) {
        if (generation == other.generation) {
            return equals(other) ? this : new DirectoryIdentity(generation, 0);
        }
        return generation > other.generation ? this : other;
    }

    /**
     * Parses the form that {@link #toString()} returns.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    public static DirectoryIdentity parse(String text) {
        int dash = text.indexOf('-');
        try {
            return new DirectoryIdentity(
                    Long.parseLong(text.substring(0, Math.max(dash, 0))),
                    Long.parseUnsignedLong(text.substring(dash + 1), 16));
        } catch (NumberFormatException notAnIdentity) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" is not an identity; write one like 1-9f86d081884c7d65", notAnIdentity);
        }
    }

    /** Returns the form in logs and in the file {@code accept}: {@code 1-9f86d081884c7d65}. */
    @Override
    public String toString() {
        return generation + "-" + String.format("%016x", random);
    }
}
