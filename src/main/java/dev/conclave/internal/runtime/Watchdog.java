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

    /** The result of a check after which nothing is left to check. */
    public static final Duration NEVER = Duration.ofDays(365);

    /**
     * The maximum time between two checks. The end of a lease is known in advance; the checks in between find what is not: that
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

    /** A singleton instance or a task, which must not outlive its lease. */
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

    /** Checks the lease of this instance or task repeatedly from now on, until a check returns {@link #NEVER}. */
    public void watch(Watched one) {
        all.add(one);
        start();
        wake();
    }

    /** Checks again at once, because something has changed. */
    public synchronized void wake() {
        LockSupport.unpark(thread);
    }

    /** Starts the thread when the first lease is watched. */
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

    /** Makes one check; an exception must not end the checks of others. */
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
