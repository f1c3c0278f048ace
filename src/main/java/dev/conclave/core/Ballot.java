package dev.conclave.core;

import java.util.Objects;
import java.util.Optional;

/**
 * The durable state of a peer in one election: the highest term it knows and the one vote it cast in that term (R2).
 *
 * <p>It is one value and one write. With two writes, a crash between them would leave the new term beside the old vote.
 *
 * @param term 0 if no term is known yet, else 1 to {@link #MAX_TERM}
 * @param votedFor the peer that got this peer's vote in that term; empty if this peer merely learned of the term, which uses up
 *     the vote as well
 */
public record Ballot(long term, Optional<PeerId> votedFor) {

    /**
     * The highest term there can be. Each candidacy raises the term by one, so correct peers never come near; a message beyond it
     * is malformed (R13). Far below {@link Long#MAX_VALUE}, so that no sum overflows and the token stays exact where numbers are
     * doubles (JSON).
     */
    public static final long MAX_TERM = 1L << 52;

    /** The ballot of a peer that knows nothing of the election. */
    public static final Ballot NONE = new Ballot(0, Optional.empty());

    /** Rejects a term out of range, and a vote in term 0. */
    public Ballot {
        Objects.requireNonNull(votedFor, "votedFor");
        if (term < 0 || term > MAX_TERM) {
            throw new IllegalArgumentException("term " + term + " is not between 0 and " + MAX_TERM);
        }
        if (term == 0 && votedFor.isPresent()) {
            throw new IllegalArgumentException(
                    "term 0 cannot have a vote, but this ballot votes for " + votedFor.get());
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

    /**
     * The ballot with which a peer starts in an election that its journal does not hold, after the journal has forgotten ballots
     * (R2, R6).
     *
     * <p>A journal that forgot no election would grow with every name ever used. So the ballots of elections that this node no
     * longer needs may be forgotten, many at once, under a floor: a term at or above each of theirs, which is on disk before any
     * of them is removed. Which elections they were is not stored. A floor says of every election that the journal does not hold:
     * <em>this peer may have learned of any term up to here, and may have voted in it for any candidate.</em>
     *
     * <p>Two candidates cannot win the same term t nevertheless. Both would need the vote of one voter V. V cast the first vote
     * in a ballot of t, which was durable before the candidate received the vote. As long as V's journal holds that ballot, or a
     * higher one, R2 bars the second vote. If the ballot was forgotten, a floor of t or more was durable first, and later floors
     * only raise it; so V starts with a ballot that is not below t, and votes only in terms above it. The same holds for a
     * candidate: it opens only terms above its ballot, and so none in which it may have voted or asked for votes before.
     *
     * <p>Loyalty is not affected. While V's process runs, its peer stays in memory until it owes no loyalty; and with a floor in
     * the journal no election is exempt from the loyalty after a start, since it starts with a term above 0.
     *
     * <p>The floor does not apply to ballots that the journal holds: otherwise a voter that restarts would depose every leader
     * whose term lies below. Its cost: a leader in a term at or below the floor of a voter that was away during its election is
     * refused once by that voter, and at once stands in a higher term (R1); and a candidate in a new election learns of the
     * highest floor by a refusal.
     *
     * @param floor a term at or above all forgotten ballots; 0 if none was forgotten
     */
    public static Ballot afterForgetting(long floor) {
        return learned(floor);
    }

    /** Whether this ballot may replace the other on disk: only a higher term may (R2, S2). */
    public boolean isAbove(Ballot other) {
        return term > other.term;
    }
}
