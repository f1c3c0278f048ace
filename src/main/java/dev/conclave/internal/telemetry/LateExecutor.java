package dev.conclave.internal.telemetry;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import scala.concurrent.ExecutionContextExecutor;

/**
 * Runs tasks on Akka's dispatcher for blocking calls, {@link #LATER} after they were handed over. Any thread may hand over a task;
 * it is rejected when the actor system has ended.
 */
final class LateExecutor implements Executor {

    /**
     * Longer than a fail-over takes: a process that has just lost its leader counts the events of the election after it, not on
     * the processors that the election needs. Many events are counted at the same time, since waking a thread for each would cost
     * the thread of the elections a system call.
     */
    private static final Duration LATER = Duration.ofMillis(250);

    private final ActorSystem<?> system;
    private final ExecutionContextExecutor blocking;

    LateExecutor(ActorSystem<?> system) {
        this.system = system;
        this.blocking = system.dispatchers().lookup(DispatcherSelector.blocking());
    }

    @Override
    public void execute(Runnable task) {
        try {
            system.scheduler().scheduleOnce(LATER, task, blocking);
        } catch (IllegalStateException ended) {
            throw new RejectedExecutionException("the actor system has ended", ended);
        }
    }
}
