package dev.conclave.lease;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.coordination.lease.LeaseException;
import akka.coordination.lease.LeaseSettings;
import akka.coordination.lease.javadsl.Lease;
import dev.conclave.Conclave;
import dev.conclave.Leadership;
import dev.conclave.core.PrintableText;
import dev.conclave.internal.node.Telemetry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An implementation of Akka's lease: each lease is an election of its own, and its leader holds the lease, so a majority of
 * the voters replaces an external store. Only Akka creates instances: write {@code conclave.lease} where Akka's
 * configuration asks for a lease implementation.
 *
 * <ul>
 *   <li>{@link #acquire} waits up to one election timeout for the current holder to release the lease before it completes with
 *       false. So a lease that moves to another node is acquired in milliseconds and not at the caller's next retry. After false
 *       or a failure this node is no longer a candidate for the lease.
 *   <li>Owners on one node exclude each other as owners on different nodes do. An owner that holds the lease may acquire it
 *       again; the same name on <em>another</em> node, or after a restart of the process, is a different owner and has to be
 *       elected (R10).
 *   <li>{@link #checkLease} reads the clock and is correct right after a pause of the process (R8).
 *   <li>The callback of {@link #acquire(Consumer)} is called {@code conclave.stop-margin} before another owner can hold the
 *       lease, if the lease was not renewed in time. The owner calls {@link #release} once it has stopped; then the next owner
 *       need not wait for the end of the lease (R8).
 *   <li>Callbacks of the returned stages and the callback of {@link #acquire(Consumer)} run on Akka's internal dispatcher: they
 *       must not block.
 * </ul>
 *
 * <p>{@code lease-operation-timeout} limits how long any call takes; the heartbeat settings of Akka's leases are ignored, since
 * {@code conclave.heartbeat-interval} and {@code conclave.election-timeout} say how long a lease lasts.
 */
public final class ConclaveLease extends Lease {

    private final LeaseSettings settings;
    private final ExtendedActorSystem system;

    private volatile @Nullable HeldLease heldLease;

    /**
     * Called by Akka, twice for each lease. Only reads the configuration.
     *
     * @param settings the lease's name, its owner, and its block of configuration
     * @param system the actor system of the owner
     * @throws IllegalArgumentException if no voters are set, or if {@code lease-operation-timeout} is too short to elect a leader
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

    /** Like {@link #acquire(Consumer)}, and keeps the callback given before. */
    @Override
    public CompletionStage<Boolean> acquire() {
        return acquire(Optional.empty());
    }

    /**
     * Completes with true when the owner holds the lease, and with false if another owner held it for a whole election timeout.
     * Fails with a {@link LeaseException} if neither is known within {@code lease-operation-timeout}, or if this node cannot hold
     * a lease at all.
     *
     * @param leaseLostCallback called once if the lease is lost; not after a release, and not before the returned stage has
     *     completed with true; replaces the callback given before
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
                () -> Telemetry.get(Adapter.toTyped(system)).leases().unanswered());
    }

    /**
     * From this call on {@link #checkLease} returns false. Completes with true when this node no longer leads the lease's
     * election and has sent the release to all peers; peers that the release does not reach are free one election timeout later
     * (R9). Cancels an acquire that is in progress, which then completes with false.
     *
     * <p>Fails if the owner neither holds nor acquires the lease; does not fail if the owner held the lease and lost it.
     */
    @Override
    public CompletionStage<Boolean> release() {
        HeldLease held = heldLease;
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
        HeldLease held = heldLease;
        return held != null && held.lasts();
    }

    /**
     * The leadership behind the lease, if the owner holds the lease right now. Its fencing token grows from each holder to the
     * next: pass it along with every write to an external system, and let that system reject a lower one. May be called from any
     * thread.
     *
     * @return the leadership; empty if the lease is not certainly held
     */
    public Optional<Leadership> leadership() {
        HeldLease held = heldLease;
        return held != null && held.lasts() ? Optional.of(held.leadership()) : Optional.empty();
    }

    /** Called by the lease's actor only. */
    void hold(@Nullable HeldLease granted) {
        heldLease = granted;
    }

    /** Whether the owner was granted the lease and has not released it since, even if the lease was lost. */
    boolean hasNotLetGo() {
        return heldLease != null;
    }

    private String shownName() {
        return PrintableText.of(settings.leaseName());
    }

    private String owner() {
        return settings.ownerName();
    }

    private interface Question {
        void put(LeaseReply answer, Leases leases);
    }

    private CompletionStage<Boolean> ask(String what, Question question, Runnable tooLate) {
        try {
            var typed = Adapter.toTyped(system);
            // Throws here, with a remedy, if Conclave cannot start on this node.
            Conclave.get(typed);
            Leases leases = Leases.get(typed);
            LeaseReply answer = LeaseReply.within(
                    operationTimeout(),
                    system.dispatchers().lookup("akka.actor.internal-dispatcher"),
                    what + " the lease \"" + shownName() + "\" for " + PrintableText.of(owner()),
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
