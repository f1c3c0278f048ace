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
 * Idle low-priority threads that end last when the process is killed, so that freeing its memory does not compete for CPU with
 * the election of its successor. This is a hack for Linux; everything works without it.
 *
 * <p>When a process is killed, the last of its threads to end frees its memory at the priority of that thread: 5 to 15 ms of CPU
 * time for a small process, much more for a large one. All threads are woken at once to end, and those of low priority end last,
 * so one of these usually frees the memory.
 */
final class Undertakers {

    /** Several, since an idle CPU would run a single one first. */
    private static final int COUNT = 4;

    /** A tenth of the weight of other threads: enough to end on a busy machine too, in ten times the time. */
    private static final int NICE = 10;

    private static final int PRIO_PROCESS = 0;
    private static final int CALLING_THREAD = 0;

    private Undertakers() {}

    /** Starts the threads on Linux: daemons, which wait until the process ends or they are interrupted. */
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

    /** Lowers the priority of the calling thread alone, as Linux allows. */
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
            // There is no native library for this processor, or no directory to unpack it.
            return false;
        }
    }
}
