package dev.conclave.bench.driver;

import java.time.Duration;

/** When the run has to be over, whatever it was doing. */
record Deadline(long nanos) {

    static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    Duration left() {
        return Duration.ofNanos(Math.max(0, nanos - System.nanoTime()));
    }

    boolean isOver() {
        return nanos - System.nanoTime() <= 0;
    }

    /** The time is up. */
    static final class OutOfTime extends Exception {
        private static final long serialVersionUID = 1;

        OutOfTime() {
            super("the time is up");
        }
    }
}
