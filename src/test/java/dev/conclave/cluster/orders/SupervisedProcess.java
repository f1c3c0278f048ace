package dev.conclave.cluster.orders;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A program that is started again after a pause whenever it ends, as an orchestrator starts a container again. */
final class SupervisedProcess implements AutoCloseable {

    private final String name;
    private final List<String> command;
    private final Path log;
    private final Supplier<Duration> pauses;
    private final ScheduledExecutorService timer;
    private Optional<Process> process = Optional.empty();
    private boolean closed;
    private int starts;
    private boolean endExpected;
    private int ownEnds;

    SupervisedProcess(
            String name, List<String> command, Path log, Supplier<Duration> pauses, ScheduledExecutorService timer) {
        this.name = name;
        this.command = List.copyOf(command);
        this.log = log;
        this.pauses = pauses;
        this.timer = timer;
    }

    synchronized void start() {
        if (closed) {
            return;
        }
        RunLog.line(name + " starts");
        File output = log.toFile();
        try {
            Process started = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output))
                    .start();
            process = Optional.of(started);
            endExpected = false;
            starts++;
            var unused = started.onExit().thenAccept(this::ended);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized void ended(Process ended) {
        if (closed) {
            return;
        }
        if (!endExpected) {
            ownEnds++;
        }
        Duration pause = pauses.get();
        RunLog.line(name + " ended with " + ended.exitValue() + ", starts again in " + pause.toSeconds() + " s");
        var unused = timer.schedule(this::start, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** SIGKILL. */
    synchronized void kill() {
        endExpected = true;
        process.ifPresent(now -> now.toHandle().destroyForcibly());
    }

    /** SIGTERM. */
    synchronized void terminate() {
        endExpected = true;
        process.ifPresent(now -> now.toHandle().destroy());
    }

    /** Sends SIGSTOP or SIGCONT; without effect on a process that has ended. */
    synchronized void signal(String signal) {
        process.filter(Process::isAlive).ifPresent(now -> signal(now, signal));
    }

    private static void signal(Process process, String signal) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    synchronized int starts() {
        return starts;
    }

    /** How often the process ended although nobody killed or terminated it. */
    synchronized int ownEnds() {
        return ownEnds;
    }

    Path log() {
        return log;
    }

    /** Kills the process, and starts it no more. */
    @Override
    public synchronized void close() {
        closed = true;
        kill();
    }

    @Override
    public String toString() {
        return name;
    }
}
