package dev.conclave.store;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.node.JournalHead;
import dev.conclave.logging.AsyncLogger;
import dev.conclave.store.StoreRequest.Forget;
import dev.conclave.store.StoreRequest.SaveBallot;
import dev.conclave.store.StoreRequest.SaveHead;
import dev.conclave.store.StoreRequest.SaveRegister;
import dev.conclave.store.StoreRequest.TellBallot;
import dev.conclave.store.StoreRequest.TellRegister;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/**
 * The state of one node in a data directory (R3, R6) with these files: {@code journal} with the contents, a few hundred
 * kilobytes, rewritten at each start; {@code lock}, which stays; and temporarily {@code journal.next}.
 *
 * <p>A private thread does all work on the disk: it takes all pending requests, writes them with one force, and completes their
 * stages in order. Requests that arrive during a force form the next batch. Callers do not access the disk themselves, also
 * because in Java an interrupt closes the file that the interrupted thread uses: callers may be interrupted, but no other code
 * knows this thread.
 */
public final class FileNodeStore implements NodeStore {

    private static final AsyncLogger LOG = AsyncLogger.of(FileNodeStore.class);

    private static final String REMEDY = "make sure that the disk works and has room and that this process may write"
            + " there, then start the peer again";

    /**
     * How long after a save a journal that is nearly full is written anew: longer than a fail-over takes. Other nodes whose saves
     * share the disk are in the same fail-over, and would wait for it.
     */
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** Opens the directory, on the store's thread. */
    interface Finder {
        DataDirectory find() throws IOException;
    }

    private final Path path;
    private final ScheduledExecutorService executor;
    private final Duration pause;
    private final Thread thread;
    private final JournalWriter writer;
    private final BlockingQueue<StoreRequest> requests = new LinkedBlockingQueue<>();
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private boolean closed;
    private boolean roomIsComing;

    private record Opened(JournalWriter writer, Thread thread) {}

    private FileNodeStore(Path path, ScheduledExecutorService executor, Opened opened, Duration pause) {
        this.path = path;
        this.executor = executor;
        this.pause = pause;
        this.thread = opened.thread();
        this.writer = opened.writer();
    }

    /**
     * Opens a data directory, and creates it if it does not exist. Waits for the disk, even if interrupted.
     *
     * @throws StoreException if the directory is in use, damaged, of another version, or not writable; if it contains other files
     *     but no journal; or if the rule refuses
     */
    public static FileNodeStore open(Path directory, JournalHeadCheck rule) {
        return open(directory, rule, nanos -> {});
    }

    /**
     * Opens a data directory, and measures writes.
     *
     * @param writeNanos called on the store's thread with the time that writing and forcing a batch took
     */
    public static FileNodeStore open(Path directory, JournalHeadCheck rule, LongConsumer writeNanos) {
        return open(directory, () -> FileSystemDataDirectory.at(directory), rule, writeNanos);
    }

    /** Opens a store that runs all of this code but keeps nothing beyond its own life, and touches no disk: for a warm-up. */
    public static FileNodeStore discarding(JournalHeadCheck rule) {
        DataDirectory nowhere = new DiscardingDataDirectory();
        return open(nowhere.path(), () -> nowhere, rule, nanos -> {});
    }

    static FileNodeStore open(Path path, Finder finder, JournalHeadCheck rule, LongConsumer writeNanos) {
        return open(path, finder, rule, writeNanos, PAUSE);
    }

    /** Opens a directory with another pause before a new journal; for tests. */
    static FileNodeStore open(
            Path path, Finder finder, JournalHeadCheck rule, LongConsumer writeNanos, Duration pause) {
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(FileNodeStore::newThread);
        CompletableFuture<Opened> opened = new CompletableFuture<>();
        executor.execute(() -> {
            try {
                opened.complete(
                        new Opened(JournalWriter.open(finder.find(), rule, writeNanos), Thread.currentThread()));
            } catch (IOException | RuntimeException | Error refused) {
                opened.completeExceptionally(explain(path, "the data directory cannot be opened", refused));
            }
        });
        try {
            return new FileNodeStore(path, executor, opened.join(), pause);
        } catch (CompletionException refused) {
            executor.shutdown();
            if (refused.getCause() instanceof StoreException why) {
                throw why;
            }
            throw refused;
        }
    }

    private static Thread newThread(Runnable work) {
        Thread thread = new Thread(work, "conclave-store");
        thread.setDaemon(true);
        return thread;
    }

