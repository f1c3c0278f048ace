package dev.conclave.internal.runtime;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Time limits of futures, with a timer thread of Conclave's own. The timer behind {@link CompletableFuture#orTimeout} is one
 * thread for the whole JVM, which runs the callbacks of all its users: one that blocks there disables all later time limits.
 *
 * <p>When the limit is reached, callbacks of the future run on the timer thread, so they must return at once.
 */
public final class FutureTimeouts {

    private static final long IDLE_SECONDS = 10;

    private static final ScheduledThreadPoolExecutor TIMER = timer();

    private FutureTimeouts() {}

    private static ScheduledThreadPoolExecutor timer() {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "conclave-time-limits");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        return timer;
    }

    /** Completes the future with the value unless it is done within the limit. Returns the future. */
    public static <T> CompletableFuture<T> completing(CompletableFuture<T> future, Duration limit, T value) {
        return within(future, limit, () -> future.complete(value));
    }

    /** Fails the future with a {@link TimeoutException} unless it is done within the limit. Returns the future. */
    public static <T> CompletableFuture<T> failing(CompletableFuture<T> future, Duration limit) {
        return within(future, limit, () -> future.completeExceptionally(new TimeoutException()));
    }

    private static <T> CompletableFuture<T> within(CompletableFuture<T> future, Duration limit, Runnable over) {
        if (!future.isDone()) {
            Future<?> scheduled = TIMER.schedule(over, limit.toNanos(), TimeUnit.NANOSECONDS);
            var unused = future.whenComplete((done, failure) -> scheduled.cancel(false));
        }
        return future;
    }
}
