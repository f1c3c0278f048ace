package dev.conclave.internal.runtime;

import akka.actor.typed.ActorSystem;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The clocks of the machine, and a timer with one thread. Does not use Akka's scheduler, which ticks every 10 ms: a deadline
 * missed by that much makes a fail-over take twice as long. This timer sleeps until the next deadline, and a blocked dispatcher
 * does not delay it.
 */
public final class SystemTime implements Time {

    private static final Timer NONE = () -> {};

    private final ScheduledThreadPoolExecutor timer;

    /** Creates a clock and a timer whose thread ends with the actor system. */
    public SystemTime(ActorSystem<?> system) {
        timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, system.name() + "-conclave-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        system.getWhenTerminated().whenComplete((done, failure) -> timer.shutdownNow());
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long wallMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        try {
            Future<?> scheduled = timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        } catch (RejectedExecutionException systemHasEnded) {
            return NONE;
        }
    }
}
