package dev.conclave.internal.node;

import dev.conclave.store.NodeStore;
import java.util.concurrent.CompletableFuture;

/**
 * Bounds the number of stored ballots of elections that this node no longer needs: elections without a peer, in which this node
 * wants nothing, owes no loyalty and does not lead. Once there are too many, the older half is forgotten under a floor ({@link
 * dev.conclave.core.Ballot#afterForgetting}). Used on the thread of {@link NodeActor}.
 */
final class BallotCompaction {

    /**
     * The maximum number of elections without a peer that keep their ballot: less than a megabyte of the journal and a few
     * megabytes of heap.
     */
    static final int MOST = 10_000;

    private final NodeStore store;
    private final int most;
    private CompletableFuture<Void> underWay = CompletableFuture.completedFuture(null);

    BallotCompaction(NodeStore store, int most) {
        this.store = store;
        this.most = most;
    }

    /** Forgets ballots if there are too many, after a peer has ended. */
    void ended(PeerRegistry registry) {
        if (store.size() - registry.size() > most && underWay.isDone()) {
            underWay = store.forget(registry.elections(), most / 2).toCompletableFuture();
        }
    }
}
