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

    /** Lets time pass, as far as there is any. */
    void rest(Duration time) throws OutOfTime {
        long until = System.nanoTime() + time.toNanos();
        while (until - System.nanoTime() > 0) {
            if (isOver()) {
                throw new OutOfTime();
            }
            try {
                Thread.sleep(Math.max(1, Math.min(200, (until - System.nanoTime()) / 1_000_000)));
            } catch (InterruptedException e) {
                throw new OutOfTime();
            }
        }
    }

    /** The time is up. */
    static final class OutOfTime extends Exception {
        private static final long serialVersionUID = 1;

        OutOfTime() {
            super("the time is up");
        }
    }
}
