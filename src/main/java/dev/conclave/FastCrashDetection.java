package dev.conclave;

import dev.conclave.lifeline.LifelineThread;
import dev.conclave.lifeline.LowPriorityMemoryRelease;
import java.io.IOException;

/**
 * Lets the other nodes notice a crash of this process within milliseconds, however much memory it uses. Linux only; elsewhere
 * nothing happens, and everything works without it.
 *
 * <p>The other nodes learn of a crash from the kernel, which closes the connections of the dead process (rule R10). Linux frees
 * the memory of a killed process first, at about 0.1 ms for each resident megabyte, and on a busy machine this competes for
 * processor time with the election of the successor. After {@link #enable()} the connections of Conclave's lifelines end
 * first, and the memory is freed at low priority.
 *
 * <p>Call {@link #enable()} as the first statement of {@code main}, before any file or socket is opened.
 */
public final class FastCrashDetection {

    private FastCrashDetection() {}

    /**
     * Starts the thread of Conclave's lifelines with a file table of its own, and four idle threads of low priority. The first
     * actor system of this process that uses lifelines takes that thread; further actor systems have ordinary ones.
     *
     * <p>Files and sockets that are open at this moment stay open until the process ends, even if the application closes them: a
     * peer of a connection that is already open would not notice that it was closed. That is why this belongs at the beginning of
     * {@code main}. A second call does nothing.
     *
     * <p>On JDK 24 and later the JVM warns about native access unless it is started with
     * {@code --enable-native-access=ALL-UNNAMED}.
     *
     * @return whether crashes are noticed before the memory is freed; false on other systems than Linux, if jffi is not on the
     *     class path (Akka's cluster modules bring it along), and if a container forbids the system calls {@code unshare} and
     *     {@code close_range}
     */
    public static boolean enable() {
        return Threads.STARTED;
    }

    /** Starts the threads once: the JVM initializes this class only once. */
    private static final class Threads {
        private static final boolean STARTED = start();

        private static boolean start() {
            var unused = LowPriorityMemoryRelease.start();
            try {
                return LifelineThread.prepareWithOwnFileTable();
            } catch (IOException noSelector) {
                // The actor system's own start reports the same, and has a log to do so.
                return false;
            }
        }
    }
}
