package dev.conclave.store;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.node.JournalHead;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The state of one node in memory, for nodes without a directory (E8) and for tests. Its contents are lost with the process. It keeps
 * the other guarantees of {@link NodeStore}, and lets a test simulate a disk: {@link #hold()} a slow force, {@link
 * #fail(Throwable)} a failing disk, and {@link #restarted(JournalHeadCheck)} the next life, which finds only what was durable.
 *
 * <p>Except while it is held, everything completes at once on the caller's thread.
 */
public final class MemoryNodeStore implements NodeStore {

    private final JournalContents durable;
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final Queue<Pending> waiting = new ArrayDeque<>();
    private Optional<StoreException> ended = Optional.empty();
    private boolean held;

    private MemoryNodeStore(JournalContents durable) {
        this.durable = durable;
    }

    /** Creates a store with this head. */
    public static MemoryNodeStore of(JournalHead head) {
        return new MemoryNodeStore(new JournalContents(head));
    }

    /** Simulates a restart of the node: returns a store that contains only what was durable in this one. This store ends, and its held
     * calls fail. */
    public synchronized MemoryNodeStore restarted(JournalHeadCheck rule) {
        end(new StoreException("memory: this store has ended; use the next one"));
        JournalContents next = durable.copy();
        next.head(rule.decide(Optional.of(next.head())));
        return new MemoryNodeStore(next);
    }

    /** Holds all calls until {@link #release()}. */
    public synchronized void hold() {
        held = true;
    }

    /** Completes the held calls in order, and stops holding. */
    public synchronized void release() {
        held = false;
        work();
    }

    /** The number of held calls. */
    public synchronized int waiting() {
        return waiting.size();
    }

    /** Simulates a failing disk: held and later calls fail. */
    public synchronized void fail(Throwable cause) {
        end(new StoreException("memory: failed (" + cause.getMessage() + "); start again", cause));
        failure.complete(cause);
    }

    @Override
    public synchronized JournalHead head() {
        return durable.head();
    }

    @Override
    public synchronized Map<ElectionName, Ballot> ballots() {
        return durable.ballots();
    }

    @Override
    public synchronized Map<ElectionName, RegisterEntry> registers() {
        return durable.registers();
    }

    @Override
    public synchronized SortedMap<ElectionName, RegisterVersion> registersAfter(
            Optional<ElectionName> after, int most) {
        return JournalContents.after(new TreeMap<>(durable.registers()), after, most);
    }

    @Override
    public synchronized long registerBytes() {
        return durable.registerBytes();
    }

    @Override
    public synchronized int size() {
        return durable.byAge().size();
    }

    @Override
    public synchronized long highestTerm() {
        return durable.highestTerm();
    }

    @Override
    public CompletionStage<Void> forget(Set<ElectionName> needed, int most) {
        Set<ElectionName> copy = Set.copyOf(needed);
        return tell(() -> durable.forget(copy, most));
    }

    @Override
    public CompletionStage<Ballot> ballot(ElectionName election) {
        CompletableFuture<Ballot> answer = new CompletableFuture<>();
        enqueue(new Pending(() -> answer.complete(durable.ballot(election)), answer::completeExceptionally));
        return answer;
    }

    @Override
    public CompletionStage<Void> save(ElectionName election, Ballot ballot) {
        return tell(() -> {
            durable.refusal(election, ballot).ifPresent(why -> {
                throw new StoreException("memory: " + why);
            });
            durable.put(election, ballot);
        });
    }

    @Override
    public CompletionStage<RegisterEntry> register(ElectionName election) {
        CompletableFuture<RegisterEntry> answer = new CompletableFuture<>();
        enqueue(new Pending(() -> answer.complete(durable.register(election)), answer::completeExceptionally));
        return answer;
    }

    @Override
    public CompletionStage<Void> saveRegister(ElectionName election, RegisterEntry entry) {
        return tell(() -> {
            durable.refusal(election, entry).ifPresent(why -> {
                throw new StoreException("memory: " + why);
            });
            durable.put(election, entry);
        });
    }

    @Override
    public CompletionStage<Void> saveHead(JournalHead head) {
        return tell(() -> durable.head(head));
    }

    @Override
    public CompletionStage<Throwable> failure() {
        return failure.minimalCompletionStage();
    }

    @Override
    public synchronized void close() {
        release();
        end(new StoreException("memory: this store is closed; use the next one"));
    }

    private void end(StoreException why) {
        ended = ended.or(() -> Optional.of(why));
        release();
    }

    private CompletionStage<Void> tell(Runnable change) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        enqueue(new Pending(
                () -> {
                    change.run();
                    done.complete(null);
                },
                done::completeExceptionally));
        return done;
    }

    private synchronized void enqueue(Pending pending) {
        waiting.add(pending);
        work();
    }

    /** Completes one call at a time, so that a call from a callback is completed in its turn. */
    private void work() {
        while (!held && !waiting.isEmpty()) {
            waiting.remove().settle(ended);
        }
    }

    private record Pending(Runnable work, Consumer<StoreException> refuse) {

        void settle(Optional<StoreException> ended) {
            try {
                ended.ifPresent(why -> {
                    throw why;
                });
                work.run();
            } catch (StoreException refused) {
                refuse.accept(refused);
            }
        }
    }
}
