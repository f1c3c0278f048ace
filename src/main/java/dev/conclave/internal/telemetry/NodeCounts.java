package dev.conclave.internal.telemetry;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts of a node since it started that are kept whether a meter is attached or not. Updated and read from any thread. */
public final class NodeCounts {

    private final Map<String, LongAdder> dropped = new ConcurrentHashMap<>();
    private volatile Forces forces = new Forces(0, 0, 0);

    /**
     * The writes of the journal.
     *
     * @param count how many batches were forced
     * @param lastNanos how long the last took
     * @param longestNanos how long the longest took
     */
    public record Forces(long count, long lastNanos, long longestNanos) {}

    /** Creates counts of zero. */
    public NodeCounts() {}

    void dropped(String reason) {
        dropped.computeIfAbsent(reason, none -> new LongAdder()).increment();
    }

    synchronized void forced(long tookNanos) {
        forces = new Forces(forces.count + 1, tookNanos, Math.max(tookNanos, forces.longestNanos));
    }

    /** How many messages and frames were dropped, by reason. A copy. */
    public Map<String, Long> allDropped() {
        Map<String, Long> copy = new TreeMap<>();
        dropped.forEach((reason, count) -> copy.put(DropReasons.tag(reason), count.sum()));
        return copy;
    }

    /** The writes of the journal. */
    public Forces forces() {
        return forces;
    }
}
