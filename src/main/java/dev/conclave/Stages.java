package dev.conclave;

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
 * The stages that callers of one node wait for. Each caller gets a future of its own, which completes on a thread of the
 * executor: a callback that blocks holds up no election (R14), and completing the future from outside changes nothing for
 * anybody else. When the node has ended, every question that it has not answered is answered here. May be used from any thread.
 */
final class Stages {

    private final Executor executor;
    private final Set<Question<?>> open = ConcurrentHashMap.newKeySet();
    private volatile @Nullable String ended;

    /** With the executor that callers are called on; another thread takes its place when it takes no more. */
    Stages(Executor executor) {
        this.executor = executor;
    }

    /** A future that the protocol completes, and what completes it when the protocol cannot any more. */
    private record Question<T>(CompletableFuture<T> asked, BiConsumer<CompletableFuture<T>, String> whenEnded) {
        void end(String why) {
            whenEnded.accept(asked, why);
        }
    }

    /**
     * Asks something.
     *
     * @param question sends the future to the protocol, which completes it on any thread
     * @param whenEnded completes the future if the node has ended, for the reason that is given
     * @param answer turns what the protocol answered into what the caller gets; called on the caller's executor
     * @return a stage that belongs to the caller
     */
    <T, R> CompletionStage<R> ask(
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
        // Who waits no more is forgotten.
        var unusedEnd = given.whenComplete((value, failure) -> asked.cancel(false));
        // Looked at after the question is among the open ones: either this sees the end, or the end sees the question.
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
     * The node has ended: answers what is open, and from now on whatever is asked.
     *
     * @param why such as "its actor system has ended"
     */
    void end(String why) {
        ended = why;
        open.forEach(question -> question.end(why));
    }

    /** An actor system that has ended runs nothing any more. */
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
