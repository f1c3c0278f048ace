package dev.conclave.internal.runtime;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The futures that callers of one node wait for. Each caller gets its own future, which completes on a thread of the executor: a
 * callback that blocks does not delay elections (R14), and completing the future from outside does not affect other callers. When
 * the node has ended, this class completes all futures that the node has not completed. May be used from any thread.
 */
public final class CallerFutures {

    private final Executor executor;
    private final Set<Question<?>> open = ConcurrentHashMap.newKeySet();
    private volatile @Nullable String ended;

    /** Creates an instance that completes futures on this executor, or on a new thread once the executor rejects tasks. */
    public CallerFutures(Executor executor) {
        this.executor = executor;
    }

    /** A future that the peer's actor completes, and the function that completes it when the node has ended. */
    private record Question<T>(CompletableFuture<T> asked, BiConsumer<CompletableFuture<T>, String> whenEnded) {
        void end(String why) {
            whenEnded.accept(asked, why);
        }
    }

    /**
     * Sends a question to the node.
     *
     * @param question sends the future to the peer's actor, which completes it on any thread
     * @param whenEnded completes the future if the node has ended, with the given reason
     * @param answer converts the result of the peer's actor into that of the caller; called on the executor
     * @return a stage that belongs to the caller
     */
    public <T, R> CompletionStage<R> ask(
            Consumer<CompletableFuture<T>> question,
            BiConsumer<CompletableFuture<T>, String> whenEnded,
            Function<? super T, ? extends R> answer) {
        CompletableFuture<T> asked = new CompletableFuture<>();
        CompletableFuture<R> given = new CompletableFuture<>();
        Question<T> open = new Question<>(asked, whenEnded);
        this.open.add(open);
        var unusedAnswer = asked.whenComplete((value, failure) -> {
            this.open.remove(open);
            execute(() -> give(given, answer, value, failure));
        });
        // A caller that completes or cancels its stage no longer waits: drop the question.
        var unusedEnd = given.whenComplete((value, failure) -> asked.cancel(false));
        // Read after the question was added: either this thread sees the end, or the ending thread sees the question.
        String why = ended;
        if (why != null) {
            open.end(why);
        } else {
            question.accept(asked);
        }
        return given;
    }

    private static <T, R> void give(
            CompletableFuture<R> given, Function<? super T, ? extends R> answer, T value, Throwable failure) {
        if (failure != null) {
            given.completeExceptionally(failure);
            return;
        }
        try {
            given.complete(answer.apply(value));
        } catch (RuntimeException failed) {
            given.completeExceptionally(failed);
        }
    }

    /**
     * Ends this instance, because the node has ended: completes all open questions, and from now on every new one.
     *
     * @param why such as "its actor system has ended"
     */
    public void end(String why) {
        ended = why;
        open.forEach(question -> question.end(why));
    }

    /** Runs a task on the executor, or on a new thread, since the executor of an actor system that has ended rejects tasks. */
    private void execute(Runnable what) {
        try {
            executor.execute(what);
        } catch (RejectedExecutionException ended) {
            Thread last = new Thread(what, "conclave-answer");
            last.setDaemon(true);
            last.start();
        }
    }
}
