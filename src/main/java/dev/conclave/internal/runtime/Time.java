package dev.conclave.internal.runtime;

import java.time.Duration;

/**
 * The clock and the timer of a node, its only source of time; replaced in tests.
 *
 * <p>All methods may be called from any thread.
 */
public interface Time {

    /** The time of a monotonic clock in nanoseconds, like {@link System#nanoTime()}. */
    long nanoTime();

    /**
     * The time of the wall clock in milliseconds. Used only to detect that it ran ahead of the monotonic one (a suspended
     * virtual machine).
     */
    long wallMillis();

    /** Runs a task once, after a delay, on the timer's thread: it must only send a message. */
    Timer after(Duration delay, Runnable task);

    /** A task that was scheduled and can be cancelled. */
    interface Timer {
        /** Cancels the task, unless it has run. */
        void cancel();
    }
}
