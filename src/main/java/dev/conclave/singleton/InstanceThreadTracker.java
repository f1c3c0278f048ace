package dev.conclave.singleton;

import akka.actor.typed.Behavior;
import akka.actor.typed.BehaviorInterceptor;
import akka.actor.typed.Signal;
import akka.actor.typed.TypedActorContext;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Records which thread runs an instance's code at this moment, so that a log line can name the place where an instance blocks.
 * The instance's actor updates it around each message and each signal; any thread may read it.
 */
final class InstanceThreadTracker {

    private static final int MOST_FRAMES = 30;

    private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();

    /** Wraps the behavior of an instance. */
    <M> BehaviorInterceptor<M, M> interceptor() {
        return new Recorder<>(thread);
    }

    /** Returns a sentence for the log with the stack of the thread that runs the instance's code. */
    String place() {
        Thread running = thread.get();
        if (running == null) {
            return "none of its code is running now: a child actor has not ended, or its dispatcher has no free thread";
        }
        String stack = Arrays.stream(running.getStackTrace())
                .limit(MOST_FRAMES)
                .map(StackTraceElement::toString)
                .collect(Collectors.joining(" < "));
        return "its thread \"" + running.getName() + "\" is " + running.getState() + " at " + stack;
    }

    private static final class Recorder<M> extends BehaviorInterceptor<M, M> {

        private final AtomicReference<@Nullable Thread> thread;

        @SuppressWarnings("unchecked") // Any message of the actor is intercepted, whatever M is.
        Recorder(AtomicReference<@Nullable Thread> thread) {
            super((Class<M>) Object.class);
            this.thread = thread;
        }

        @Override
        public Behavior<M> aroundStart(TypedActorContext<M> context, PreStartTarget<M> target) {
            thread.set(Thread.currentThread());
            try {
                return target.start(context);
            } finally {
                thread.set(null);
            }
        }

        @Override
        public Behavior<M> aroundReceive(TypedActorContext<M> context, M message, ReceiveTarget<M> target) {
            thread.set(Thread.currentThread());
            try {
                return target.apply(context, message);
            } finally {
                thread.set(null);
            }
        }

        @Override
        public Behavior<M> aroundSignal(TypedActorContext<M> context, Signal signal, SignalTarget<M> target) {
            thread.set(Thread.currentThread());
            try {
                return target.apply(context, signal);
            } finally {
                thread.set(null);
            }
        }
    }
}
