package dev.conclave.internal.runtime;

import akka.actor.typed.Behavior;
import akka.actor.typed.BehaviorInterceptor;
import akka.actor.typed.Signal;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.TypedActorContext;
import akka.actor.typed.javadsl.Behaviors;
import dev.conclave.logging.AsyncLogger;

/**
 * Supervises Conclave's actors and logs their failures asynchronously. Akka's own supervision logs a failure on the actor's
 * thread, which all elections share.
 */
public final class Supervision {

    private Supervision() {}

    /**
     * Returns a behavior that restarts when it fails.
     *
     * @param type the type of its messages
     * @param what the name of the actor in the log, such as "the endpoint of this node"
     */
    public static <T> Behavior<T> restarting(Class<T> type, AsyncLogger log, String what, Behavior<T> behavior) {
        return Behaviors.supervise(logging(type, log, what, "restarts", behavior))
                .onFailure(SupervisorStrategy.restart().withLoggingEnabled(false));
    }

    /** Returns a behavior that skips a message that fails and keeps its state. */
    public static <T> Behavior<T> resuming(Class<T> type, AsyncLogger log, String what, Behavior<T> behavior) {
        return Behaviors.supervise(logging(type, log, what, "continues", behavior))
                .onFailure(SupervisorStrategy.resume().withLoggingEnabled(false));
    }

    /** Returns a behavior that stops when it fails. */
    public static <T> Behavior<T> stopping(Class<T> type, AsyncLogger log, String what, Behavior<T> behavior) {
        return Behaviors.supervise(logging(type, log, what, "stops", behavior))
                .onFailure(SupervisorStrategy.stop().withLoggingEnabled(false));
    }

    /** Returns a behavior that stops at one kind of failure without logging; other failures are left to the outer supervision. */
    public static <T> Behavior<T> stoppingAt(Class<? extends Throwable> failure, Behavior<T> behavior) {
        return Behaviors.supervise(behavior)
                .onFailure(failure, SupervisorStrategy.stop().withLoggingEnabled(false));
    }

    private static <T> Behavior<T> logging(
            Class<T> type, AsyncLogger log, String what, String then, Behavior<T> behavior) {
        return Behaviors.intercept(() -> new Failures<>(type, log, what, then), behavior);
    }

    /** Logs each exception and rethrows it to the supervision. */
    private static final class Failures<T> extends BehaviorInterceptor<T, T> {
        private final AsyncLogger log;
        private final String what;
        private final String then;

        Failures(Class<T> type, AsyncLogger log, String what, String then) {
            super(type);
            this.log = log;
            this.what = what;
            this.then = then;
        }

        @Override
        public Behavior<T> aroundStart(TypedActorContext<T> context, PreStartTarget<T> target) {
            try {
                return target.start(context);
            } catch (RuntimeException failed) {
                log.error("{} failed and {}", what, then, failed);
                throw failed;
            }
        }

        @Override
        public Behavior<T> aroundReceive(TypedActorContext<T> context, T message, ReceiveTarget<T> target) {
            try {
                return target.apply(context, message);
            } catch (RuntimeException failed) {
                log.error("{} failed and {}", what, then, failed);
                throw failed;
            } catch (AssertionError failed) {
                // Stopped here, since Akka's supervision handles only exceptions and would log an error itself.
                log.error("{} failed and stops", what, failed);
                return Behaviors.stopped();
            }
        }

        @Override
        public Behavior<T> aroundSignal(TypedActorContext<T> context, Signal signal, SignalTarget<T> target) {
            try {
                return target.apply(context, signal);
            } catch (RuntimeException failed) {
                log.error("{} failed and {}", what, then, failed);
                throw failed;
            }
        }
    }
}
