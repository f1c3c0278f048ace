package dev.conclave.node.run;

import java.util.stream.Stream;

/**
 * On SIGTERM and Ctrl-C: exits with 0 after an orderly shutdown. The JVM itself would exit with 143 or 130, which looks like a
 * failure.
 */
public final class SignalHook {

    private final Thread hook;

    private SignalHook(Runnable leave) {
        hook = new Thread(
                () -> {
                    if (!isExiting()) {
                        leave.run();
                        Runtime.getRuntime().halt(0);
                    }
                },
                "conclave-node-exit");
    }

    /** Runs the shutdown at a signal, until the returned hook is removed. */
    public static SignalHook install(Runnable leave) {
        SignalHook installed = new SignalHook(leave);
        Runtime.getRuntime().addShutdownHook(installed.hook);
        return installed;
    }

    /** Whether a thread ends this process with a code of its own, as Akka does after a fatal error; a signal has no such thread. */
    private static boolean isExiting() {
        return Thread.getAllStackTraces().values().stream()
                .flatMap(Stream::of)
                .anyMatch(frame -> frame.getClassName().equals(Runtime.class.getName())
                        && frame.getMethodName().equals("exit"));
    }

    /** From now on the process ends with the exit code of its command. */
    public void remove() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyEnding) {
            // The hook is already running, and ends this process.
        }
    }
}
