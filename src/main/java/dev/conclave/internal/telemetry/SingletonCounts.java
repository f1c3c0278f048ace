package dev.conclave.internal.telemetry;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts of one elected singleton on this node since the node started. Updated and read from any thread, without a lock. */
public final class SingletonCounts {

    private final AtomicInteger kept = new AtomicInteger();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder starts = new LongAdder();
    private final LongAdder restarts = new LongAdder();
    private final LongAdder stuck = new LongAdder();

    /** Creates counts of zero. */
    public SingletonCounts() {}

    /** Sets how many messages are buffered on this node. */
    public void keeps(int messages) {
        kept.set(messages);
    }

    /** Counts a buffered message that was dropped, because the buffer was full or the node ends. */
    public void dropped() {
        dropped.increment();
    }

    /** Counts an instance that starts on this node. */
    public void started() {
        starts.increment();
    }

    /** Counts an instance that starts because the previous one of the same term ended by itself. */
    public void restarted() {
        restarts.increment();
    }

    /** Counts an instance that could not be stopped in time. */
    public void stuck() {
        stuck.increment();
    }

    /** The number of messages that are buffered on this node now. */
    public int kept() {
        return kept.get();
    }

    /** The number of buffered messages that were dropped. */
    public long allDropped() {
        return dropped.sum();
    }

    /** The number of instances that were started. */
    public long allStarts() {
        return starts.sum();
    }

    /** The number of instances that were started after another one of the same term ended by itself. */
    public long allRestarts() {
        return restarts.sum();
    }

    /** The number of instances that could not be stopped in time. */
    public long allStuck() {
        return stuck.sum();
    }
}
