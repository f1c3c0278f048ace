package dev.conclave.lifeline;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A monotonic clock that runs like the real one or stands still, and that a test can move. */
final class TestClock implements LongSupplier {

    private final AtomicLong ahead = new AtomicLong();
    private final AtomicLong readings = new AtomicLong();
    private volatile long stepNanos;
    private volatile boolean stopped;

    @Override
    public long getAsLong() {
        readings.incrementAndGet();
        return (stopped ? 0 : System.nanoTime()) + ahead.addAndGet(stepNanos);
    }

    /** From now on the clock advances only when it jumps. */
    synchronized void stop() {
        if (!stopped) {
            ahead.addAndGet(System.nanoTime());
            stopped = true;
        }
    }

    void jump(Duration by) {
        ahead.addAndGet(by.toNanos());
    }

    /** From now on the clock advances by this step with every reading. */
    void crawl(Duration step) {
        stepNanos = step.toNanos();
    }

    long readings() {
        return readings.get();
    }
}
