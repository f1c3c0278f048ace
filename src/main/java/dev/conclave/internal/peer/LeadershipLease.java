package dev.conclave.internal.peer;

import dev.conclave.core.PeerId;
import dev.conclave.core.RegisterEntry;
import dev.conclave.internal.runtime.Time;
import java.util.function.BooleanSupplier;

/**
 * The lease of an announced leadership of this node. Written by one {@link PeerActor}, read from any thread without a lock:
 * whether it lasts is computed from the clock at each call, so the result is correct right after a pause of the process (R14).
 *
 * <p>It lasts until its end by the monotonic clock or by the wall clock, whichever comes first: the monotonic clock may stand
 * still while a virtual machine is suspended, and meanwhile the others may elect another leader.
 */
public final class LeadershipLease {

    private final PeerId leader;
    private final long term;
    private final RegisterEntry found;
    private final Time time;
    private final BooleanSupplier vouched;

    private volatile End end;
    private volatile boolean finished;
    private volatile boolean released;

    /** The end by both clocks in one object, so that a reader never sees only one of them renewed; see {@link SuspensionDetector}. */
    record End(long nanos, long wallMillis) {}

    /**
     * Creates a lease that is held.
     *
     * @param found what the register held when the leadership began (U3)
     * @param vouched whether the node's leaderships are still valid (R10)
     */
    LeadershipLease(PeerId leader, long term, RegisterEntry found, End end, Time time, BooleanSupplier vouched) {
        this.leader = leader;
        this.term = term;
        this.found = found;
        this.time = time;
        this.vouched = vouched;
        this.end = end;
    }

    /**
     * Renews the lease. Called by the peer's actor only, also after the leadership was told to end: a leader that hands over
     * renews its lease while its users stop (R9).
     */
    void renew(End later) {
        end = later;
    }

    /** Whether the leadership was told to end. */
    boolean isFinished() {
        return finished;
    }

    /** Ends the leadership for good: {@link #holds()} returns false from now on. Called by the peer's actor only. */
    void finish() {
        finished = true;
    }

    /** Releases the lease: another node may lead from now on, before the end of the lease. Called by the peer's actor only. */
    void release() {
        finished = true;
        released = true;
    }

    /** Whether the leadership holds at this moment. */
    public boolean holds() {
        return !finished && remainingNanos() > 0;
    }

    /**
     * How long the lease lasts from now on without further renewal, in nanoseconds. Continues to count down while users stop,
     * when {@link #holds()} already returns false. Zero once it is over by either clock, once it is released, and once the
     * node's leaderships are void.
     */
    public long remainingNanos() {
        End now = end;
        long byNanos = now.nanos - time.nanoTime();
        long wallMillis = now.wallMillis - time.wallMillis();
        return !released && byNanos > 0 && wallMillis > 0 && vouched.getAsBoolean()
                ? Math.min(byNanos, wallMillis * 1_000_000)
                : 0;
    }

    /** Whether the lease is over by the wall clock but not by the monotonic one: this machine was suspended. */
    boolean wasSuspended() {
        End now = end;
        return !finished && time.wallMillis() >= now.wallMillis && time.nanoTime() < now.nanos;
    }

    /** The leader that holds the lease: this node. */
    public PeerId leader() {
        return leader;
    }

    /** The fencing token of the leadership. */
    public long term() {
        return term;
    }

    /** The content of the register when the leadership began (U3). */
    public RegisterEntry found() {
        return found;
    }

    /** The end of the lease on {@link Time#nanoTime()}, without further renewal. */
    public long untilNanos() {
        return end.nanos;
    }
}
