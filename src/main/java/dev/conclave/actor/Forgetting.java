package dev.conclave.actor;

import dev.conclave.store.BallotStore;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps the ballots bounded of elections that nobody on this node needs any more: their peers have ended, so nobody wants
 * anything of them, nobody is owed loyalty and nothing is led. Once there are many, the older half is forgotten under a floor
 * ({@link dev.conclave.core.Ballot#afterForgetting}). Used on the thread of {@link ElectionNode}.
 */
final class Forgetting {

    /** How many elections without a peer keep their ballot: less than a megabyte of the journal, and a few of the heap. */
    static final int MOST = 10_000;

    private final BallotStore store;
    private final int most;
    private CompletableFuture<Void> underWay = CompletableFuture.completedFuture(null);

    Forgetting(BallotStore store, int most) {
        this.store = store;
        this.most = most;
    }

    /** A peer has ended. */
    void ended(Roster roster) {
        if (store.size() - roster.size() > most && underWay.isDone()) {
            underWay = store.forget(roster.elections(), most / 2).toCompletableFuture();
        }
    }
}
