package dev.conclave.actor;

import java.time.Duration;

/**
 * Clock and timer, the one small port through which time comes in. Tests bring their own.
 *
 * <p>All methods may be called from any thread.
 */
public interface Time {

    /** A monotonic clock in nanoseconds, as {@link System#nanoTime()}. */
    long nanoTime();

    /** The wall clock in milliseconds. It is asked only whether it ran ahead of the other (a suspended virtual machine). */
    long wallMillis();

    /** Runs something once, after a delay, on a thread of the timer's own: it must only send a message. */
    Timer after(Duration delay, Runnable task);

    /** Something that was asked to run later. */
    interface Timer {
        /** Does nothing if it has run. */
        void cancel();
    }
}
