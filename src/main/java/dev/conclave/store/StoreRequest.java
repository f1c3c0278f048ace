package dev.conclave.store;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.node.JournalHead;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A request to the store's thread, with the future that it completes. */
sealed interface StoreRequest {

    /** The future to complete. */
    CompletableFuture<?> answer();

    /** Asks the store to save a ballot. */
    record SaveBallot(ElectionName election, Ballot ballot, CompletableFuture<Void> answer) implements StoreRequest {}

    /** Asks the store to save an entry of the register of an election. */
    record SaveRegister(ElectionName election, RegisterEntry entry, CompletableFuture<Void> answer)
            implements StoreRequest {}

    /** Asks the store for the entry of the register of an election. */
    record TellRegister(ElectionName election, CompletableFuture<RegisterEntry> answer) implements StoreRequest {}

    /** Asks the store to save the head. */
    record SaveHead(JournalHead head, CompletableFuture<Void> answer) implements StoreRequest {}

    /** Asks the store for the ballot of an election. */
    record TellBallot(ElectionName election, CompletableFuture<Ballot> answer) implements StoreRequest {}

    /** Asks the store to forget ballots of elections that are not needed. */
    record Forget(Set<ElectionName> needed, int most, CompletableFuture<Void> answer) implements StoreRequest {}
}
