package dev.conclave.lease;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.coordination.lease.LeaseException;
import akka.coordination.lease.LeaseSettings;
import akka.coordination.lease.javadsl.Lease;
import dev.conclave.Conclave;
import dev.conclave.Leadership;
import dev.conclave.actor.Insight;
import dev.conclave.core.SafeText;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Akka's lease, held by whoever leads an election of its own, so that a majority of {@code conclave.voters} is all the store it
 * needs. Made by Akka, never by hand: name {@code conclave.lease} where Akka's configuration asks for a lease implementation.
 *
 * <ul>
 *   <li>{@link #acquire} waits for whoever holds the lease to let go, for one election timeout, and only then says no: a
 *       lease that moves to another node arrives in milliseconds and not after the caller's next retry. Who was told no, or has
 *       heard of a failure, does not stand any more.
 *   <li>Owners on one node exclude each other as owners on different nodes do. An owner that holds the lease may acquire it
 *       again; the same name on <em>another</em> node, or in another life of the process, is somebody else, and has to be
 *       elected (R10, R15).
 *   <li>{@link #checkLease} reads the clock and is right the moment after a pause of the process (R8).
 *   <li>The callback of {@link #acquire(Consumer)} comes {@code conclave.stop-margin} before anybody else can hold the lease,
 *       where the lease was not renewed in time. The owner answers by {@link #release} that it has let go, and then the next
 *       one need not wait for the end of the lease (R8).
 *   <li>What waits for an answer, and the callback, is called on Akka's internal dispatcher: it must not block.
 * </ul>
 *
 * <p>{@code lease-operation-timeout} is the longest that any answer takes; the heartbeat settings of Akka's leases have no
 * meaning here, since {@code conclave.heartbeat-interval} and {@code conclave.election-timeout} say how long a lease lasts.
 */
public final class ConclaveLease extends Lease {

    private final LeaseSettings settings;
    private final ExtendedActorSystem system;

    private volatile @Nullable Tenure tenure;

    /**
     * Called by Akka, twice for each lease: it reads the configuration and does nothing else.
     *
     * @param settings the lease's name, its owner, and the block of configuration that was named
     * @param system whose lease it is
     * @throws IllegalArgumentException if no voters are set, or an answer would have to come before there can be one
     */
    public ConclaveLease(LeaseSettings settings, ExtendedActorSystem system) {
        this.settings = settings;
        this.system = system;
        Duration election = LeaseElections.electionTimeout(Adapter.toTyped(system))
                .orElseThrow(() -> new IllegalArgumentException("conclave.voters is not set, so no node can grant the"
                        + " lease \"" + shownName()
                        + "\"; list every voter as host:port, the same list on"
                        + " every node"));
        Duration patience = operationTimeout();
        if (patience.compareTo(election.multipliedBy(2)) < 0) {
            throw new IllegalArgumentException("lease-operation-timeout of the lease \"" + shownName()
                    + "\" is "
                    + patience.toMillis() + "ms, below two conclave.election-timeout (" + election.toNanos() / 1e6
                    + "ms each): an acquire would fail before a leader can be elected; raise it, in the block that"
                    + " lease-implementation names");
        }
    }

    private Duration operationTimeout() {
        return settings.timeoutSettings().getOperationTimeout();
    }

    @Override
    public LeaseSettings getSettings() {
        return settings;
    }

    /** As {@link #acquire(Consumer)}; who was to be told of the loss before still is. */
    @Override
    public CompletionStage<Boolean> acquire() {
        return acquire(Optional.empty());
    }

    /**
     * Completes with true when the owner holds the lease, with false if another one held it for a whole election timeout, and
     * fails with a {@link LeaseException} if neither can be known within {@code lease-operation-timeout}, or this node
     * cannot hold a lease at all.
     *
     * @param leaseLostCallback is called once if the lease is lost, never after a release, and never before the returned
     *     stage has completed with true; replaces the one given before
     */
    @Override
    public CompletionStage<Boolean> acquire(Consumer<Optional<Throwable>> leaseLostCallback) {
        return acquire(Optional.of(leaseLostCallback));
    }

    private CompletionStage<Boolean> acquire(Optional<Consumer<Optional<Throwable>>> whenLost) {
        return ask(
                "to acquire",
                (answer, leases) ->
                        leases.tell(settings.leaseName(), new LeaseActor.Acquire(this, owner(), whenLost, answer)),
                () -> Insight.get(Adapter.toTyped(system)).leases().unanswered());
    }

    /**
     * From this call on {@link #checkLease} says no. Completes with true when this node leads the lease's election no more and
     * the release is on its way to all of its peers; a majority that it does not reach is free one election timeout later
     * (R9). Takes back an acquire that is under way, which then completes with false.
     *
     * <p>Fails if the owner neither holds the lease nor is about to; not if it held the lease and lost it.
     */
    @Override
    public CompletionStage<Boolean> release() {
        Tenure held = tenure;
        if (held != null && held.isOf(owner())) {
            held.giveUp();
        }
        return ask(
                "to release",
                (answer, leases) -> leases.tell(settings.leaseName(), new LeaseActor.Release(this, owner(), answer)),
                () -> {});
    }

    @Override
    public boolean checkLease() {
        Tenure held = tenure;
        return held != null && held.lasts();
    }

    /**
     * The leadership behind the lease, if the owner holds it right now. Its term grows from each holder to the next: whoever
     * writes somewhere because it holds the lease gives the term along, and lets that place refuse a lower one. From any thread.
     *
     * @return the handle on it; empty if the lease is not certainly held
     */
    public Optional<Leadership> leadership() {
        Tenure held = tenure;
        return held != null && held.lasts() ? Optional.of(held.leadership()) : Optional.empty();
    }

    /** Called by the lease's actor only. */
    void hold(@Nullable Tenure granted) {
        tenure = granted;
    }

    /** Whether it was given the lease and has not let go of it since, be it lost or not. */
    boolean hasNotLetGo() {
        return tenure != null;
    }

    private String shownName() {
        return SafeText.of(settings.leaseName());
    }

    private String owner() {
        return settings.ownerName();
    }

    private interface Question {
        void put(Answer answer, Leases leases);
    }

    private CompletionStage<Boolean> ask(String what, Question question, Runnable tooLate) {
        try {
            var typed = Adapter.toTyped(system);
            // A node that cannot elect says so here, with what to do about it.
            Conclave.get(typed);
            Leases leases = Leases.get(typed);
            Answer answer = Answer.within(
                    operationTimeout(),
                    system.dispatchers().lookup("akka.actor.internal-dispatcher"),
                    what + " the lease \"" + shownName() + "\" for " + SafeText.of(owner()),
                    () -> {
                        tooLate.run();
                        leases.tell(settings.leaseName(), new LeaseActor.Expired());
                    });
            question.put(answer, leases);
            return answer.stage();
        } catch (RuntimeException impossible) {
            return CompletableFuture.failedStage(
                    new LeaseException(what + " the lease \"" + shownName() + "\": " + impossible.getMessage()));
        }
    }
}
