package dev.conclave.node.exec;

import dev.conclave.Leadership;
import dev.conclave.logging.AsyncLogger;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.exec.CommandRun.Ending;
import dev.conclave.node.exec.CommandRun.Exited;
import dev.conclave.node.exec.CommandRun.Stopped;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Runs the command while this peer leads, one run after the other, on a thread of its own. A leadership is answered for only when
 * its last run is gone, so two runs of one peer never overlap either.
 */
final class CommandRunner implements AutoCloseable {

    private static final AsyncLogger LOG = AsyncLogger.of(CommandRunner.class);

    private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);

    /** How long a JVM may take to start on a busy machine. */
    private static final Duration WATCHDOG_PATIENCE = Duration.ofSeconds(30);

    private final List<String> command;
    private final OnExit onExit;
    private final RunTimes times;
    private final Supplier<CompletionStage<?>> handOver;
    private final CompletableFuture<Integer> outcome = new CompletableFuture<>();
    private final Thread thread = new Thread(this::work, "conclave-node-command");
    private Optional<WatchdogProcess> nextWatchdog = Optional.empty();
    private Optional<Leadership> leadership = Optional.empty();
    private Optional<Runnable> answer = Optional.empty();
    private Optional<CommandRun> running = Optional.empty();
    private boolean hasLed;
    private boolean closed;

    CommandRunner(List<String> command, OnExit onExit, RunTimes times, Supplier<CompletionStage<?>> handOver) {
        this.command = List.copyOf(command);
        this.onExit = onExit;
        this.times = times;
        this.handOver = handOver;
    }

    /**
     * Begins to wait for leaderships.
     *
     * @throws IOException if the watchdog cannot be started
     */
    void start() throws IOException {
        nextWatchdog = Optional.of(WatchdogProcess.start());
        thread.setDaemon(true);
        thread.start();
    }

    /** This peer leads: the command may run. */
    synchronized void begin(Leadership begun) {
        if (closed) {
            return;
        }
        hasLed = true;
        leadership = Optional.of(begun);
        notifyAll();
    }

    /**
     * The leadership ends: the command must end.
     *
     * @param stopped is run when no process of the command can act any more
     */
    synchronized void end(Runnable stopped) {
        if (leadership.isEmpty()) {
            stopped.run();
            return;
        }
        answer = Optional.of(stopped);
        running.ifPresent(CommandRun::stop);
        notifyAll();
    }

    /** Completes with the exit code of the command, if this process is to end with it; fails if no command can be run. */
    CompletableFuture<Integer> outcome() {
        return outcome;
    }

    /** Never begins a run from now on, unless this peer has led already; returns whether it has not. */
    synchronized boolean giveUp() {
        closed = !hasLed;
        return closed;
    }

    /**
     * Kills the command if it runs, ends the watchdog of the next run, and starts nothing from now on. The end of a leadership is not
     * answered any more, so the peer must have left.
     */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        nextWatchdog.ifPresent(WatchdogProcess::destroy);
    }

    private void work() {
        try {
            while (true) {
                lead(awaitLeadership());
                awaitEnd().run();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException broken) {
            outcome.completeExceptionally(broken);
        }
    }

    private synchronized Leadership awaitLeadership() throws InterruptedException {
        while (leadership.isEmpty()) {
            wait();
        }
        return leadership.get();
    }

    private synchronized Runnable awaitEnd() throws InterruptedException {
        while (answer.isEmpty()) {
            wait();
        }
        Runnable stopped = answer.get();
        answer = Optional.empty();
        leadership = Optional.empty();
        return stopped;
    }

    private synchronized boolean isEnding() {
        return answer.isPresent();
    }

    private synchronized void pause(Duration delay) throws InterruptedException {
        long until = System.nanoTime() + delay.toNanos();
        for (long left = delay.toNanos(); answer.isEmpty() && left > 0; left = until - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    private void lead(Leadership current) throws InterruptedException {
        Duration delay = FIRST_DELAY;
        while (!isEnding()) {
            long began = System.nanoTime();
            Ending ending = run(current);
            if (System.nanoTime() - began >= delay.toNanos()) {
                delay = FIRST_DELAY;
            }
            if (ending instanceof Stopped) {
                return;
            }
            if (ending instanceof Exited exited) {
                LOG.info("The command ended with exit code {}", exited.code());
                if (onExit == OnExit.END) {
                    outcome.complete(exited.code());
                    return;
                }
                if (onExit == OnExit.HAND_OVER) {
                    handOver(delay);
                }
            }
            pause(delay);
            delay = delay.multipliedBy(2).compareTo(LONGEST_DELAY) < 0 ? delay.multipliedBy(2) : LONGEST_DELAY;
        }
    }

    private void handOver(Duration delay) {
        var unused = handOver.get().whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.warn(
                        "The hand-over failed, so the command starts again here after {} ms: {}",
                        delay.toMillis(),
                        CliException.oneLine(failure));
            }
        });
    }

    private Ending run(Leadership current) throws InterruptedException {
        Ending ending;
        try {
            ending = run(current, watchdog());
        } catch (IOException e) {
            LOG.error("The command cannot be started: {}", CliException.oneLine(e));
            ending = new CommandRun.Unguarded();
        }
        prepareWatchdog();
        return ending;
    }

    private Ending run(Leadership current, WatchdogProcess watchdog) throws IOException, InterruptedException {
        try {
            if (!awaitReady(watchdog)) {
                watchdog.destroy();
                LOG.error("The watchdog of the command does not start; another one is started");
                return new CommandRun.Unguarded();
            }
            if (isEnding() || !current.holds()) {
                nextWatchdog = Optional.of(watchdog);
                return new Stopped();
            }
            CommandRun run = CommandRun.start(command, current, watchdog, times);
            LOG.info(
                    "The command runs as process {} with token {} (term {})",
                    run.group(),
                    current.fencingToken(),
                    current.term());
            Ending ending = awaitEnding(run);
            if (ending instanceof CommandRun.Unguarded) {
                LOG.error("The command was killed, since its watchdog has ended or does not answer; it starts again");
            }
            return ending;
        } catch (InterruptedException closing) {
            watchdog.destroy();
            throw closing;
        }
    }

    /** Waits for the watchdog, and not a moment longer than the leadership lasts. */
    private boolean awaitReady(WatchdogProcess watchdog) throws InterruptedException {
        long giveUpAt = System.nanoTime() + WATCHDOG_PATIENCE.toNanos();
        boolean ready = watchdog.awaitReady(times.renewNanos());
        while (!ready && !isEnding() && watchdog.isAlive() && System.nanoTime() < giveUpAt) {
            ready = watchdog.awaitReady(times.renewNanos());
        }
        return ready || isEnding();
    }

    private Ending awaitEnding(CommandRun run) throws InterruptedException {
        synchronized (this) {
            running = Optional.of(run);
            if (isEnding()) {
                run.stop();
            }
        }
        Ending ending = run.await();
        synchronized (this) {
            running = Optional.empty();
        }
        return ending;
    }

    private WatchdogProcess watchdog() throws IOException {
        Optional<WatchdogProcess> prepared = nextWatchdog.filter(WatchdogProcess::isAlive);
        nextWatchdog = Optional.empty();
        return prepared.isPresent() ? prepared.get() : WatchdogProcess.start();
    }

    private void prepareWatchdog() {
        if (nextWatchdog.isEmpty()) {
            try {
                nextWatchdog = Optional.of(WatchdogProcess.start());
            } catch (IOException e) {
                // The next run tries again, and says why it cannot.
            }
        }
    }
}
