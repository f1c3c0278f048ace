package dev.conclave.bench.peer;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Asks a member again and again whether it leads, as an application would, and tells what it answered after the whole
 * process had been stopped: for how long does one who was replaced go on believing?
 */
public final class Belief implements Runnable {

    /** A pause between two looks that only a stopped process makes. */
    private static final long STOPPED_NANOS = 400_000_000;

    private static final long LONGEST_BELIEF_NANOS = 60_000_000_000L;

    private final BooleanSupplier leads;
    private final Announcer announcer;

    private Belief(BooleanSupplier leads, Announcer announcer) {
        this.leads = leads;
        this.announcer = announcer;
    }

    /** Watches from a thread of its own, for the life of the process. */
    public static void watch(BooleanSupplier leads, Announcer announcer) {
        Thread thread = new Thread(new Belief(leads, announcer), "bench-belief");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        long last = System.nanoTime();
        while (true) {
            LockSupport.parkNanos(1_000_000);
            // The question before the instant: what was asked before a pause must not count as asked after it.
            long asked = System.nanoTime();
            boolean believes = leads.getAsBoolean();
            long answered = System.nanoTime();
            if (answered - last > STOPPED_NANOS) {
                if (answered - asked > STOPPED_NANOS) {
                    // Stopped in the middle of the question: nobody knows before or after which.
                    believes = leads.getAsBoolean();
                    answered = System.nanoTime();
                }
                tell(answered, believes);
            }
            last = System.nanoTime();
        }
    }

    private void tell(long firstLook, boolean believed) {
        long until = 0;
        boolean believes = believed;
        long now = firstLook;
        while (believes && now - firstLook < LONGEST_BELIEF_NANOS) {
            until = now;
            LockSupport.parkNanos(100_000);
            believes = leads.getAsBoolean();
            now = System.nanoTime();
        }
        announcer.woke(firstLook, until);
    }
}
