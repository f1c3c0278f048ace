package dev.conclave.actor;

import dev.conclave.core.PeerId;
import java.util.function.BooleanSupplier;

/**
 * An announced leadership of this very node, for whoever asks whether it still lasts. Written by one {@link PeerActor}, read
 * from any thread without a lock: the answer is made of the clock at the moment of the question, so it is right the moment
 * after a pause, before anything else has happened (R14).
 *
 * <p>It lasts until its end by the monotonic clock or by the wall clock, whichever comes first: the monotonic clock may stand
 * still while a virtual machine is suspended, and then the others have elected somebody else.
 */
public final class Lease {

    private final PeerId leader;
    private final long term;
    private final Time time;
    private final BooleanSupplier vouched;

    private volatile End end;
    private volatile boolean finished;
    private volatile boolean released;

    /** By both clocks at once, so that a reader never sees one of them renewed and the other not; see {@link Suspensions}. */
    record End(long nanos, long wallMillis) {}

    /**
     * A lease that is held.
     *
     * @param vouched whether the node can still vouch for its leaderships (R10)
     */
    Lease(PeerId leader, long term, End end, Time time, BooleanSupplier vouched) {
        this.leader = leader;
        this.term = term;
        this.time = time;
        this.vouched = vouched;
        this.end = end;
    }

    /**
     * Called by the peer's actor only, also once it was told to end: a leader that hands over renews its lease while its
     * users stop (R9), and they may take that time.
     */
    void renew(End later) {
        end = later;
    }

    /** Whether it was told to end. */
    boolean isFinished() {
        return finished;
    }

    /** Called by the peer's actor only: it is over, for good. */
    void finish() {
        finished = true;
    }

    /** Called by the peer's actor only: another node may lead from now on, whatever is left of it. */
    void release() {
        finished = true;
        released = true;
    }

    /** Whether it lasts at this very moment. */
    public boolean holds() {
        return !finished && remainingNanos() > 0;
    }

    /**
     * How long it lasts from this very moment on, as far as it is renewed by now: counted on while its users stop, when
     * {@link #holds()} says no already. Zero once it is over by either clock, once it is released, and once the node cannot vouch for it.
     */
    public long remainingNanos() {
        End now = end;
        long byNanos = now.nanos - time.nanoTime();
        long wallMillis = now.wallMillis - time.wallMillis();
        return !released && byNanos > 0 && wallMillis > 0 && vouched.getAsBoolean()
                ? Math.min(byNanos, wallMillis * 1_000_000)
                : 0;
    }

    /** Whether the wall clock says that it is over although the monotonic one does not: this process was suspended. */
    boolean wasSuspended() {
        End now = end;
        return !finished && time.wallMillis() >= now.wallMillis && time.nanoTime() < now.nanos;
    }

    /** Who leads: this node. */
    public PeerId leader() {
        return leader;
    }

    /** The fencing token. */
    public long term() {
        return term;
    }

    /** The end of the lease on {@link Time#nanoTime()}, as far as it is known now. */
    public long untilNanos() {
        return end.nanos;
    }
}
