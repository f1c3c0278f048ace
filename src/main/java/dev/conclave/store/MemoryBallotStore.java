package dev.conclave.store;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Head;
import dev.conclave.core.OperatorsWord;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * A store that lasts as long as the process: all that a peer outside the voters needs (R2), and for tests and rehearsals. What it
 * calls durable is gone with the process. It keeps the other promises of {@link BallotStore}, and lets a test play the disk: {@link #hold()} is a force that takes its time, {@link #fail(Throwable)} a disk that
 * breaks, {@link #restarted(HeadRule)} the next life, which finds what was durable and nothing else.
 *
 * <p>While nothing is held, everything completes at once on the caller's thread.
 */
public final class MemoryBallotStore implements BallotStore {

    private final Contents durable;
    private final OperatorsWord word;
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final Queue<Pending> waiting = new ArrayDeque<>();
    private Optional<StoreException> ended = Optional.empty();
    private boolean held;

    private MemoryBallotStore(Contents durable, OperatorsWord word) {
        this.durable = durable;
        this.word = word;
    }

    /** The first life, with this head and without an operator's word. */
    public static MemoryBallotStore of(Head head) {
        return open((found, word) -> head, OperatorsWord.NONE);
    }

    /** The first life. */
    public static MemoryBallotStore open(HeadRule rule, OperatorsWord word) {
        return new MemoryBallotStore(new Contents(rule.decide(Optional.empty(), word)), word);
    }

    /** The next life, on what is durable now. This one is over, and what it holds fails. */
    public synchronized MemoryBallotStore restarted(HeadRule rule) {
        end(new StoreException("memory: this store has ended; use the next one"));
        Contents next = durable.copy();
        next.head(rule.decide(Optional.of(next.head()), OperatorsWord.NONE));
        return new MemoryBallotStore(next, OperatorsWord.NONE);
    }

    /** From now on nothing becomes durable until {@link #release()}. */
    public synchronized void hold() {
        held = true;
    }

    /** Makes durable, in order, what was held, and holds nothing any more. */
    public synchronized void release() {
        held = false;
        work();
    }

    /** How many calls are held at this moment. */
    public synchronized int waiting() {
        return waiting.size();
    }

    /** The disk breaks: what is held fails, and so does all that comes. */
    public synchronized void fail(Throwable cause) {
        end(new StoreException("memory: failed (" + cause.getMessage() + "); start again", cause));
        failure.complete(cause);
    }

    @Override
    public synchronized Head head() {
        return durable.head();
    }

    @Override
    public synchronized Map<ElectionName, Ballot> ballots() {
        return durable.ballots();
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
    public CompletionStage<Void> saveHead(Head head) {
        return tell(() -> durable.head(head));
    }

    @Override
    public OperatorsWord word() {
        return word;
    }

    @Override
    public CompletionStage<Void> wordObeyed() {
        return tell(() -> {});
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

    /** One at a time, so that a caller who asks again from within an answer is answered in its turn. */
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
