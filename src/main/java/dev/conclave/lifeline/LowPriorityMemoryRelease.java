package dev.conclave.lifeline;

import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Idle low-priority threads that end last when the process is killed, so that freeing its memory does not compete for CPU with
 * the election of its successor. This is a hack for Linux; everything works without it.
 *
 * <p>When a process is killed, the last of its threads to end frees its memory at the priority of that thread: 5 to 15 ms of CPU
 * time for a small process, much more for a large one. All threads are woken at once to end, and those of low priority end last,
 * so one of these usually frees the memory.
 */
public final class LowPriorityMemoryRelease {

    /** The number of threads: several, since an idle CPU would run a single one first. */
    private static final int COUNT = 4;

    /**
     * The nice value of the threads, with a tenth of the weight of other threads: enough to end on a busy machine too, in ten
     * times the time.
     */
    private static final int NICE = 10;

    private static final int PRIO_PROCESS = 0;
    private static final int CALLING_THREAD = 0;

    private LowPriorityMemoryRelease() {}

    /** Starts the threads on Linux: daemons, which wait until the process ends or they are interrupted. */
    public static List<Thread> start() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return List.of();
        }
        List<Thread> threads = Stream.generate(
                        () -> new Thread(LowPriorityMemoryRelease::waitForTheEnd, "conclave-reaper"))
                .limit(COUNT)
                .toList();
        threads.forEach(thread -> thread.setDaemon(true));
        threads.forEach(Thread::start);
        return threads;
    }

    private static void waitForTheEnd() {
        boolean isLow = lowerPriority();
        while (isLow && !Thread.currentThread().isInterrupted()) {
            LockSupport.park();
        }
    }

    /** Lowers the priority of the calling thread alone, as Linux allows. */
    private static boolean lowerPriority() {
        return NativeCalls.call("setpriority", PRIO_PROCESS, CALLING_THREAD, NICE);
    }
}
