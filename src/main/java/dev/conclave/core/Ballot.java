package dev.conclave.core;

import java.util.Objects;
import java.util.Optional;

/**
 * What a peer must not forget about one election: the highest term it knows and the one vote it cast in it (R2).
 *
 * <p>It is one value and one write. Kept as two, a crash between them leaves the new term beside the old vote.
 *
 * @param term 0 before any election was heard of, else 1 to {@link #MAX_TERM}
 * @param votedFor whom this peer voted for in that term; empty if it merely learned of the term, which uses up the
 *     vote all the same
 */
public record Ballot(long term, Optional<PeerId> votedFor) {

    /**
     * The highest term there can be. A term grows by one for each election that somebody opens, so honest peers never
     * come near; a message beyond it is malformed (R13). Far below {@link Long#MAX_VALUE}, so that no sum overflows and
     * the token stays exact where numbers are doubles (JSON).
     */
    public static final long MAX_TERM = 1L << 52;

    /** The ballot of a peer that never heard of the election. */
    public static final Ballot NONE = new Ballot(0, Optional.empty());

    /** Refuses a term out of range, and a vote in term 0. */
    public Ballot {
        Objects.requireNonNull(votedFor, "votedFor");
        if (term < 0 || term > MAX_TERM) {
            throw new IllegalArgumentException("term " + term + " is not between 0 and " + MAX_TERM);
        }
        if (term == 0 && votedFor.isPresent()) {
            throw new IllegalArgumentException("nobody votes in term 0, yet " + votedFor.get() + " has a vote there");
        }
    }

    /** The ballot of a peer that learned of a term without voting in it. */
    public static Ballot learned(long term) {
        return new Ballot(term, Optional.empty());
    }

    /** The ballot of a peer that votes in a term. */
    public static Ballot vote(long term, PeerId candidate) {
        return new Ballot(term, Optional.of(candidate));
    }

    /** Whether this ballot may replace the other on disk: only a higher term may (R2, S2). */
    public boolean isAbove(Ballot other) {
        return term > other.term;
    }
}
