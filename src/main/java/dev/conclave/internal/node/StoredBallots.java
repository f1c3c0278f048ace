package dev.conclave.internal.node;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.node.JournalHead;
import dev.conclave.internal.peer.PeerEnvironment;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Access to the ballot of one election in the store of this node. May be used on any thread. */
final class StoredBallots implements PeerEnvironment.Ballots {

    private final NodeEnvironment environment;
    private final ElectionName election;

    /** Creates the access to the ballot of one election. */
    StoredBallots(NodeEnvironment environment, ElectionName election) {
        this.environment = environment;
        this.election = election;
    }

    /**
     * R6: how long a peer that starts now is loyal to a leader that it may have forgotten.
     *
     * @param since the last instant at which it may have acknowledged a leader that it has forgotten
     */
    static long loyalForNanos(NodeEnvironment environment, Ballot read, long since) {
        JournalHead head = environment.store().head();
        return read.term() == 0
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
                firstInThisLife ? environment.startedAt() : environment.time().nanoTime());
    }

    @Override
    public Optional<Configuration> configuration() {
        return environment.configuration();
    }

    @Override
    public boolean takesPart() {
        return environment
                .configuration()
                .filter(known -> !known.excludes(
                        environment.self().id(), environment.store().head().identity()))
                .isPresent();
    }
}
