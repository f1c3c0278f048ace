package dev.conclave.store;

import static dev.conclave.store.Samples.HEAD;
import static dev.conclave.store.Samples.ORDERS;
import static dev.conclave.store.Samples.STOCK;
import static dev.conclave.store.Samples.get;
import static dev.conclave.store.Samples.keep;
import static dev.conclave.store.Samples.promised;
import static dev.conclave.store.Samples.vote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.store.FakeDisk.Fault;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Concurrent requests of many callers to the one thread that writes. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StoreThreadTest {

    /** A disk on which a force waits until the test lets it happen. */
    private static final class SlowDisk extends FakeDisk {

        private final Semaphore allowed = new Semaphore(0);
        private final Semaphore begun = new Semaphore(0);
        private volatile boolean slow;

        SlowDisk() {
            super(1);
        }

        @Override
        void inForce() {
            if (slow) {
                begun.release();
                allowed.acquireUninterruptibly();
            }
        }
    }

    private static FileBallotStore open(FakeDisk disk) {
        return FileBallotStore.open(Path.of("fake"), disk::directory, keep(), nanos -> {});
    }

    @Test
    void savesThatArriveDuringAForceShareTheNextOne() throws InterruptedException {
        SlowDisk disk = new SlowDisk();
        try (FileBallotStore store = open(disk)) {
            int before = disk.forces();
            disk.slow = true;
            List<CompletionStage<Void>> saves = new CopyOnWriteArrayList<>();
            saves.add(store.save(ORDERS, vote(1)));
            disk.begun.acquire();
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                ElectionName election = new ElectionName("election-" + i);
                callers.add(new Thread(() -> saves.add(store.save(election, vote(1)))));
            }
            callers.forEach(Thread::start);
            for (Thread caller : callers) {
                caller.join();
            }
            assertThat(saves)
                    .hasSize(51)
                    .noneMatch(save -> save.toCompletableFuture().isDone());
            assertThat(store.ballots()).isEmpty();
            disk.slow = false;
            disk.allowed.release();
            saves.forEach(Samples::get);
            assertThat(disk.forces() - before).isEqualTo(2);
            assertThat(store.ballots()).hasSize(51);
        }
    }

    @Test
    void savesOfAnElectionCompleteInTheOrderOfTheirRequests() throws InterruptedException {
        int callers = 8;
        int terms = 200;
        ConcurrentMap<ElectionName, List<Long>> completed = new ConcurrentHashMap<>();
        List<Thread> threads = new ArrayList<>();
        try (FileBallotStore store = open(new FakeDisk(1))) {
            for (int i = 0; i < callers; i++) {
                ElectionName election = new ElectionName("election-" + i);
                completed.put(election, new CopyOnWriteArrayList<>());
                threads.add(new Thread(() -> {
                    for (long term = 1; term <= terms; term++) {
                        long saved = term;
                        store.save(election, vote(term))
                                .thenRun(() -> completed.get(election).add(saved));
                    }
                }));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
        }
        assertThat(completed.values())
                .hasSize(callers)
                .allSatisfy(order -> assertThat(order).hasSize(terms).isSorted());
    }

    @Test
    void ruleR3_aStoreWhoseDiskFailedFailsAllLaterRequests() {
        FakeDisk disk = new FakeDisk(1);
        try (FileBallotStore store = open(disk)) {
            get(store.save(ORDERS, vote(1)));
            disk.breakAt(2, Fault.FAIL);
            assertThatThrownBy(() -> get(store.save(ORDERS, vote(2))))
                    .isInstanceOf(StoreException.class)
                    .hasMessage(
                            "fake: the journal cannot be written (java.io.IOException: Input/output error); make sure"
                                    + " that the disk works and has room and that this process may write there, then start the"
                                    + " peer again");
            disk.healed();
            assertThat(get(store.failure())).hasMessageContaining("Input/output error");
            List<CompletionStage<?>> later =
                    List.of(store.save(STOCK, vote(1)), store.ballot(ORDERS), store.saveHead(promised(HEAD, 1)));
            assertThat(later)
                    .allSatisfy(stage -> assertThatThrownBy(() -> get(stage))
                            .isInstanceOf(StoreException.class)
                            .hasMessageContaining("Input/output error"));
            assertThat(store.ballots()).containsEntry(ORDERS, vote(1)).hasSize(1);
            assertThat(store.head()).isEqualTo(HEAD);
        }
        try (FileBallotStore next = open(disk)) {
            assertThat(next.ballots()).containsKey(ORDERS);
        }
    }

    @Test
    void aStoreReportsTheFailureOfAnyOperationAndRefusesLaterRequests() {
        FakeDisk sound = new FakeDisk(1);
        FileBallotStore first = open(sound);
        int opening = sound.operations();
        saveAll(first);
        int all = sound.operations() - opening;
        first.close();
        for (int operation = 1; operation <= all; operation++) {
            FakeDisk disk = new FakeDisk(1);
            try (FileBallotStore store = open(disk)) {
                disk.breakAt(operation, Fault.FAIL);
                List<CompletionStage<Void>> saves = saveAll(store);
                disk.healed();
                assertThat(get(store.failure())).isInstanceOf(StoreException.class);
                assertThat(saves.get(saves.size() - 1).toCompletableFuture()).isCompletedExceptionally();
                assertThatThrownBy(() -> get(store.save(STOCK, vote(99)))).isInstanceOf(StoreException.class);
            }
        }
    }

    /** Each request starts when the former has completed, so that the operations on the disk are the same each time. */
    private static List<CompletionStage<Void>> saveAll(FileBallotStore store) {
        List<Supplier<CompletionStage<Void>>> calls = List.of(
                () -> store.save(ORDERS, vote(1)),
                () -> store.saveHead(promised(HEAD, 1)),
                () -> store.save(ORDERS, vote(2)));
        List<CompletionStage<Void>> saves = new ArrayList<>();
        for (Supplier<CompletionStage<Void>> call : calls) {
            CompletionStage<Void> save = call.get();
            save.toCompletableFuture().handle((done, failed) -> saves.add(save)).join();
        }
        return saves;
    }

    @Test
    void aCallerCannotCompleteTheFailureOfTheStore() {
        FakeDisk disk = new FakeDisk(1);
        FileBallotStore store = open(disk);
        CompletableFuture<Throwable> mine = store.failure().toCompletableFuture();
        mine.complete(new IllegalStateException("not the store's"));
        assertThat(store.failure().toCompletableFuture()).isNotDone();
        store.close();
    }

    @Test
    void requestsBeforeTheCloseCompleteAndLaterOnesAreRefused() {
        FakeDisk disk = new FakeDisk(1);
        FileBallotStore store = open(disk);
        List<CompletionStage<Void>> saves = new ArrayList<>();
        for (int term = 1; term <= 100; term++) {
            saves.add(store.save(ORDERS, vote(term)));
        }
        store.close();
        store.close();
        assertThat(saves)
                .allSatisfy(save -> assertThat(save.toCompletableFuture()).isCompleted());
        assertThatThrownBy(() -> get(store.save(ORDERS, vote(101))))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("closed");
        assertThat(store.failure().toCompletableFuture()).isNotDone();
        assertThat(store.ballots()).containsEntry(ORDERS, vote(100));
    }

    /** Runs the callback on the store's own thread: the save cannot complete before the callback is attached. */
    private static CompletionStage<Void> inAnswer(SlowDisk disk, FileBallotStore store, Runnable answer) {
        disk.slow = true;
        CompletionStage<Void> answered = store.save(ORDERS, vote(1)).thenRun(answer);
        disk.slow = false;
        disk.allowed.release();
        return answered;
    }

    @Test
    void aStoreMayBeClosedInTheCallbackOfASave() {
        SlowDisk disk = new SlowDisk();
        FileBallotStore store = open(disk);
        get(inAnswer(disk, store, store::close));
        store.close();
        open(disk).close();
    }

    @Test
    void aFailedCloseIsNotAFailureOfEarlierSaves() {
        FakeDisk disk = new FakeDisk(1);
        FileBallotStore store = open(disk);
        get(store.save(ORDERS, vote(1)));
        disk.breakAt(1, Fault.FAIL);
        store.close();
        assertThat(store.failure().toCompletableFuture()).isNotDone();
    }

    @Test
    void anInterruptOfACallerHarmsNeitherTheStoreNorTheInterrupt() {
        FakeDisk disk = new FakeDisk(1);
        Thread.currentThread().interrupt();
        try {
            FileBallotStore store = open(disk);
            CompletionStage<Void> save = store.save(ORDERS, vote(1));
            store.close();
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
            assertThat(save.toCompletableFuture()).isCompleted();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void aCallbackThatInterruptsItsThreadDoesNotHarmTheStore() {
        SlowDisk disk = new SlowDisk();
        try (FileBallotStore store = open(disk)) {
            get(inAnswer(disk, store, () -> Thread.currentThread().interrupt()));
            get(store.save(ORDERS, vote(2)));
            assertThat(get(store.ballot(ORDERS))).isEqualTo(vote(2));
        }
    }

    @Test
    void aMissingPermissionIsNamed() {
        assertThatThrownBy(() -> FileBallotStore.open(
                        Path.of("fake"),
                        () -> {
                            throw new AccessDeniedException("fake/lock");
                        },
                        keep(),
                        nanos -> {}))
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith("fake: the data directory cannot be opened (permission denied for fake/lock)");
    }

    @Test
    void anOpeningIsRefusedWhenAnyOperationFailsAndTheNextOneSucceeds() {
        FakeDisk sound = new FakeDisk(1);
        open(sound);
        for (int operation = 1; operation <= sound.operations(); operation++) {
            FakeDisk disk = new FakeDisk(1);
            disk.breakAt(operation, Fault.FAIL);
            assertThatThrownBy(() -> open(disk))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("cannot be opened (java.io.IOException: Input/output error)");
            disk.healed();
            try (FileBallotStore store = open(disk)) {
                assertThat(get(store.ballot(ORDERS))).isEqualTo(Ballot.NONE);
            }
        }
    }
}
