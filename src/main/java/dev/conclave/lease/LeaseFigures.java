package dev.conclave.lease;

import dev.conclave.actor.Insight;
import dev.conclave.actor.LeaseCounts;

/** The contribution of one lease to the metrics of all leases on this node. */
final class LeaseFigures {

    private final Insight insight;
    private final LeaseCounts counts;
    private int held;
    private int waiting;

    LeaseFigures(Insight insight) {
        this.insight = insight;
        this.counts = insight.leases();
    }

    /** Updates the state: whether an owner holds the lease, and how many owners wait for it. */
    void stands(boolean isHeld, int nowWaiting) {
        int nowHeld = isHeld ? 1 : 0;
        counts.held(nowHeld - held);
        counts.waiting(nowWaiting - waiting);
        held = nowHeld;
        waiting = nowWaiting;
    }

    void acquired(long tookNanos) {
        insight.instruments().leaseAcquired(tookNanos);
    }

    void refused() {
        counts.refused();
    }

    void lost() {
        counts.lost();
    }
}
