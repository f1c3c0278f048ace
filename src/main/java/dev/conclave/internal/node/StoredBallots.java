package dev.conclave.internal.node;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.node.JournalHead;
import dev.conclave.internal.peer.PeerEnvironment;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Access to the ballot of one election in the store of this node. May be used on any thread. */
final class StoredBallots implements PeerEnvironment.Ballots {

    /** The maximum size of all registers of a node: they are in memory, and each new journal begins with them. */
    static final long MOST_REGISTER_BYTES = 64L * 1024 * 1024;

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
    public CompletionStage<RegisterEntry> register() {
        return environment.store().register(election);
    }

    @Override
    public CompletionStage<Void> save(RegisterEntry entry) {
        return environment.store().saveRegister(election, entry);
    }

    @Override
    public boolean hasRoomFor(int bytes) {
        long all = environment.store().registerBytes();
        return all + bytes <= MOST_REGISTER_BYTES || all - heldBytes() + bytes <= Math.max(all, MOST_REGISTER_BYTES);
    }

    private long heldBytes() {
        RegisterEntry held = environment.store().registers().getOrDefault(election, RegisterEntry.NONE);
        return held.value().map(RegisterValue::size).orElse(0);
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
