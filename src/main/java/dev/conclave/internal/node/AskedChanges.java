package dev.conclave.internal.node;

import dev.conclave.status.ElectorateStatus.Asked;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The last changes of the electorate that this node was asked for in this life, and how they ended: a client whose request ended
 * before the change finds its outcome here. Thread-safe.
 */
public final class AskedChanges {

    /** How many are kept. */
    static final int MOST = 16;

    private static final String UNDER_WAY = "under-way";

    private final List<Asked> kept = new ArrayList<>();
    private long last;

    /**
     * Notes that a change is asked for.
     *
     * @param what the change, as the command line writes it
     * @param by the cause, in words
     * @param wallMillis the wall clock
     * @return its number, which is above all of former lives as long as the clock is not set back
     */
    public synchronized long begin(String what, String by, long wallMillis) {
        last = Math.max(last + 1, wallMillis);
        if (kept.size() == MOST) {
            // Of the one that is under way the outcome is still wanted.
            int oldest = kept.get(0).state().equals(UNDER_WAY) ? 1 : 0;
            kept.remove(oldest);
        }
        kept.add(new Asked(last, Instant.ofEpochMilli(wallMillis), what, by, UNDER_WAY, Optional.empty()));
        return last;
    }

    /**
     * Notes that a change has ended.
     *
     * @param why why it failed; empty if it was carried out
     */
    public synchronized void end(long id, Optional<String> why) {
        kept.replaceAll(asked -> asked.id() == id
                ? new Asked(id, asked.at(), asked.what(), asked.by(), why.isPresent() ? "failed" : "done", why)
                : asked);
    }

    /** Returns a copy, the newest last. */
    synchronized List<Asked> list() {
        return List.copyOf(kept);
    }
}
