package dev.conclave.node.exec;

import dev.conclave.Leadership;
import dev.conclave.Register;
import java.time.Duration;
import java.util.Optional;

/** A leadership whose lease a test ends. */
final class TestLeadership implements Leadership {

    static final long TOKEN = 7;

    private volatile Duration kept;
    private volatile long until;

    /** A leadership whose lease is renewed all the time, so that this much of it is always left. */
    TestLeadership(Duration kept) {
        this.kept = kept;
    }

    /** From now on this much of the lease is always left. */
    void keep(Duration left) {
        kept = left;
    }

    /** Renews the lease for the last time. */
    void endAfter(Duration lease) {
        until = System.nanoTime() + lease.toNanos();
        kept = Duration.ZERO;
    }

    /** The end of the lease. */
    long until() {
        return until;
    }

    @Override
    public String election() {
        return "orders";
    }

    @Override
    public long fencingToken() {
        return TOKEN;
    }

    @Override
    public Register register() {
        return new Register(Optional.empty(), 0, 0, true, Duration.ZERO);
    }

    @Override
    public boolean holds() {
        return !leaseRemaining().isZero();
    }

    @Override
    public Duration leaseRemaining() {
        Duration left = kept;
        return left.isZero() ? Duration.ofNanos(Math.max(until - System.nanoTime(), 0)) : left;
    }
}
