package dev.conclave.explore.electorate;

/**
 * A choice of a complete search of a {@link Cluster}.
 *
 * @param what the event
 * @param node the node that it concerns, or the place of a message in flight
 * @param other another number: of a pending write, a node, a wish
 */
record ClusterAct(What what, int node, int other) {

    /** The events. */
    enum What {
        DELIVER,
        DROP,
        OBEY,
        FORCE,
        TICK,
        ROUND,
        CRASH,
        LOSE,
        START,
        WISH,
        HAND_OVER,
        WRITE,
        PROOF,
        PASS
    }
}
