package dev.conclave.store;

import dev.conclave.core.Ballot;
import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.node.JournalHead;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Peers, elections and heads for tests. */
final class Samples {

    static final PeerId ANNA = PeerId.parse("10.0.0.1:2551");
    static final PeerId BERT = PeerId.parse("10.0.0.2:2551");
    static final PeerId CLEO = PeerId.parse("[2001:db8::1]:2551");

    static final ElectionName ORDERS = new ElectionName("orders");
    static final ElectionName STOCK = new ElectionName("stock/eu:1 ✓");
    static final ElectionName LONG = new ElectionName("n".repeat(ElectionName.MAX_BYTES));

    /** Of Anna, not admitted yet. */
    static final JournalHead HEAD = new JournalHead(
            ANNA,
            new DirectoryIdentity(1, 0x9f86d081884c7d65L),
            List.of(ANNA, BERT, CLEO),
            1_000_000_000L,
            false,
            Optional.empty(),
            0,
            Map.of(),
            1);

    private Samples() {}

    /** Keeps the head that a directory has; a new directory gets {@link #HEAD}. */
    static JournalHeadCheck keep() {
        return (found, word) -> found.orElse(HEAD);
    }

    static DirectoryIdentity identity(long generation) {
        return new DirectoryIdentity(generation, generation * 0x1234_5678_9abc_def1L);
    }

    static Ballot vote(long term) {
        return Ballot.vote(term, term % 2 == 0 ? BERT : CLEO);
    }

    /** Waits for a stage; throws the failure of a stage that failed. */
    static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof StoreException why) {
                throw why;
            }
            throw failed;
        }
    }
}