    private static StoreException explain(Path path, String what, Throwable cause) {
        if (cause instanceof StoreException explained) {
            return explained;
        }
        String why = cause instanceof AccessDeniedException
                ? "permission denied for " + cause.getMessage()
                : String.valueOf(cause);
        return new StoreException(path, what + " (" + why + ")", REMEDY, cause);
    }

    @Override
    public JournalHead head() {
        return writer.head();
    }

    @Override
    public Map<ElectionName, Ballot> ballots() {
        return writer.ballots();
    }

    @Override
    public Map<ElectionName, RegisterEntry> registers() {
        return writer.registers();
    }

    @Override
    public SortedMap<ElectionName, RegisterVersion> registersAfter(Optional<ElectionName> after, int most) {
        return writer.registersAfter(after, most);
    }

    @Override
    public long registerBytes() {
        return writer.registerBytes();
    }

    @Override
    public int size() {
        return writer.size();
    }

    @Override
    public long highestTerm() {
        return writer.highestTerm();
    }

    @Override
    public CompletionStage<Void> forget(Set<ElectionName> needed, int most) {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        ask(new Forget(Set.copyOf(needed), most, answer));
        return answer;
    }

    @Override
    public CompletionStage<Ballot> ballot(ElectionName election) {
        CompletableFuture<Ballot> answer = new CompletableFuture<>();
        ask(new TellBallot(election, answer));
        return answer;
    }

    @Override
    public CompletionStage<Void> save(ElectionName election, Ballot ballot) {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        ask(new SaveBallot(election, ballot, answer));
        return answer;
    }

    @Override
    public CompletionStage<RegisterEntry> register(ElectionName election) {
        CompletableFuture<RegisterEntry> answer = new CompletableFuture<>();
        ask(new TellRegister(election, answer));
        return answer;
    }

    @Override
    public CompletionStage<Void> saveRegister(ElectionName election, RegisterEntry entry) {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        ask(new SaveRegister(election, entry, answer));
        return answer;
    }

    @Override
    public CompletionStage<Void> saveHead(JournalHead head) {
        CompletableFuture<Void> answer = new CompletableFuture<>();
        ask(new SaveHead(head, answer));
        return answer;
    }

    @Override
    public CompletionStage<Throwable> failure() {
        return failure.minimalCompletionStage();
    }

    /**
     * {@inheritDoc}
     *
     * <p>A call on the store's own thread, from a callback of a stage, does not wait.
     */
    @Override
    public void close() {
        synchronized (this) {
            if (!closed) {
                closed = true;
                executor.execute(this::end);
                executor.shutdown();
            }
        }
        if (!Thread.currentThread().equals(thread)) {
            over.join();
        }
    }

    private synchronized void ask(StoreRequest request) {
        if (closed) {
            request.answer()
                    .completeExceptionally(new StoreException(path, "the store is closed", "open the directory again"));
        } else {
            requests.add(request);
            executor.execute(this::serve);
        }
    }

    // ---- on the store's thread

    /** Processes all pending requests in one batch; the calls for the rest of the batch find nothing left to do. */
    private void serve() {
        List<StoreRequest> batch = new ArrayList<>();
        requests.drainTo(batch);
        if (!failure.isDone() && !batch.isEmpty()) {
            try {
                writer.serve(batch).forEach(Runnable::run);
                if (writer.isNearlyFull()) {
                    makeRoomLater();
                }
                return;
            } catch (IOException | RuntimeException | Error broken) {
                fail(broken);
            }
        }
        batch.forEach(request -> request.answer().completeExceptionally(failure.join()));
    }

    private synchronized void makeRoomLater() {
        if (!closed && !roomIsComing) {
            roomIsComing = true;
            var unused = executor.schedule(this::makeRoom, pause.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private void makeRoom() {
        synchronized (this) {
            roomIsComing = false;
        }
        if (!failure.isDone() && !over.isDone()) {
            try {
                writer.makeRoom();
            } catch (IOException | RuntimeException | Error broken) {
                fail(broken);
            }
        }
    }

    private void fail(Throwable cause) {
        StoreException why = explain(path, "the journal cannot be written", cause);
        failure.complete(why);
        LOG.error("{}", why.getMessage());
    }

    private void end() {
        serve();
        try {
            writer.close();
        } catch (IOException | RuntimeException harmless) {
            LOG.warn("{}: closing the data directory failed; all saved ballots are safe", path, harmless);
        } finally {
            over.complete(null);
        }
    }
}
