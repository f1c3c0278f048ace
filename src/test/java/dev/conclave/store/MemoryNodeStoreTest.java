package dev.conclave.store;

import static dev.conclave.store.Samples.HEAD;
import static dev.conclave.store.Samples.ORDERS;
import static dev.conclave.store.Samples.STOCK;
import static dev.conclave.store.Samples.get;
import static dev.conclave.store.Samples.keep;
import static dev.conclave.store.Samples.promised;
import static dev.conclave.store.Samples.vote;
import static dev.conclave.store.Samples.withoutCleo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.core.Ballot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** The store of tests keeps the same promises as the file store; a test controls when its disk forces. */
class MemoryNodeStoreTest {

    @Test
    void aSaveIsShownAtOnceWhileTheDiskIsNotHeld() {
        try (MemoryNodeStore store = MemoryNodeStore.of(HEAD)) {
            assertThat(store.save(ORDERS, vote(1)).toCompletableFuture()).isCompleted();
            get(store.saveHead(promised(HEAD, 1)));
            assertThat(store.ballots()).isEqualTo(Map.of(ORDERS, vote(1)));
            assertThat(get(store.ballot(STOCK))).isEqualTo(Ballot.NONE);
            assertThat(store.head()).isEqualTo(promised(HEAD, 1));
        }
    }

    @Test
    void ruleR3_aBallotThatIsNotAboveTheStoredOneIsRefused() {
        MemoryNodeStore store = MemoryNodeStore.of(HEAD);
        get(store.save(ORDERS, vote(3)));
        assertThatThrownBy(() -> get(store.save(ORDERS, vote(3)))).isInstanceOf(StoreException.class);
        get(store.save(ORDERS, vote(4)));
        assertThatThrownBy(() -> get(store.save(ORDERS, vote(4)))).hasMessageContaining("term 0.4");
        assertThat(store.failure().toCompletableFuture()).isNotDone();
    }

    @Test
    void aForceInFlightHoldsBackAllLaterRequestsInOrder() {
        MemoryNodeStore store = MemoryNodeStore.of(HEAD);
        List<Long> completed = new ArrayList<>();
        store.hold();
        List<CompletionStage<Void>> stages = List.of(
                store.save(ORDERS, vote(1)).thenRun(() -> {
                    completed.add(1L);
                    store.save(ORDERS, vote(3)).thenRun(() -> completed.add(3L));
                }),
                store.save(ORDERS, vote(2)).thenRun(() -> completed.add(2L)));
        assertThat(store.waiting()).isEqualTo(2);
        assertThat(store.ballots()).isEmpty();
        store.release();
        stages.forEach(Samples::get);
        assertThat(completed).containsExactly(1L, 2L, 3L);
        assertThat(store.waiting()).isZero();
    }

    @Test
    void aFailureFailsHeldAndLaterRequests() {
        MemoryNodeStore store = MemoryNodeStore.of(HEAD);
        store.hold();
        CompletionStage<Void> held = store.save(ORDERS, vote(1));
        IOException broken = new IOException("broken");
        store.fail(broken);
        store.fail(new IOException("again"));
        assertThat(get(store.failure())).isSameAs(broken);
        assertThatThrownBy(() -> get(held)).isInstanceOf(StoreException.class).hasMessageContaining("broken");
        assertThatThrownBy(() -> get(store.ballot(ORDERS))).isInstanceOf(StoreException.class);
        assertThat(store.ballots()).isEmpty();
    }

    @Test
    void theNextLifeReadsTheDurableBallotsAndTheFormerStoreIsClosed() {
        MemoryNodeStore store = MemoryNodeStore.of(HEAD);
        get(store.save(ORDERS, vote(1)));
        store.hold();
        CompletionStage<Void> held = store.save(ORDERS, vote(2));
        MemoryNodeStore next = store.restarted(found -> {
            assertThat(found).isEqualTo(Optional.of(HEAD));
            return withoutCleo(HEAD);
        });
        assertThatThrownBy(() -> get(held)).hasMessageContaining("this store has ended");
        assertThat(next.ballots()).isEqualTo(Map.of(ORDERS, vote(1)));
        assertThat(next.head()).isEqualTo(withoutCleo(HEAD));
        assertThatThrownBy(() -> get(store.save(ORDERS, vote(9)))).isInstanceOf(StoreException.class);
        get(next.save(ORDERS, vote(8)));
        assertThat(next.restarted(keep()).ballots()).isEqualTo(Map.of(ORDERS, vote(8)));
    }

    @Test
    void aRequestAfterTheCloseIsRefused() {
        MemoryNodeStore store = MemoryNodeStore.of(HEAD);
        store.hold();
        CompletionStage<Void> held = store.save(ORDERS, vote(1));
        store.close();
        store.close();
        get(held);
        assertThatThrownBy(() -> get(store.save(ORDERS, vote(2)))).hasMessageContaining("closed");
    }
}
