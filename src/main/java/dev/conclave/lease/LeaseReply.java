package dev.conclave.lease;

import akka.coordination.lease.LeaseTimeoutException;
import dev.conclave.internal.runtime.FutureTimeouts;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The future result of one call of a lease, such as {@code acquire}. It completes exactly once, with a failure if its time is
 * over. Akka's Split Brain Resolver does nothing until it has the result, so the time limit does not depend on the lease's
 * actor: it holds even if that actor has failed.
 *
 * <p>Callbacks run on a thread of the executor, never on an actor's thread.
 */
final class LeaseReply {

    private final CompletableFuture<Boolean> stage = new CompletableFuture<>();
    private final CompletableFuture<Void> clock = new CompletableFuture<>();
    private final AtomicBoolean given = new AtomicBoolean();
    private final Executor executor;

    private LeaseReply(Executor executor) {
        this.executor = executor;
    }

    /**
     * Returns a result that fails after some time.
     *
     * @param executor runs the caller's callbacks
     * @param question describes the call, for the failure
     * @param tooLate runs if the time is over before the result was given
     */
    static LeaseReply within(Duration time, Executor executor, String question, Runnable tooLate) {
        LeaseReply answer = new LeaseReply(executor);
        var unused = FutureTimeouts.failing(answer.clock, time).exceptionally(timeout -> {
            if (answer.fail(new LeaseTimeoutException(question + " failed: no answer within " + time.toMillis()
                    + " ms, since no majority of conclave.voters could be reached, or no leader was elected"))) {
                tooLate.run();
            }
            return null;
        });
        return answer;
    }

    CompletionStage<Boolean> stage() {
        return stage.minimalCompletionStage();
    }

    boolean isGiven() {
        return given.get();
    }

    /** Completes the result, unless it was completed before. */
    boolean give(boolean value) {
        return give(value, () -> {});
    }

    /**
     * Completes the result, unless it was completed before.
     *
     * @param first runs before any caller can see the result
     */
    boolean give(boolean value, Runnable first) {
        if (!take()) {
            return false;
        }
        first.run();
        onExecutor(() -> stage.complete(value));
        return true;
    }

    boolean fail(RuntimeException why) {
        if (!take()) {
            return false;
        }
        onExecutor(() -> stage.completeExceptionally(why));
        return true;
    }

    /** Runs a task on the executor, after the callbacks of the result were started. */
    void afterwards(Runnable what) {
        var unused = stage.whenComplete((value, failure) -> onExecutor(what));
    }

    private boolean take() {
        if (!given.compareAndSet(false, true)) {
            return false;
        }
        clock.complete(null);
        return true;
    }

    /** The executor of an actor system that has ended rejects tasks; the last results complete on a new thread. */
    private void onExecutor(Runnable what) {
        try {
            executor.execute(what);
        } catch (RejectedExecutionException ended) {
            Thread last = new Thread(what, "conclave-lease-answer");
            last.setDaemon(true);
            last.start();
        }
    }
}
