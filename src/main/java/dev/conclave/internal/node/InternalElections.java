package dev.conclave.internal.node;

import dev.conclave.core.ElectionName;

/**
 * The requests of other packages of Conclave to a node beyond the public API. They concern Conclave's own elections, such as those
 * behind leases: applications cannot join them, they do not affect readiness and are not listed in JMX.
 *
 * @param <E> the public type of an election, which this package does not know
 */
public interface InternalElections<E> {

    /** Returns a handle on one of these elections. The first call on the handle joins the election. */
    E own(ElectionName election);

    /**
     * Starts or stops observing one of these elections, without making this node a candidate or withdrawing it. Each call with
     * true needs one with false.
     */
    void observe(ElectionName election, boolean begins);
}
