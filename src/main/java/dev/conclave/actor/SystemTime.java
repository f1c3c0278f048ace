package dev.conclave.actor;

import akka.actor.typed.ActorSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The clocks of the machine, and a timer with one thread. Does not use Akka's scheduler, which ticks every 10 ms: a deadline
 * missed by that much makes a fail-over take twice as long. This timer sleeps until the next deadline, and a blocked dispatcher
 * does not delay it. Tasks of one instant share one timer: all leaders of a node send heartbeats at the same instants (R7), and
 * there may be thousands of them.
 */
public final class SystemTime implements Time {

    private static final Timer NONE = () -> {};

    private final ScheduledThreadPoolExecutor timer;
    private final Map<Long, Bell> bells = new ConcurrentHashMap<>();

    /** The tasks of one instant. The list is changed only within a change of the map. */
    private record Bell(Timer timer, List<Runnable> tasks) {}

    /** A timer whose thread ends with the actor system. */
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
    public Timer at(long instant, Runnable task) {
        bells.compute(instant, (when, known) -> {
            Bell bell = known != null ? known : new Bell(Time.super.at(when, () -> ring(when)), new ArrayList<>());
            bell.tasks().add(task);
            return bell;
        });
        return () -> cancel(instant, task);
    }

    private void cancel(long instant, Runnable task) {
        bells.computeIfPresent(instant, (when, bell) -> {
            bell.tasks().remove(task);
            if (!bell.tasks().isEmpty()) {
                return bell;
            }
            bell.timer().cancel();
            return null;
        });
    }

    private void ring(long instant) {
        Bell bell = bells.remove(instant);
        if (bell != null) {
            bell.tasks().forEach(Runnable::run);
        }
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
