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
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongConsumer;

/**
 * Processes the requests to a store in batches, each with one force. Used by the store's thread, except for the methods that
 * return durable contents.
 *
 * <p>After an exception it must not be used again, since the contents of the disk are unknown.
 */
final class JournalWriter implements Closeable {

    private static final AsyncLogger LOG = AsyncLogger.of(FileNodeStore.class);

    private final DataDirectory directory;
    private final LongConsumer writeNanos;
    private final int leastLength;
    /** The contents of the store including the current batch. */
    private final JournalContents state;

    private Journal journal;

    private volatile JournalHead shownHead;
    private volatile long shownHighest;
    private volatile long shownRegisterBytes;
    private final Map<ElectionName, Ballot> shownBallots;
    private final ConcurrentSkipListMap<ElectionName, RegisterEntry> shownRegisters;

    private JournalWriter(DataDirectory directory, OpenedDirectory opening, LongConsumer writeNanos, int leastLength) {
        this.directory = directory;
        this.leastLength = leastLength;
        this.writeNanos = writeNanos;
        this.state = opening.state();
        this.journal = opening.journal();
        this.shownHead = state.head();
        this.shownHighest = state.highestTerm();
        this.shownRegisterBytes = state.registerBytes();
        this.shownBallots = new ConcurrentHashMap<>(state.ballots());
        this.shownRegisters = new ConcurrentSkipListMap<>(state.registers());
    }

    /** Opens a directory. Closes it in {@link #close()}, or at once if opening fails. */
    static JournalWriter open(DataDirectory directory, JournalHeadCheck rule, LongConsumer writeNanos)
            throws IOException {
        return open(directory, rule, writeNanos, Journal.LEAST_LENGTH);
    }

    /** Opens a directory with another minimum length of journals; for tests, in which they fill up soon. */
    static JournalWriter open(DataDirectory directory, JournalHeadCheck rule, LongConsumer writeNanos, int leastLength)
            throws IOException {
        try {
            return new JournalWriter(
                    directory, OpenedDirectory.of(directory, rule, leastLength), writeNanos, leastLength);
        } catch (IOException | RuntimeException failed) {
            directory.close();
            throw failed;
        }
    }

    // ---- for any thread: only what is durable

    JournalHead head() {
        return shownHead;
    }

    Map<ElectionName, Ballot> ballots() {
        return Collections.unmodifiableMap(new TreeMap<>(shownBallots));
    }

    Map<ElectionName, RegisterEntry> registers() {
        return Collections.unmodifiableMap(shownRegisters);
    }

    SortedMap<ElectionName, RegisterVersion> registersAfter(Optional<ElectionName> after, int most) {
        return JournalContents.after(shownRegisters, after, most);
    }

    long registerBytes() {
        return shownRegisterBytes;
    }

    /** The number of elections with a ballot. */
    int size() {
        return shownBallots.size();
    }

    long highestTerm() {
        return shownHighest;
    }

    // ---- for the store's thread

    /**
     * Processes a batch of requests.
     *
     * @return tasks that complete the futures in the order of the requests; to be run now, since everything is durable
     * @throws IOException if a write failed; then no future may be completed normally
     */
    List<Runnable> serve(List<StoreRequest> batch) throws IOException {
        List<JournalEntry> entries = new ArrayList<>();
        List<Runnable> answers = new ArrayList<>(batch.size());
        Optional<List<JournalEntry>> toAppend = Optional.of(entries);
        for (StoreRequest request : batch) {
            if (request instanceof SaveBallot save) {
                answers.add(judge(save, entries));
            } else if (request instanceof SaveRegister save) {
                answers.add(judge(save, entries));
            } else if (request instanceof TellRegister tell) {
                RegisterEntry entry = state.register(tell.election());
                answers.add(() -> tell.answer().complete(entry));
            } else if (request instanceof SaveHead save) {
                if (!save.head().equals(state.head())) {
                    // Appended like all others: with many registers a new journal would take longer than a round of
                    // voters waits.
                    state.head(save.head());
                    entries.addAll(JournalEntry.of(save.head()));
                }
                answers.add(() -> {
                    shownHead = save.head();
                    save.answer().complete(null);
                });
            } else if (request instanceof TellBallot tell) {
                Ballot ballot = state.ballot(tell.election());
                answers.add(() -> tell.answer().complete(ballot));
            } else if (request instanceof Forget some) {
                Set<ElectionName> forgotten = state.forget(some.needed(), some.most());
                if (!forgotten.isEmpty()) {
                    // Requires a new journal, which starts with the floor and lacks the forgotten ballots.
                    toAppend = Optional.empty();
                }
                answers.add(() -> {
                    shownBallots.keySet().removeAll(forgotten);
                    some.answer().complete(null);
                });
            }
        }
        write(toAppend);
        return answers;
    }

    /**
     * Adds a ballot to the batch, or refuses it if it must not follow the stored one; a refusal does not affect other requests.
     */
    private Runnable judge(SaveBallot save, List<JournalEntry> entries) {
        Optional<String> refusal = state.refusal(save.election(), save.ballot());
        if (refusal.isPresent()) {
            StoreException why = new StoreException(directory.path() + ": " + refusal.get());
            return () -> save.answer().completeExceptionally(why);
        }
        state.put(save.election(), save.ballot());
        entries.add(new JournalEntry.OfBallot(save.election(), save.ballot()));
        return () -> {
            shownBallots.put(save.election(), save.ballot());
            shownHighest = Math.max(shownHighest, save.ballot().term());
            save.answer().complete(null);
        };
    }

    private Runnable judge(SaveRegister save, List<JournalEntry> entries) {
        Optional<String> refusal = state.refusal(save.election(), save.entry());
        if (refusal.isPresent()) {
            StoreException why = new StoreException(directory.path() + ": " + refusal.get());
            return () -> save.answer().completeExceptionally(why);
        }
        state.put(save.election(), save.entry());
        entries.addAll(RegisterRecords.of(save.election(), save.entry()));
        return () -> {
            shownRegisters.put(save.election(), save.entry());
            shownRegisterBytes = state.registerBytes();
            save.answer().complete(null);
        };
    }

    private void write(Optional<List<JournalEntry>> toAppend) throws IOException {
        if (toAppend.isPresent() && toAppend.get().isEmpty()) {
            return;
        }
        long start = System.nanoTime();
        if (toAppend.isEmpty() || !journal.append(toAppend.get())) {
            beginAnew();
        }
        long took = System.nanoTime() - start;
        try {
            writeNanos.accept(took);
        } catch (RuntimeException theirs) {
            LOG.warn("The meter of the journal's writes failed; the write itself succeeded", theirs);
        }
    }

    private void beginAnew() throws IOException {
        Journal next = Journal.begin(directory, Journal.NEXT, state, leastLength);
        journal.close();
        journal = next;
    }

    /** Whether a save that comes soon may have to wait for a new journal. */
    boolean isNearlyFull() {
        return journal.isNearlyFull();
    }

    /**
     * Writes a new journal if the present one is nearly full, at a time when no save waits.
     *
     * @throws IOException if that failed; all former requests are durable
     */
    void makeRoom() throws IOException {
        if (isNearlyFull()) {
            beginAnew();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            journal.close();
        } finally {
            directory.close();
        }
    }
}
