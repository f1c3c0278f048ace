package dev.conclave.node;

import com.kenai.jffi.Function;
import com.kenai.jffi.HeapInvocationBuffer;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.Library;
import com.kenai.jffi.Type;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Threads that do nothing but end last, at low priority, so that a killed process does not keep a processor from those who
 * elect its successor. This is a hack, for Linux only, and everything works without it.
 *
 * <p>When a process is killed, the last of its threads to end takes down its memory: 5 to 15 ms of processor time for a small
 * one, much more for a large one, and at the priority of that thread. All threads are woken at once to end, those of low
 * priority come last, and so it most often falls to one of these.
 */
final class Undertakers {

    /** Of one alone the other processor, if it is idle, makes the first. */
    private static final int COUNT = 4;

    /** A tenth of the weight of others: enough to come to an end on a busy machine too, in ten times the time. */
    private static final int NICE = 10;

    private static final int PRIO_PROCESS = 0;
    private static final int CALLING_THREAD = 0;

    private Undertakers() {}

    /** Starts them, where there are such priorities: daemons, which wait until the process ends or they are interrupted. */
    static List<Thread> hire() {
        if (!System.getProperty("os.name", "").equals("Linux")) {
            return List.of();
        }
        List<Thread> threads = Stream.generate(() -> new Thread(Undertakers::waitForTheEnd, "conclave-undertaker"))
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

    /** Of the calling thread alone, as Linux has it. */
    private static boolean lowerPriority() {
        try {
            long setpriority = Library.getDefault().getSymbolAddress("setpriority");
            if (setpriority == 0) {
                return false;
            }
            Function function = new Function(setpriority, Type.SINT32, Type.SINT32, Type.UINT32, Type.SINT32);
            HeapInvocationBuffer arguments = new HeapInvocationBuffer(function);
            arguments.putInt(PRIO_PROCESS);
            arguments.putInt(CALLING_THREAD);
            arguments.putInt(NICE);
            return Invoker.getInstance().invokeInt(function, arguments) == 0;
        } catch (LinkageError | RuntimeException e) {
            // No native library for this processor, or nowhere to unpack it.
            return false;
        }
    }
}
