package dev.conclave.actor;

import akka.actor.typed.Behavior;
import akka.actor.typed.BehaviorInterceptor;
import akka.actor.typed.Signal;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.TypedActorContext;
import akka.actor.typed.javadsl.Behaviors;
import dev.conclave.logging.AsyncLogger;

/**
 * What becomes of an actor that fails. Akka writes a line about each failure on the actor's own thread, which is that of all
 * elections; here the line is handed over to the thread of the log.
 */
public final class Supervision {

    private Supervision() {}

    /**
     * An actor that begins anew when it fails.
     *
     * @param type of its messages
     * @param what the actor in the line about its failure, such as "the endpoint of this node"
     */
    public static <T> Behavior<T> restarting(Class<T> type, AsyncLogger log, String what, Behavior<T> behavior) {
        return Behaviors.supervise(logging(type, log, what, "restarts", behavior))
                .onFailure(SupervisorStrategy.restart().withLoggingEnabled(false));
    }

    /** An actor that passes over what it fails at, and goes on with the state it had before. */
    public static <T> Behavior<T> resuming(Class<T> type, AsyncLogger log, String what, Behavior<T> behavior) {
        return Behaviors.supervise(logging(type, log, what, "continues", behavior))
                .onFailure(SupervisorStrategy.resume().withLoggingEnabled(false));
    }

    /** An actor that stops when it fails. */
    public static <T> Behavior<T> stopping(Class<T> type, AsyncLogger log, String what, Behavior<T> behavior) {
        return Behaviors.supervise(logging(type, log, what, "stops", behavior))
                .onFailure(SupervisorStrategy.stop().withLoggingEnabled(false));
    }

    /** An actor that stops at one kind of failure, without a line; any other goes on to the supervision around this one. */
    static <T> Behavior<T> stoppingAt(Class<? extends Throwable> failure, Behavior<T> behavior) {
        return Behaviors.supervise(behavior)
                .onFailure(failure, SupervisorStrategy.stop().withLoggingEnabled(false));
    }

    private static <T> Behavior<T> logging(
            Class<T> type, AsyncLogger log, String what, String then, Behavior<T> behavior) {
        return Behaviors.intercept(() -> new Failures<>(type, log, what, then), behavior);
    }

    /** Hands a line to the log for each exception, and lets it go on to the supervision. */
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
                // Not for the supervision, which takes only exceptions: Akka would write a line of its own.
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
