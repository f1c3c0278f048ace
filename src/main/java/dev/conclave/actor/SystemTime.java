package dev.conclave.actor;

import akka.actor.typed.ActorSystem;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The clock of the machine, and one thread that waits for the next deadline. Not Akka's scheduler: that ticks every 10 ms,
 * and a deadline missed by so much is a fail-over that takes twice as long. This one sleeps until something is due, and no
 * blocked dispatcher delays it.
 */
public final class SystemTime implements Time {

    private static final Timer NONE = () -> {};

    private final ScheduledThreadPoolExecutor timer;

    /** With a thread that ends with this system. */
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
