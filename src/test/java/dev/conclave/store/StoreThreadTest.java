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
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.RegisterVersion;
import dev.conclave.store.FakeDisk.Fault;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
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

    private static FileNodeStore open(FakeDisk disk, Duration pause) {
        return FileNodeStore.open(Path.of("fake"), disk::directory, keep(), nanos -> {}, pause);
    }

    private static FileNodeStore open(FakeDisk disk) {
        return FileNodeStore.open(Path.of("fake"), disk::directory, keep(), nanos -> {});
    }

    @Test
    void savesThatArriveDuringAForceShareTheNextOne() throws InterruptedException {
        SlowDisk disk = new SlowDisk();
        try (FileNodeStore store = open(disk)) {
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

    private static RegisterEntry largest(int term) {
        byte[] value = new byte[RegisterValue.MAX_BYTES];
        Arrays.fill(value, (byte) term);
        return new RegisterEntry(RegisterVersion.first(term), Optional.of(new RegisterValue(value)));
    }

    /** A write into the journal, and its force. A new journal takes more, which a fail-over would wait for. */
    @Test
    void aSaveNeverWaitsForANewJournalUnlessItIsLongerThanThoseBeforeIt() throws InterruptedException {
        SlowDisk disk = new SlowDisk();
        int journals = 0;
        try (FileNodeStore store = open(disk, Duration.ZERO)) {
            for (int term = 1; term <= 40; term++) {
                get(store.save(ORDERS, vote(term)));
                AtomicInteger after = new AtomicInteger();
                int before = idle(store, disk);
                disk.slow = true;
                CompletionStage<Void> saved = store.saveRegister(ORDERS, largest(term));
                disk.begun.acquire();
                // On the store's thread, before that does anything else.
                CompletionStage<Void> counted = saved.thenRun(() -> after.set(disk.operations()));
                disk.slow = false;
                disk.allowed.release();
                get(counted);
                assertThat(after.get() - before).as("in term %s", term).isEqualTo(2);
                if (idle(store, disk) > after.get()) {
                    journals++;
                }
            }
            assertThat(journals).isBetween(5, 20);
        }
        try (FileNodeStore store = open(disk)) {
            assertThat(store.registers()).isEqualTo(Map.of(ORDERS, largest(40)));
        }
    }

    /**
     * The number of operations when the store has done all that it does for former requests, and what it does after no pause: the
     * second question is put when that is in the queue.
     */
    private static int idle(FileNodeStore store, FakeDisk disk) {
        get(store.ballot(STOCK));
        get(store.ballot(STOCK));
        return disk.operations();
    }

    /** Other voters force their saves of the same fail-over at this time, perhaps on the same disk. */
    @Test
    void noNewJournalIsWrittenRightAfterASave() {
        FakeDisk disk = new FakeDisk(1);
        try (FileNodeStore store = open(disk, Duration.ofDays(1))) {
            get(store.save(ORDERS, vote(3)));
            int before = idle(store, disk);
            for (int term = 1; term <= 3; term++) {
                get(store.saveRegister(ORDERS, largest(term)));
            }
            assertThat(idle(store, disk) - before).as("three saves").isEqualTo(3 * 2);
            // There is no room for the fourth.
            get(store.saveRegister(ORDERS, new RegisterEntry(new RegisterVersion(3, 1), Optional.empty())));
            get(store.saveRegister(
                    ORDERS,
                    new RegisterEntry(new RegisterVersion(3, 2), largest(4).value())));
            assertThat(idle(store, disk) - before).isGreaterThan(5 * 2);
        }
    }

    @Test
    void ruleR3_aStoreThatCannotWriteItsNewJournalAheadOfTimeFailsAndNothingThatWasSavedIsLost() {
        FakeDisk disk = new FakeDisk(1);
        try (FileNodeStore store = open(disk)) {
            get(store.save(ORDERS, vote(3)));
            get(store.saveRegister(ORDERS, largest(1)));
            get(store.saveRegister(ORDERS, largest(2)));
            idle(store, disk);
            // The first two operations append the entry.
            disk.breakAt(3, Fault.FAIL);
            get(store.saveRegister(ORDERS, largest(3)));
            assertThat(get(store.failure())).hasMessageContaining("the journal cannot be written");
            disk.healed();
            assertThatThrownBy(() -> get(store.save(ORDERS, vote(9)))).isInstanceOf(StoreException.class);
        }
        disk.kill();
        try (FileNodeStore store = open(disk)) {
            assertThat(store.registers()).isEqualTo(Map.of(ORDERS, largest(3)));
        }
    }

    @Test
    void savesOfAnElectionCompleteInTheOrderOfTheirRequests() throws InterruptedException {
        int callers = 8;
        int terms = 200;
        ConcurrentMap<ElectionName, List<Long>> completed = new ConcurrentHashMap<>();
        List<Thread> threads = new ArrayList<>();
        try (FileNodeStore store = open(new FakeDisk(1))) {
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
        try (FileNodeStore store = open(disk)) {
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
        try (FileNodeStore next = open(disk)) {
            assertThat(next.ballots()).containsKey(ORDERS);
        }
    }

    @Test
    void aStoreReportsTheFailureOfAnyOperationAndRefusesLaterRequests() {
        FakeDisk sound = new FakeDisk(1);
        FileNodeStore first = open(sound);
        int opening = sound.operations();
        saveAll(first);
        int all = sound.operations() - opening;
        first.close();
        for (int operation = 1; operation <= all; operation++) {
            FakeDisk disk = new FakeDisk(1);
            try (FileNodeStore store = open(disk)) {
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
    private static List<CompletionStage<Void>> saveAll(FileNodeStore store) {
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
        FileNodeStore store = open(disk);
        CompletableFuture<Throwable> mine = store.failure().toCompletableFuture();
        mine.complete(new IllegalStateException("not the store's"));
        assertThat(store.failure().toCompletableFuture()).isNotDone();
        store.close();
    }

    @Test
    void requestsBeforeTheCloseCompleteAndLaterOnesAreRefused() {
        FakeDisk disk = new FakeDisk(1);
        FileNodeStore store = open(disk);
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
    private static CompletionStage<Void> inAnswer(SlowDisk disk, FileNodeStore store, Runnable answer) {
        disk.slow = true;
        CompletionStage<Void> answered = store.save(ORDERS, vote(1)).thenRun(answer);
        disk.slow = false;
        disk.allowed.release();
        return answered;
    }

    @Test
    void aStoreMayBeClosedInTheCallbackOfASave() {
        SlowDisk disk = new SlowDisk();
        FileNodeStore store = open(disk);
        get(inAnswer(disk, store, store::close));
        store.close();
        open(disk).close();
    }

    @Test
    void aFailedCloseIsNotAFailureOfEarlierSaves() {
        FakeDisk disk = new FakeDisk(1);
        FileNodeStore store = open(disk);
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
            FileNodeStore store = open(disk);
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
        try (FileNodeStore store = open(disk)) {
            get(inAnswer(disk, store, () -> Thread.currentThread().interrupt()));
            get(store.save(ORDERS, vote(2)));
            assertThat(get(store.ballot(ORDERS))).isEqualTo(vote(2));
        }
    }

    @Test
    void aMissingPermissionIsNamed() {
        assertThatThrownBy(() -> FileNodeStore.open(
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
            try (FileNodeStore store = open(disk)) {
                assertThat(get(store.ballot(ORDERS))).isEqualTo(Ballot.NONE);
            }
        }
    }
}
