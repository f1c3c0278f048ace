package dev.conclave.testkit;

import akka.actor.Scheduler;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Optional;

/**
 * The clock for the leases of a kit: that of the scheduler if the test controls its time, else the system's. Akka's {@code
 * ManualTime} installs a scheduler with a time of its own; its class is in an artifact that only tests have, hence the
 * reflection.
 */
final class KitClock {

    private static final String TIME_OF_THE_SCHEDULER = "currentTimeMs";

    private final Scheduler scheduler;
    private final Optional<Method> byHand;

    KitClock(ActorSystem<?> system) {
        this.scheduler = Adapter.toClassic(system).scheduler();
        this.byHand = timeOf(scheduler);
    }

    private static Optional<Method> timeOf(Scheduler scheduler) {
        try {
            return Optional.of(scheduler.getClass().getMethod(TIME_OF_THE_SCHEDULER))
                    .filter(method -> method.getReturnType().equals(long.class));
        } catch (NoSuchMethodException goesByTheSystem) {
            return Optional.empty();
        }
    }

    long nanoTime() {
        return byHand.map(this::read).orElseGet(System::nanoTime);
    }

    private long read(Method method) {
        try {
            return (long) method.invoke(scheduler) * 1_000_000;
        } catch (IllegalAccessException | InvocationTargetException unreadable) {
            throw new IllegalStateException("the time of the actor system's scheduler cannot be read", unreadable);
        }
    }
}
