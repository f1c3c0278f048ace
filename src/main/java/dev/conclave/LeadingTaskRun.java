package dev.conclave;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import dev.conclave.internal.runtime.Watchdog;
import dev.conclave.logging.AsyncLogger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One run of a {@link LeadingTask} in one leadership, from its start to its end. {@link LeadingTaskActor} starts it and is
 * notified of its end; the {@link Watchdog} interrupts it before its lease ends even if Conclave's own threads are blocked.
 */
final class LeadingTaskRun implements Runnable, Watchdog.Watched {

    private static final AsyncLogger LOG = AsyncLogger.of(Election.class);

    private static final int MOST_FRAMES = 30;

    /** The maximum time that a task which reacts to its interruption needs to end. */
    private static final Duration AT_ONCE = Duration.ofMillis(50);

    /**
     * The time limits of all runs of a task.
     *
     * @param stopMargin how long before the end of a lease Conclave tells users to stop
     * @param stuckAfter how long after its interruption a task counts as stuck
     * @param terminates whether a stuck task terminates the actor system
     */
    record Limits(Duration stopMargin, Duration stuckAfter, boolean terminates) {}

    final Leadership leadership;

    /** The actors to notify when the run has ended. Used by {@link LeadingTaskActor} alone. */
    final List<ActorRef<Done>> waiting = new ArrayList<>();

    private final LeadingTask task;
    private final Election election;
    private final ActorSystem<?> system;
    private final Limits limits;
    private final BiConsumer<LeadingTaskRun, Optional<Throwable>> whenEnded;
    private final long startedAt = System.nanoTime();

    private @Nullable Thread thread;
    private boolean interrupted;
    private long interruptedAt;
    private boolean withdrawn;
    private boolean ended;

    /**
     * Creates a run that has not begun.
     *
     * @param whenEnded called once, on any thread, when the task has ended or will not be called; with its failure
     */
    LeadingTaskRun(
            LeadingTask task,
            Leadership leadership,
            Election election,
            ActorSystem<?> system,
            Limits limits,
            BiConsumer<LeadingTaskRun, Optional<Throwable>> whenEnded) {
        this.task = task;
        this.leadership = leadership;
        this.election = election;
        this.system = system;
        this.limits = limits;
        this.whenEnded = whenEnded;
    }

    @Override
    public void run() {
        if (!begins()) {
            return;
        }
        Optional<Throwable> failure = Optional.empty();
        try {
            task.run(leadership);
        } catch (Throwable failed) {
            failure = Optional.of(failed);
        } finally {
            finish();
        }
        whenEnded.accept(this, failure);
    }

    private synchronized boolean begins() {
        if (ended) {
            return false;
        }
        thread = Thread.currentThread();
        return true;
    }

    /**
     * Notes the end of the task, and clears an interruption: the thread belongs to the executor, and the interruption must not
     * reach its next task.
     */
    private synchronized void finish() {
        thread = null;
        ended = true;
        if (interrupted) {
            var unused = Thread.interrupted();
        }
    }

    /** Interrupts the task, or prevents a call that has not begun. Only the first call has an effect; may be called anywhere. */
    void interrupt() {
        if (interruptOnce()) {
            whenEnded.accept(this, Optional.empty());
        }
    }

    /** Returns whether the task was not called yet, and never will be. */
    private synchronized boolean interruptOnce() {
        if (ended || interrupted) {
            return false;
        }
        interrupted = true;
        interruptedAt = System.nanoTime();
        if (thread == null) {
            ended = true;
            return true;
        }
        thread.interrupt();
        return false;
    }

    synchronized boolean wasInterrupted() {
        return interrupted;
    }

    /** Whether this node has withdrawn because of this run, and may become a candidate again. */
    synchronized boolean hasWithdrawn() {
        return withdrawn;
    }

    /** The time since the run was started. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - startedAt);
    }

    // ---- on the watchdog's thread

    @Override
    public Duration look(long nowNanos) {
        if (hasEnded()) {
            return Watchdog.NEVER;
        }
        return wasInterrupted() ? lookAtTheTask(nowNanos) : lookAtTheLease();
    }

    private synchronized boolean hasEnded() {
        return ended;
    }

    /** Users are told to stop a whole margin before the end of the lease; a quarter of it is allowed for that message. */
    private Duration lookAtTheLease() {
        Duration late = limits.stopMargin.multipliedBy(3).dividedBy(4);
        Duration left = leadership.leaseRemaining().minus(late);
        if (left.isNegative() || left.isZero()) {
            interrupt();
            return AT_ONCE;
        }
        return left;
    }

    private Duration lookAtTheTask(long nowNanos) {
        Duration since = Duration.ofNanos(nowNanos - interruptedAt());
        if (since.compareTo(limits.stuckAfter) >= 0) {
            stuck();
            return Watchdog.NEVER;
        }
        if (since.compareTo(AT_ONCE) >= 0 && leadership.leaseRemaining().isZero()) {
            outlivesItsLease();
        }
        return limits.stuckAfter.minus(since);
    }

    private synchronized long interruptedAt() {
        return interruptedAt;
    }

    private void outlivesItsLease() {
        String place = place();
        if (withdraw()) {
            LOG.warn(
                    "{}: the task of term {} was interrupted and still runs although its lease is over, so this node"
                            + " is not a candidate until it has ended; {}",
                    leadership.election(),
                    leadership.term(),
                    place);
        }
    }

    private synchronized boolean withdraw() {
        if (ended || withdrawn) {
            return false;
        }
        withdrawn = true;
        election.withdraw();
        return true;
    }

    private void stuck() {
        String place = place();
        if (!becomesStuck()) {
            return;
        }
        LOG.error(
                "{}: the task of term {} has not ended within conclave.singleton.hard-stop-timeout after its"
                        + " interruption, which is {} ms; {} (conclave.singleton.when-stuck = {}); {}",
                leadership.election(),
                leadership.term(),
                limits.stuckAfter.toMillis(),
                limits.terminates ? "this actor system terminates" : "it is left running",
                limits.terminates ? "terminate" : "abandon",
                place);
    }

    private synchronized boolean becomesStuck() {
        if (ended) {
            return false;
        }
        if (limits.terminates) {
            system.terminate();
        } else {
            withdraw();
        }
        return true;
    }

    private String place() {
        Thread running = threadOfTheTask();
        if (running == null) {
            return "it has ended meanwhile";
        }
        String stack = Arrays.stream(running.getStackTrace())
                .limit(MOST_FRAMES)
                .map(StackTraceElement::toString)
                .collect(Collectors.joining(" < "));
        return "its thread \"" + running.getName() + "\" is " + running.getState() + " at " + stack;
    }

    private synchronized @Nullable Thread threadOfTheTask() {
        return thread;
    }
}
