package dev.conclave.core;

/**
 * The place of a value in the order of all values of a register (U1): first by the term of the leader that wrote it, then by the
 * number of the write in that term. The leader's first write, with the number 0, repeats what it found (U3).
 *
 * @param term the term of the writer; 0 only in {@link #NONE}
 * @param count how many writes of this term came before
 */
public record RegisterVersion(long term, long count) implements Comparable<RegisterVersion> {

    /** The version of an election that has no register (U10). */
    public static final RegisterVersion NONE = new RegisterVersion(0, 0);

    /** Rejects a term or a count out of range. */
    public RegisterVersion {
        if (term < 0 || term > Ballot.MAX_TERM || count < 0 || (term == 0 && count != 0)) {
            throw new IllegalArgumentException("write " + count + " of term " + term + " is not a version");
        }
    }

    /** The version with which a leader repeats what it found (U3). */
    public static RegisterVersion first(long term) {
        return new RegisterVersion(term, 0);
    }

    /** The version of the next write in the same term (U4). */
    public RegisterVersion next() {
        return new RegisterVersion(term, count + 1);
    }

    /** Whether this is the version of the next write after the other one, which may have any count. */
    public boolean follows(RegisterVersion other) {
        return term == other.term && count - 1 == other.count;
    }

    /** Whether there is a register. */
    public boolean exists() {
        return term > 0;
    }

    /** Whether this version is newer than the other one. */
    public boolean isAbove(RegisterVersion other) {
        return compareTo(other) > 0;
    }

    /** Returns the newer of two versions. */
    public RegisterVersion max(RegisterVersion other) {
        return isAbove(other) ? this : other;
    }

    @Override
    public int compareTo(RegisterVersion other) {
        int byTerm = Long.compare(term, other.term);
        return byTerm != 0 ? byTerm : Long.compare(count, other.count);
    }

    @Override
    public String toString() {
        return exists() ? Terms.show(term) + "/" + count : "none";
    }
}
