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
     * The ballot with which a peer begins in an election of which its journal holds nothing, after the journal has forgotten
     * others (R2, R6).
     *
     * <p>A journal that forgot no election would grow with every name there ever was. So the ballots of elections that nobody
     * on the node needs may be forgotten, many at once, under a floor: a term at or above each of theirs, which is on disk
     * before any of them is gone. Which elections they were is not kept. A floor says of every election that the journal does
     * not hold: <em>this peer may have learned of any term up to here, and may have voted in it for anybody.</em>
     *
     * <p>Why two cannot win a term t then. Both would need the vote of one voter V, for different candidates. V cast the first
     * in a ballot of t, which was durable before the candidate heard of it. As long as V's journal holds it, or a higher one,
     * R2 bars the second. If it was forgotten, that was under a floor of t or more, which was durable first and which later
     * floors only raise; so V begins with a ballot that is not below t, and votes in no term that is not above it. The same for
     * a candidate: it opens only terms above its ballot, so none of which it may have voted, or asked for votes, before.
     *
     * <p>Loyalty is not touched. While V lives it is kept in memory until nothing is owed, by the peer that owes it; and of a
     * journal with a floor no election is exempt from the loyalty of a start, since the term that it begins with is not 0.
     *
     * <p>It is not the floor of R15, {@link Head#floor}, which bars every ballot at or below it, held or not: under that one a
     * voter that restarts would depose every leader whose term lies below. This floor is compared with no ballot that the
     * journal holds. What it costs: a leader in a term at or below the floor of a voter that was away while it was elected is
     * refused once by that voter, and stands at once above (R1); and whoever stands in a new election learns of the highest
     * floor by a refusal.
     *
     * @param floor no forgotten ballot is above it; 0 if none was forgotten
     */
    public static Ballot afterForgetting(long floor) {
        return learned(floor);
    }

    /** Whether this ballot may replace the other on disk: only a higher term may (R2, S2). */
    public boolean isAbove(Ballot other) {
        return term > other.term;
    }
}
