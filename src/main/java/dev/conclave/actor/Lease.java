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

    /** Both clocks at once, so that a reader never sees one of them renewed and the other not. */
    private record End(long nanos, long wallMillis) {}

    private static final End NEVER_HELD = new End(Long.MIN_VALUE, Long.MIN_VALUE);

    /**
     * A lease that is held.
     *
     * @param vouched whether the node can still vouch for its leaderships (R10)
     */
    Lease(PeerId leader, long term, long untilNanos, Time time, BooleanSupplier vouched) {
        this.leader = leader;
        this.term = term;
        this.time = time;
        this.vouched = vouched;
        this.end = end(untilNanos);
    }

    private End end(long untilNanos) {
        return new End(untilNanos, time.wallMillis() + (untilNanos - time.nanoTime()) / 1_000_000);
    }

    /** Called by the peer's actor only. */
    void renew(long untilNanos) {
        if (!end.equals(NEVER_HELD)) {
            end = end(untilNanos);
        }
    }

    /** Called by the peer's actor only: it is over, for good. */
    void finish() {
        end = NEVER_HELD;
    }

    /** Whether it lasts at this very moment. */
    public boolean holds() {
        End now = end;
        return time.nanoTime() < now.nanos && time.wallMillis() < now.wallMillis && vouched.getAsBoolean();
    }

    /** Whether the wall clock says that it is over although the monotonic one does not: this process was suspended. */
    boolean wasSuspended() {
        End now = end;
        return !now.equals(NEVER_HELD) && time.wallMillis() >= now.wallMillis && time.nanoTime() < now.nanos;
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
