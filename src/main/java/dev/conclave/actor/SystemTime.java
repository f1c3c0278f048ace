package dev.conclave.actor;

import akka.actor.Cancellable;
import akka.actor.typed.ActorSystem;
import akka.dispatch.ExecutionContexts;
import java.time.Duration;

/**
 * The clock of the machine and the scheduler of the actor system, which ticks every 10 ms by default. Tasks run on the
 * scheduler's own thread, so that no blocked dispatcher delays them.
 */
public final class SystemTime implements Time {

    private final ActorSystem<?> system;

    /** With the scheduler of this system. */
    public SystemTime(ActorSystem<?> system) {
        this.system = system;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long wallMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        Cancellable scheduled =
                system.scheduler().scheduleOnce(delay, task, ExecutionContexts.fromExecutor(Runnable::run));
        return scheduled::cancel;
    }
}
