package dev.conclave.internal.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Both clocks and the timer by hand: nothing moves unless a test says so. */
public final class ManualClock implements Time {

    private long nanos = 1_000_000_000L;
    private long wallMillis = 1_700_000_000_000L;
    private final List<Due> timers = new ArrayList<>();

    private record Due(long at, Runnable task) {}

    @Override
    public synchronized long nanoTime() {
        return nanos;
    }

    @Override
    public synchronized long wallMillis() {
        return wallMillis;
    }

    @Override
    public synchronized Timer after(Duration delay, Runnable task) {
        Due due = new Due(nanos + delay.toNanos(), task);
        timers.add(due);
        return () -> {
            synchronized (this) {
                timers.remove(due);
            }
        };
    }

    /** Both clocks go on. Runs what is due at the instant it is due, and {@code afterEach} after each. */
    public void advance(Duration by, Runnable afterEach) {
        long until = nanoTime() + by.toNanos();
        for (Runnable task = next(until); task != null; task = next(until)) {
            task.run();
            afterEach.run();
        }
        moveTo(until);
    }

    /** The process is not run for a while: both clocks go on and no timer rings. */
    public synchronized void pause(Duration length) {
        moveTo(nanos + length.toNanos());
    }

    /** The virtual machine is suspended: only the wall clock goes on. */
    public synchronized void suspend(Duration length) {
        wallMillis += length.toMillis();
    }

    /** Turns the monotonic clock back, as no correct clock does. */
    public synchronized void turnBack(Duration by) {
        nanos -= by.toNanos();
    }

    private synchronized @Nullable Runnable next(long until) {
        Due first = timers.stream()
                .filter(due -> due.at <= until)
                .min(Comparator.comparingLong(Due::at))
                .orElse(null);
        if (first == null) {
            return null;
        }
        timers.remove(first);
        moveTo(Math.max(nanos, first.at));
        return first.task;
    }

    private synchronized void moveTo(long to) {
        wallMillis += (to - nanos) / 1_000_000;
        nanos = to;
    }
}
