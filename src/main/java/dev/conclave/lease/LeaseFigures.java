package dev.conclave.lease;

import dev.conclave.actor.Insight;
import dev.conclave.actor.LeaseCounts;

/** What one lease adds to the counts of all leases of this node. */
final class LeaseFigures {

    private final Insight insight;
    private final LeaseCounts counts;
    private int held;
    private int waiting;

    LeaseFigures(Insight insight) {
        this.insight = insight;
        this.counts = insight.leases();
    }

    /** How it stands now: whether an owner has it, and how many wait for it. */
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
