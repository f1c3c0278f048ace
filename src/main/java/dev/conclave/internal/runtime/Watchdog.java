package dev.conclave.internal.runtime;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import dev.conclave.logging.AsyncLogger;
import java.time.Duration;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Checks the leases of all singletons and tasks on this node, on one daemon thread per actor system. That thread runs no actors
 * and no code of the application, so an instance ends before its lease does even if every dispatcher of the actor system is
 * blocked, Conclave's included.
 */
public final class Watchdog implements Extension {

    private static final AsyncLogger LOG = AsyncLogger.of(Watchdog.class);

    /** There is nothing left to check. */
    public static final Duration NEVER = Duration.ofDays(365);

    /**
     * The longest time between two checks. The end of a lease is known in advance; the checks in between find what is not: that
     * the node's leaderships are void, or that its virtual machine was suspended.
     */
    private static final Duration LONGEST_WAIT = Duration.ofMillis(100);

    private static final Duration SHORTEST_WAIT = Duration.ofMillis(1);

    private final Set<Watched> all = ConcurrentHashMap.newKeySet();

    private @Nullable Thread thread;
    private volatile boolean systemHasEnded;

    private Watchdog(ActorSystem<?> system) {
        system.getWhenTerminated().whenComplete((done, failure) -> {
            systemHasEnded = true;
            wake();
        });
    }

    /** Something that must not outlive a lease. */
    public interface Watched {

        /**
         * Checks the lease and does what is due. Called on the watchdog's thread: must neither block nor wait.
         *
         * @param nowNanos the instant, on {@link System#nanoTime()}
         * @return the longest time until the next check; {@link Watchdog#NEVER} when nothing is left to do
         */
        Duration look(long nowNanos);
    }

    /** Returns the watchdog of an actor system. */
    public static Watchdog get(ActorSystem<?> system) {
        return Id.INSTANCE.apply(system);
    }

    /** Checks its lease from now on, until it returns {@link #NEVER}. */
    public void watch(Watched one) {
        all.add(one);
        start();
        wake();
    }

    /** Something has changed: checks again at once. */
    public synchronized void wake() {
        LockSupport.unpark(thread);
    }

    /** The thread is started with the first of them. */
    private synchronized void start() {
        if (thread == null) {
            Thread starting = new Thread(this::run, "conclave-watchdog");
            starting.setDaemon(true);
            starting.start();
            thread = starting;
        }
    }

    private void run() {
        while (!systemHasEnded) {
            if (all.isEmpty()) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, lookAtAll().toNanos());
            }
        }
    }

    private Duration lookAtAll() {
        Duration wait = LONGEST_WAIT;
        for (Iterator<Watched> each = all.iterator(); each.hasNext(); ) {
            Duration next = look(each.next());
            if (next.equals(NEVER)) {
                each.remove();
            } else if (next.compareTo(wait) < 0) {
                wait = next;
            }
        }
        return wait.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : wait;
    }

    /** A check that throws must not end the checks of others. */
    private static Duration look(Watched one) {
        try {
            return one.look(System.nanoTime());
        } catch (RuntimeException failed) {
            LOG.error("Checking the lease of a singleton or a task failed; the check is repeated", failed);
            return LONGEST_WAIT;
        }
    }

    private static final class Id extends ExtensionId<Watchdog> {

        static final Id INSTANCE = new Id();

        @Override
        public Watchdog createExtension(ActorSystem<?> system) {
            return new Watchdog(system);
        }
    }
}
