package dev.conclave.judge;

import dev.conclave.core.ElectionName;

/**
 * A promise that was broken.
 *
 * @param promise which
 * @param story what happened, for people
 */
public record Violation(Promise promise, ElectionName election, String story) {

    /** What must always hold. */
    public enum Promise {
        /** At most one leader per term, and a term is led once, in one life: it begins once, and ends once, after that. */
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
