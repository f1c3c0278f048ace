package dev.conclave.internal.telemetry;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.status.Change;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The last changes of a node's elections, {@value #MOST} at most. Thread-safe; the protocol's thread waits for a copy of the list
 * at most.
 */
public final class ChangeHistory {

    /** The maximum number of changes that are kept. */
    public static final int MOST = 1000;

    private final Deque<Change> kept = new ArrayDeque<>();
    private long newest;
    private long forgotten;

    /** Creates an empty history. */
    public ChangeHistory() {}

    /**
     * Adds a change.
     *
     * @param wallMillis when it happened, by the wall clock
     * @param what {@link Change#what()}
     * @param reason {@link Change#reason()}
     */
    public synchronized void add(
            long wallMillis,
            ElectionName election,
            String what,
            long term,
            Optional<PeerId> leader,
            String cause,
            Optional<String> reason) {
        // From the wall clock, so that a reader that resumes after a restart of this node misses nothing.
        newest = Math.max(newest + 1, wallMillis * 1000);
        kept.addLast(new Change(
                newest,
                Instant.ofEpochMilli(wallMillis),
                election.value(),
                what,
                term,
                leader.map(PeerId::toString),
                cause,
                reason));
        if (kept.size() > MOST) {
            forgotten = kept.removeFirst().id();
        }
        notifyAll();
    }

    /** The id of the newest change; 0 before the first. */
    public synchronized long newest() {
        return newest;
    }

    /** Returns the kept changes that match, the newest last. */
    public synchronized List<Change> matching(Predicate<Change> wanted) {
        return kept.stream().filter(wanted).toList();
    }

    /** Returns the kept changes with a higher id, the newest last. */
    public synchronized List<Change> after(long id) {
        return newest <= id ? List.of() : matching(change -> change.id() > id);
    }

    /** Whether changes after this id are no longer kept. */
    public synchronized boolean hasForgotten(long id) {
        return forgotten > id;
    }

    /**
     * Waits until there is a change with a higher id, at most for the given time.
     *
     * @return whether there is one
     */
    public synchronized boolean await(long id, long millis) throws InterruptedException {
        long until = System.nanoTime() + millis * 1_000_000;
        long left = millis;
        while (newest <= id && left > 0) {
            wait(left);
            left = (until - System.nanoTime()) / 1_000_000;
        }
        return newest > id;
    }
}
