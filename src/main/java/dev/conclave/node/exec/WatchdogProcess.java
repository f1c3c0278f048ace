package dev.conclave.node.exec;

import dev.conclave.node.cli.ProgramFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The peer's side of a {@link Watchdog}, which serves one run of the command. It is started before the run, since a JVM takes too
 * long to start when a leadership begins.
 */
final class WatchdogProcess {

    private static final List<String> SHELL =
            List.of("setsid", "sh", "-c", "trap '' HUP INT TERM; exec \"$@\"", "conclave-node-watchdog");

    /**
     * A small JVM that starts soon and has little to do: it compiles nothing, and its own housekeeping, which would take half of
     * its processor time, is switched off.
     */
    private static final List<String> OPTIONS = List.of(
            "-XX:+IgnoreUnrecognizedVMOptions",
            "-XX:+UnlockDiagnosticVMOptions",
            "-Xshare:auto",
            "-Xint",
            "-XX:+UseSerialGC",
            "-Xmx8m",
            "-Xss256k",
            "-XX:-UsePerfData",
            "-XX:GuaranteedSafepointInterval=0",
            "-XX:AsyncDeflationInterval=0");

    /** Variables from which a JVM reads further options. */
    private static final List<String> JVM_VARIABLES = List.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS");

    private final Process process;
    private final Thread reader = new Thread(this::read, "conclave-node-watchdog");
    private boolean ready;
    private volatile long inForce;

    private WatchdogProcess(Process process) {
        this.process = process;
    }

    static WatchdogProcess start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(SHELL));
        builder.command()
                .add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        builder.command().addAll(OPTIONS);
        builder.command().addAll(List.of("-cp", ProgramFiles.code().toString(), Watchdog.class.getName()));
        builder.environment().keySet().removeAll(JVM_VARIABLES);
        WatchdogProcess started = new WatchdogProcess(builder.start());
        started.reader.setDaemon(true);
        started.reader.start();
        return started;
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                heard(line);
            }
        } catch (IOException gone) {
            // The process has ended, which isAlive() shows.
        }
        wake();
    }

    private void heard(String line) {
        if (line.equals(Watchdog.READY)) {
            synchronized (this) {
                ready = true;
            }
            wake();
        } else {
            inForce = Long.parseLong(line);
        }
    }

    private synchronized void wake() {
        notifyAll();
    }

    /** Waits until it can guard a group; returns whether it can. */
    synchronized boolean awaitReady(long nanos) throws InterruptedException {
        long giveUpAt = System.nanoTime() + nanos;
        for (long left = nanos; !ready && process.isAlive() && left > 0; left = giveUpAt - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return ready && process.isAlive();
    }

    /** Names the group, and the instant at which it is killed unless a later one follows in time. */
    void guard(long group, long deadline) throws IOException {
        inForce = deadline;
        write(group + "\n" + deadline + "\n");
    }

    /** Names a later instant. */
    void extend(long deadline) throws IOException {
        write(deadline + "\n");
    }

    /** Ends the process and spares the group, which is gone. */
    void release() {
        try {
            write(Watchdog.RELEASE + "\n");
        } catch (IOException gone) {
            // It has ended already.
        }
    }

    /** Ends the process even if it is frozen, and with it the group. */
    void destroy() {
        process.destroyForcibly();
    }

    /**
     * Whether the process would kill the group if this one did nothing from now on. A process that is frozen stops confirming
     * deadlines.
     */
    boolean guards(long now) {
        return process.isAlive() && inForce - now > 0;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Whether the process ends within this time. */
    boolean hasEnded(long nanos) throws InterruptedException {
        return process.waitFor(nanos, TimeUnit.NANOSECONDS);
    }

    long pid() {
        return process.pid();
    }

    private void write(String lines) throws IOException {
        OutputStream out = process.getOutputStream();
        out.write(lines.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }
}
