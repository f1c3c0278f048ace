package dev.conclave.actor;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What one elected singleton has done on this node since the node began. Counted and read from any thread, without a lock. */
public final class SingletonCounts {

    private final AtomicInteger kept = new AtomicInteger();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder starts = new LongAdder();
    private final LongAdder restarts = new LongAdder();
    private final LongAdder stuck = new LongAdder();

    /** All zero. */
    public SingletonCounts() {}

    /** So many messages wait on this node until an instance is known to run. */
    public void keeps(int messages) {
        kept.set(messages);
    }

    /** A message was given up, since too many waited or the node ends. */
    public void dropped() {
        dropped.increment();
    }

    /** An instance begins on this node, the first one of a term or another. */
    public void started() {
        starts.increment();
    }

    /** It begins because the former one of the same term has ended by itself. */
    public void restarted() {
        restarts.increment();
    }

    /** An instance did not end in the time that it had. */
    public void stuck() {
        stuck.increment();
    }

    /** How many messages wait on this node just now. */
    public int kept() {
        return kept.get();
    }

    /** How many messages were given up. */
    public long allDropped() {
        return dropped.sum();
    }

    /** How many instances have begun. */
    public long allStarts() {
        return starts.sum();
    }

    /** How many of them have followed one that ended by itself. */
    public long allRestarts() {
        return restarts.sum();
    }

    /** How many did not end in time. */
    public long allStuck() {
        return stuck.sum();
    }
}
