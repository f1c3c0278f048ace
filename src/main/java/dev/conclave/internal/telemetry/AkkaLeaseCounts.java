package dev.conclave.internal.telemetry;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Counts of Akka's leases on this node since it started. Updated and read from any thread, without a lock. */
public final class AkkaLeaseCounts {

    private final AtomicInteger held = new AtomicInteger();
    private final AtomicInteger waiting = new AtomicInteger();
    private final LongAdder refused = new LongAdder();
    private final LongAdder unanswered = new LongAdder();
    private final LongAdder lost = new LongAdder();

    /** Creates counts of zero. */
    public AkkaLeaseCounts() {}

    /** Changes the number of leases with an owner on this node. */
    public void held(int more) {
        held.addAndGet(more);
    }

    /** Changes the number of waiting calls of {@code acquire} on this node. */
    public void waiting(int more) {
        waiting.addAndGet(more);
    }

    /** Counts an acquire that was refused, because another owner held the lease. */
    public void refused() {
        refused.increment();
    }

    /** Counts an acquire that failed, because no majority could be reached in time. */
    public void unanswered() {
        unanswered.increment();
    }

    /** Counts a lease that its owner lost without having released it. */
    public void lost() {
        lost.increment();
    }

    /** The number of leases that have an owner on this node now. */
    public int allHeld() {
        return held.get();
    }

    /** The number of calls of {@code acquire} that wait on this node now. */
    public int allWaiting() {
        return waiting.get();
    }

    /** The number of acquires that were refused. */
    public long allRefused() {
        return refused.sum();
    }

    /** The number of acquires that failed because no majority could be reached. */
    public long allUnanswered() {
        return unanswered.sum();
    }

    /** The number of leases that were lost. */
    public long allLost() {
        return lost.sum();
    }
}
