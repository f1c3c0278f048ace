package dev.conclave.internal.node;

import dev.conclave.core.node.JournalHead;
import dev.conclave.store.NodeStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The writes of the journal's head. Survives a restart of the {@link NodeActor}: the next life of the actor must begin with the
 * newest head that the former one has written, or its first own write would take a stored configuration back, while peers obey it
 * already (E4). Used on the thread of {@link NodeActor}.
 */
final class HeadWrites {

    private final NodeStore store;
    private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

    HeadWrites(NodeStore store) {
        this.store = store;
    }

    /** Writes the head; completes, on any thread, when it is durable. */
    CompletionStage<Void> write(JournalHead head) {
        last = store.saveHead(head).toCompletableFuture();
        return last;
    }

    /** Whether a write is under way. */
    boolean isUnderWay() {
        return !last.isDone();
    }

    /** Completes with the last write, and so with all of them, since a store completes them in order. */
    CompletionStage<Void> last() {
        return last;
    }
}
