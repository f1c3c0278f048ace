package dev.conclave.judge;

import dev.conclave.core.ElectionName;

/**
 * A safety property that the events of a trial have broken.
 *
 * @param promise the promise
 * @param story a description for people
 */
public record Violation(Promise promise, ElectionName election, String story) {

    /** The safety properties. */
    public enum Promise {
        /** At most one leadership per term, in one life, with one beginning and one end. */
        S1,
        /** A peer's terms never go back, as far as its events show. */
        S2,
        /** At no instant do two leaderships last. */
        S3,
        /** Terms grow in the order of leaderships. */
        S4
    }

    @Override
    public String toString() {
        return promise + " broken in election \"" + election + "\": " + story;
    }
}
