package dev.conclave.core;

/**
 * The identity of a data directory, drawn when it is created. A node that has lost its directory returns under the same {@link
 * PeerId} but is a new voter, since it has forgotten its votes (E9).
 *
 * @param value never 0, except in {@link #NONE}
 */
public record DirectoryIdentity(long value) {

    /** The identity of a node without a directory: such a node is never a voter (E8). */
    public static final DirectoryIdentity NONE = new DirectoryIdentity(0);

    /** Returns the identity of a new directory. */
    public static DirectoryIdentity of(long drawn) {
        return new DirectoryIdentity(drawn == 0 ? 1 : drawn);
    }

    /** Returns the form in logs: sixteen hexadecimal digits. */
    @Override
    public String toString() {
        return String.format("%016x", value);
    }
}
