package dev.conclave.actor;

import dev.conclave.core.Peer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The one timer of an actor. One that rings too early does no harm, so it is set anew only for an earlier instant. Used on the
 * thread of its actor.
 */
final class Alarm {

    private final Time time;
    private final Runnable ring;

    private Time.@Nullable Timer timer;
    private long at = Peer.NEVER;

    /**
     * An alarm that is not set.
     *
     * @param ring run on a thread of the timer's own: it must only send a message, upon which the actor calls {@link #rang}
     */
    Alarm(Time time, Runnable ring) {
        this.time = time;
        this.ring = ring;
    }

    /** Rings at this instant of {@link Time#nanoTime()} at the latest; {@link Peer#NEVER} asks for nothing. */
    void setFor(long instant) {
        if (instant == Peer.NEVER || (timer != null && at <= instant)) {
            return;
        }
        cancel();
        long now = time.nanoTime();
        at = instant;
        timer = time.after(Duration.ofNanos(instant <= now ? 0 : instant - now), ring);
    }

    /** It has rung and is not set any more. */
    void rang() {
        timer = null;
        at = Peer.NEVER;
    }

    /** It will not ring, unless it is just doing so. */
    void cancel() {
        if (timer != null) {
            timer.cancel();
        }
    }
}
