package dev.conclave.internal.node;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.node.JournalHead;
import dev.conclave.internal.peer.PeerEnvironment;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/** Access to the ballot of one election in the store of this node. May be used on any thread. */
final class StoredBallots implements PeerEnvironment.Ballots {

    private final NodeEnvironment environment;
    private final ElectionName election;
    private final LongSupplier admittedAt;

    /**
     * Creates the access to the ballot of one election.
     *
     * @param admittedAt when this life began to take part; it has acknowledged no leader before
     */
    StoredBallots(NodeEnvironment environment, ElectionName election, LongSupplier admittedAt) {
        this.environment = environment;
        this.election = election;
        this.admittedAt = admittedAt;
    }

    /** Returns the highest term in the node's store, over all elections. */
    static long highestTerm(NodeEnvironment environment) {
        return environment.store().highestTerm();
    }

    /**
     * R6: how long a peer that starts now is loyal to a leader that it may have forgotten.
     *
     * @param since the last instant at which it may have acknowledged a leader that it has forgotten
     */
    static long loyalForNanos(NodeEnvironment environment, Ballot read, long since) {
        JournalHead head = environment.store().head();
        return read.term() == 0 && head.remembersAll()
                ? 0
                : Math.max(
                        0,
                        since + head.longestElectionNanos() - environment.time().nanoTime());
    }

    @Override
    public CompletionStage<Ballot> settled() {
        return environment.store().ballot(election);
    }

    @Override
    public CompletionStage<Void> save(Ballot ballot) {
        return environment.store().save(election, ballot);
    }

    @Override
    public long loyalForNanos(Ballot read, boolean firstInThisLife) {
        return loyalForNanos(
                environment,
                read,
                firstInThisLife ? admittedAt.getAsLong() : environment.time().nanoTime());
    }

    @Override
    public Optional<Long> floor() {
        JournalHead head = environment.store().head();
        return head.admitted() ? Optional.of(head.floor()) : Optional.empty();
    }
}
