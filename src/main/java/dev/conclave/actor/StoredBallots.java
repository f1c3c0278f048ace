package dev.conclave.actor;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Head;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/** Access to the ballot of one election in the store of this node. May be used on any thread. */
final class StoredBallots implements PeerPlace.Ballots {

    private final NodePlace place;
    private final ElectionName election;
    private final LongSupplier admittedAt;

    /**
     * The ballot of one election.
     *
     * @param admittedAt when this life began to take part; it has acknowledged no leader before
     */
    StoredBallots(NodePlace place, ElectionName election, LongSupplier admittedAt) {
        this.place = place;
        this.election = election;
        this.admittedAt = admittedAt;
    }

    /** The highest term in the node's store. */
    static long highestTerm(NodePlace place) {
        return place.store().highestTerm();
    }

    /**
     * R6: how long a peer that starts now is loyal to a leader that it may have forgotten.
     *
     * @param since the last instant at which it may have acknowledged a leader that it has forgotten
     */
    static long loyalForNanos(NodePlace place, Ballot read, long since) {
        Head head = place.store().head();
        return read.term() == 0 && head.remembersAll()
                ? 0
                : Math.max(0, since + head.longestElectionNanos() - place.time().nanoTime());
    }

    @Override
    public CompletionStage<Ballot> settled() {
        return place.store().ballot(election);
    }

    @Override
    public CompletionStage<Void> save(Ballot ballot) {
        return place.store().save(election, ballot);
    }

    @Override
    public long loyalForNanos(Ballot read, boolean firstInThisLife) {
        return loyalForNanos(
                place,
                read,
                firstInThisLife ? admittedAt.getAsLong() : place.time().nanoTime());
    }

    @Override
    public Optional<Long> floor() {
        Head head = place.store().head();
        return head.admitted() ? Optional.of(head.floor()) : Optional.empty();
    }
}
