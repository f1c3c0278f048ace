package dev.conclave.store;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Head;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** What the store's thread is asked to do, and where it answers. */
sealed interface Request {

    /** The answer. */
    CompletableFuture<?> answer();

    /** Save a ballot. */
    record SaveBallot(ElectionName election, Ballot ballot, CompletableFuture<Void> answer) implements Request {}

    /** Save the head. */
    record SaveHead(Head head, CompletableFuture<Void> answer) implements Request {}

    /** Tell the ballot of an election. */
    record TellBallot(ElectionName election, CompletableFuture<Ballot> answer) implements Request {}

    /** Forget ballots of elections that nobody needs. */
    record Forget(Set<ElectionName> needed, int most, CompletableFuture<Void> answer) implements Request {}

    /** Delete the operator's word. */
    record ForgetWord(CompletableFuture<Void> answer) implements Request {}
}
