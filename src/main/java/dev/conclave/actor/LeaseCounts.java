package dev.conclave.actor;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What has become of Akka's leases on this node since it began. Counted and read from any thread, without a lock. */
public final class LeaseCounts {

    private final AtomicInteger held = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final LongAdder refused = new LongAdder();
    private final LongAdder unanswered = new LongAdder();
    private final LongAdder lost = new LongAdder();

    /** All zero. */
    public LeaseCounts() {}

    /** So many more leases have an owner on this node; negative if fewer have. */
    public void held(int more) {
        held.addAndGet(more);
    }

    /** So many more calls of {@code acquire} wait on this node; negative if fewer do. */
    public void waiting(int more) {
        waiting.addAndGet(more);
    }

    /** An acquire was refused: another owner held the lease. */
    public void refused() {
        refused.increment();
    }

    /** An acquire has failed: no majority could be asked in its time. */
    public void unanswered() {
        unanswered.increment();
    }

    /** A lease was lost by its owner, which had not released it. */
    public void lost() {
        lost.increment();
    }

    /** How many leases have an owner on this node just now. */
    public int allHeld() {
        return held.get();
    }

    /** How many calls of {@code acquire} wait on this node just now. */
    public int allWaiting() {
        return waiting.get();
    }

    /** How many acquires were refused. */
    public long allRefused() {
        return refused.sum();
    }

    /** How many acquires have failed for want of a majority. */
    public long allUnanswered() {
        return unanswered.sum();
    }

    /** How many leases were lost. */
    public long allLost() {
        return lost.sum();
    }
}
