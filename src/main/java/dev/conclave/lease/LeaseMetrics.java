package dev.conclave.lease;

import dev.conclave.internal.node.Telemetry;
import dev.conclave.internal.telemetry.AkkaLeaseCounts;

/** Adds the state of one lease to the counts of all leases on this node. */
final class LeaseMetrics {

    private final Telemetry telemetry;
    private final AkkaLeaseCounts counts;
    private int held;
    private int waiting;

    LeaseMetrics(Telemetry telemetry) {
        this.telemetry = telemetry;
        this.counts = telemetry.leases();
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
        telemetry.instruments().leaseAcquired(tookNanos);
    }

    void refused() {
        counts.refused();
    }

    void lost() {
        counts.lost();
    }
}
