package dev.conclave.actor;

import dev.conclave.core.Peer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The only timer of an actor. A timer that fires too early does no harm, so it is reset only for an earlier instant. Used on the
 * thread of its actor.
 */
final class WakeUpTimer {

    private final Time time;
    private final Runnable ring;

    private Time.@Nullable Timer timer;
    private long at = Peer.NEVER;

    /**
     * An alarm that is not set.
     *
     * @param ring runs on the timer's thread: it must only send a message; on that message the actor calls {@link #rang}
     */
    WakeUpTimer(Time time, Runnable ring) {
        this.time = time;
        this.ring = ring;
    }

    /** Sets the alarm to fire at this instant of {@link Time#nanoTime()} or earlier; {@link Peer#NEVER} sets nothing. */
    void setFor(long instant) {
        if (instant == Peer.NEVER || (timer != null && at <= instant)) {
            return;
        }
        cancel();
        long now = time.nanoTime();
        at = instant;
        timer = time.after(Duration.ofNanos(instant <= now ? 0 : instant - now), ring);
    }

    /** The alarm has fired and is no longer set. */
    void rang() {
        timer = null;
        at = Peer.NEVER;
    }

    /** Cancels the alarm, unless it is just firing. */
    void cancel() {
        if (timer != null) {
            timer.cancel();
        }
    }
}
