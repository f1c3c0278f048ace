package dev.conclave.judge;

import dev.conclave.core.PeerId;
import dev.conclave.core.Terms;

/**
 * The interval in which one peer led one term: from the announcement of the leadership until its end (exclusive).
 *
 * @param life which life of the peer, counted from 0
 * @param from when it was announced, at the latest
 * @param until when it ended; {@link #OPEN} if no event shows an end
 */
public record LeadershipInterval(PeerId peer, int life, long term, long from, long until) {

    /** The end of a leadership that still lasts at the end of the log. */
    public static final long OPEN = Long.MAX_VALUE;

    /** Whether there is an instant at which both leaderships last. */
    boolean overlaps(LeadershipInterval other) {
        return Math.max(from, other.from) < Math.min(until, other.until);
    }

    boolean covers(long instant) {
        return from <= instant && instant < until;
    }

    @Override
    public String toString() {
        return peer + " in term " + Terms.show(term);
    }
}
