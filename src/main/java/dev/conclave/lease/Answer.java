package dev.conclave.lease;

import akka.coordination.lease.LeaseTimeoutException;
import dev.conclave.actor.TimeLimits;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The answer to one call of a lease: it comes exactly once, and if nobody has given it in time it is a failure. Akka's Split
 * Brain Resolver does nothing at all until it has one, so the clock that it runs out by is the JDK's own, which goes on whatever
 * has become of the actor that was asked.
 *
 * <p>Whoever waits for it is called on a thread of the executor, never on that of an actor.
 */
final class Answer {

    private final CompletableFuture<Boolean> stage = new CompletableFuture<>();
    private final CompletableFuture<Void> clock = new CompletableFuture<>();
    private final AtomicBoolean given = new AtomicBoolean();
    private final Executor executor;

    private Answer(Executor executor) {
        this.executor = executor;
    }

    /**
     * An answer to be given.
     *
     * @param executor on which whoever waits for it is called
     * @param question what was asked, for the failure
     * @param tooLate is run if the time is over before it was given
     */
    static Answer within(Duration time, Executor executor, String question, Runnable tooLate) {
        Answer answer = new Answer(executor);
        var unused = TimeLimits.failing(answer.clock, time).exceptionally(timeout -> {
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

    /** Gives it, unless it was given before. */
    boolean give(boolean value) {
        return give(value, () -> {});
    }

    /**
     * Gives it, unless it was given before.
     *
     * @param first is run before anybody hears of it
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

    /** Runs something on the executor, not before whoever waits could have heard the answer. */
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

    /** An actor system that has ended runs nothing any more; its last answers come on a thread of their own. */
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
