package dev.conclave.internal.runtime;

import dev.conclave.core.peer.Peer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The only timer of an actor, which wakes it at an instant of its choice. A timer that fires too early does no harm, so it is
 * reset only for an earlier instant. Used on the thread of its actor.
 */
public final class WakeUpTimer {

    private final Time time;
    private final Runnable ring;

    private Time.@Nullable Timer timer;
    private long at = Peer.NEVER;

    /**
     * Creates a timer that is not set.
     *
     * @param ring runs on the timer's thread: it must only send a message; on that message the actor calls {@link #rang}
     */
    public WakeUpTimer(Time time, Runnable ring) {
        this.time = time;
        this.ring = ring;
    }

    /** Sets the timer to fire at this instant of {@link Time#nanoTime()} or earlier; {@link Peer#NEVER} sets nothing. */
    public void setFor(long instant) {
        if (instant == Peer.NEVER || (timer != null && at <= instant)) {
            return;
        }
        cancel();
        long now = time.nanoTime();
        at = instant;
        timer = time.after(Duration.ofNanos(instant <= now ? 0 : instant - now), ring);
    }

    /** Notes that the timer has fired and is no longer set. */
    public void rang() {
        timer = null;
        at = Peer.NEVER;
    }

    /** Cancels the timer, unless it is just firing. */
    public void cancel() {
        if (timer != null) {
            timer.cancel();
        }
    }
}
