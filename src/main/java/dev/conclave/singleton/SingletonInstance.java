package dev.conclave.singleton;

import akka.Done;
import akka.actor.InternalActorRef;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import dev.conclave.Election;
import dev.conclave.Leadership;
import dev.conclave.internal.node.Telemetry;
import dev.conclave.internal.runtime.Watchdog;
import dev.conclave.logging.AsyncLogger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One running instance of a singleton, from its start to its end. The {@link SingletonHost} that started it asks it to stop and
 * is notified of its end; the {@link Watchdog} checks its lease on a thread of its own and stops it even if the host's thread
 * or Conclave's is blocked.
 *
 * @param <M> the type of the instance's messages
 */
final class SingletonInstance<M> implements Watchdog.Watched {

    private static final AsyncLogger LOG = AsyncLogger.of(ElectedSingleton.class);

    /** The time within which an instance that is forced to stop ends, unless its thread is blocked. */
    private static final Duration LEAST_FOR_THE_HARD_WAY = Duration.ofMillis(50);

    final ActorRef<M> ref;
    final Leadership leadership;

    /** The actors to notify when the instance has ended. Used by the host alone. */
    final List<ActorRef<Done>> waiting = new ArrayList<>();

    private final String singleton;
    private final ElectedSingletonSettings settings;
    private final Election election;
    private final ActorSystem<?> system;
    private final InstanceThreadTracker code;
    private final Duration stopMargin;
    private final Consumer<SingletonInstance<M>> whenTheHostIsLate;

    private boolean mustEnd;
    private long mustEndSince;
    private boolean hostIsLate;
    private boolean stoppedHard;
    private long stoppedHardAt;
    private boolean withdrawn;
    private boolean ended;

    /**
     * Creates the record of an instance that has just been started.
     *
     * @param code records where the instance's code runs
     * @param whenTheHostIsLate called on the watchdog's thread when the lease nears its end and the host has not yet asked the
     *     instance to stop
     */
    SingletonInstance(
            String singleton,
            ActorRef<M> ref,
            Leadership leadership,
            ElectedSingletonSettings settings,
            Election election,
            ActorSystem<?> system,
            InstanceThreadTracker code,
            Duration stopMargin,
            Consumer<SingletonInstance<M>> whenTheHostIsLate) {
        this.singleton = singleton;
        this.ref = ref;
        this.leadership = leadership;
        this.settings = settings;
        this.election = election;
        this.system = system;
        this.code = code;
        this.stopMargin = stopMargin;
        this.whenTheHostIsLate = whenTheHostIsLate;
    }

    long term() {
        return leadership.fencingToken();
    }

    /** The remaining time of the lease. */
    Duration left() {
        return leadership.leaseRemaining();
    }

    /** The part of the lease that is reserved for a forced stop. */
    Duration reserve() {
        return stopMargin.dividedBy(2);
    }

    /** Whether the instance was asked or forced to stop. */
    synchronized boolean mustEnd() {
        return mustEnd;
    }

    /** When the instance was asked or forced to stop, on {@link System#nanoTime()}. */
    synchronized long mustEndSince() {
        return mustEndSince;
    }

    synchronized void asked() {
        if (!mustEnd) {
            mustEnd = true;
            mustEndSince = System.nanoTime();
        }
    }

    /**
     * Forces the instance to stop as {@link akka.actor.typed.javadsl.ActorContext#stop} does. May be called from any thread; only
     * the first call has an effect.
     */
    void stopHard(String why) {
        if (stopOnce()) {
            LOG.warn("{}: forcing the singleton of term {} to stop, since {}", singleton, leadership.term(), why);
        }
    }

    private synchronized boolean stopOnce() {
        if (stoppedHard || ended) {
            return false;
        }
        asked();
        stoppedHard = true;
        stoppedHardAt = System.nanoTime();
        Adapter.toClassic(system).stop(Adapter.toClassic(ref));
        return true;
    }

    /**
     * Called by the host when the instance has ended.
     *
     * @return whether this node had withdrawn because of the instance, and may become a candidate again
     */
    synchronized boolean ended() {
        ended = true;
        return withdrawn;
    }

    // ---- on the watchdog's thread

    @Override
    public Duration look(long nowNanos) {
        if (hasEnded()) {
            return Watchdog.NEVER;
        }
        return isStoppedHard() ? lookAtTheHardWay(nowNanos) : lookAtTheLease();
    }

    private synchronized boolean isStoppedHard() {
        return stoppedHard;
    }

    /** Whether the instance has ended. Asks the actor itself, since the host, which is notified of the end, may be blocked. */
    private synchronized boolean hasEnded() {
        ended |= ((InternalActorRef) Adapter.toClassic(ref)).isTerminated();
        return ended;
    }

    private Duration lookAtTheLease() {
        Duration left = left();
        if (left.compareTo(reserve()) <= 0) {
            stopHard("its lease ends");
            return LEAST_FOR_THE_HARD_WAY;
        }
        // Users are told to stop a whole margin before the end of the lease; a quarter of that margin is allowed for
        // the message.
        Duration late = stopMargin.multipliedBy(3).dividedBy(4);
        if (left.compareTo(late) <= 0) {
            if (becomesLate()) {
                whenTheHostIsLate.accept(this);
            }
            return left.minus(reserve());
        }
        return left.minus(late);
    }

    private synchronized boolean becomesLate() {
        boolean becomes = !mustEnd && !hostIsLate;
        hostIsLate = true;
        return becomes;
    }

    private Duration lookAtTheHardWay(long nowNanos) {
        Duration since = Duration.ofNanos(nowNanos - stoppedHardAt());
        if (since.compareTo(settings.hardStopTimeout()) >= 0) {
            stuck();
            return Watchdog.NEVER;
        }
        if (since.compareTo(LEAST_FOR_THE_HARD_WAY) >= 0 && left().isZero()) {
            outlivesItsLease();
        }
        return settings.hardStopTimeout().minus(since);
    }

    private void outlivesItsLease() {
        String place = code.place();
        if (withdraw()) {
            LOG.warn(
                    "{}: the singleton of term {} still runs although its lease is over, so this node is not a"
                            + " candidate until it has ended; {}",
                    singleton,
                    leadership.term(),
                    place);
        }
    }

    /**
     * Withdraws from the election, since messages would wait for as long as this node leads without an instance. Under the
     * lock, so that the host knows at the instance's end whether this node has withdrawn.
     */
    private synchronized boolean withdraw() {
        if (ended || withdrawn) {
            return false;
        }
        withdrawn = true;
        election.withdraw();
        return true;
    }

    private synchronized long stoppedHardAt() {
        return stoppedHardAt;
    }

    private void stuck() {
        String place = code.place();
        if (!becomesStuck()) {
            return;
        }
        Telemetry.get(system).singleton(singleton).stuck();
        LOG.error(
                "{}: the singleton of term {} could not be stopped within conclave.singleton.hard-stop-timeout, which"
                        + " is {} ms; {} (conclave.singleton.when-stuck = {}); {}",
                singleton,
                leadership.term(),
                settings.hardStopTimeout().toMillis(),
                settings.whenStuck() == WhenStuck.TERMINATE ? "this actor system terminates" : "it is left running",
                settings.whenStuck() == WhenStuck.TERMINATE ? "terminate" : "abandon",
                place);
    }

    private synchronized boolean becomesStuck() {
        if (ended) {
            return false;
        }
        if (settings.whenStuck() == WhenStuck.TERMINATE) {
            system.terminate();
        } else {
            withdraw();
        }
        return true;
    }
}
