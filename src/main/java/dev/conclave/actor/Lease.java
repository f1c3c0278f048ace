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

    /** Both clocks at once, so that a reader never sees one of them renewed and the other not. */
    private record End(long nanos, long wallMillis) {}

    /**
     * A lease that is held.
     *
     * @param wallAheadMillis how far the wall clock was ahead of the other when the acknowledged round was sent
     * @param vouched whether the node can still vouch for its leaderships (R10)
     */
    Lease(PeerId leader, long term, long untilNanos, long wallAheadMillis, Time time, BooleanSupplier vouched) {
        this.leader = leader;
        this.term = term;
        this.time = time;
        this.vouched = vouched;
        this.end = end(untilNanos, wallAheadMillis);
    }

    private static End end(long untilNanos, long wallAheadMillis) {
        return new End(untilNanos, untilNanos / 1_000_000 + wallAheadMillis);
    }

    /**
     * How far the wall clock is ahead of the monotonic one. Both are read at nearly the same instant: a thread that is
     * stopped between the two readings would otherwise see a suspension where there was none.
     */
    static long wallAheadMillis(Time time) {
        long ahead = 0;
        long shortest = Long.MAX_VALUE;
        for (int tries = 0; tries < 5 && shortest > 1_000_000; tries++) {
            long before = time.nanoTime();
            long wall = time.wallMillis();
            long after = time.nanoTime();
            if (after - before < shortest) {
                shortest = after - before;
                ahead = wall - after / 1_000_000;
            }
        }
        return ahead;
    }

    /**
     * Called by the peer's actor only, also once it was told to end: a leader that hands over renews its lease while its
     * users stop (R9), and they may take that time.
     *
     * @param wallAheadMillis the least by which the wall clock was ahead of the other since the leader was elected. Measured
     *     anew at each renewal it would not count a suspension between a heartbeat round and its acknowledgement
     */
    void renew(long untilNanos, long wallAheadMillis) {
        end = end(untilNanos, wallAheadMillis);
    }

    /** Whether it was told to end. */
    boolean isFinished() {
        return finished;
    }

    /** Called by the peer's actor only: it is over, for good. */
    void finish() {
        finished = true;
    }

    /** Whether it lasts at this very moment. */
    public boolean holds() {
        return !finished && remainingNanos() > 0;
    }

    /**
     * How long it lasts from this very moment on, as far as it is renewed by now: counted on while its users stop, when
     * {@link #holds()} says no already. Zero once it is over by either clock, and once the node cannot vouch for it.
     */
    public long remainingNanos() {
        End now = end;
        long byNanos = now.nanos - time.nanoTime();
        long wallMillis = now.wallMillis - time.wallMillis();
        return byNanos > 0 && wallMillis > 0 && vouched.getAsBoolean() ? Math.min(byNanos, wallMillis * 1_000_000) : 0;
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
