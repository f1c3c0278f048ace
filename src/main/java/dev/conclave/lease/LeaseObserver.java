package dev.conclave.lease;

import akka.actor.typed.ActorSystem;
import dev.conclave.Election;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.internal.node.InternalElections;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Shows which node holds an Akka lease, on any node:
 *
 * <pre>{@code
 * try (LeaseObserver lease = LeaseObserver.of(system, "orders")) {
 *     lease.holder().ifPresent(node -> ...);
 * }
 * }</pre>
 *
 * <p>From its creation until it is closed this node watches the lease's election; until it has been notified of a leader, {@link
 * #holder()} is empty. An observer never acquires, keeps or releases anything. All methods may be called from any thread, and
 * none blocks.
 */
public final class LeaseObserver implements AutoCloseable {

    private final InternalElections<Election> elections;
    private final ElectionName name;
    private final Election election;
    private final AtomicBoolean closed = new AtomicBoolean();

    private LeaseObserver(InternalElections<Election> elections, ElectionName name) {
        this.elections = elections;
        this.name = name;
        this.election = elections.own(name);
        elections.observe(name, true);
    }

    /**
     * Begins to observe a lease.
     *
     * @param system the actor system of this node
     * @param lease the name of the lease, as Akka's configuration or {@code LeaseSettings} has it
     * @return the observer; close it when it is no longer needed
     * @throws IllegalStateException if {@code conclave.voters} is not set
     */
    public static LeaseObserver of(ActorSystem<?> system, String lease) {
        return new LeaseObserver(LeaseElections.of(system), ElectionName.ofLease(lease));
    }

    /**
     * The node that holds the lease, as far as this node knows at this moment.
     *
     * @return empty if no node is known to hold it
     */
    public Optional<PeerId> holder() {
        return election.status().leader();
    }

    /**
     * The term in which the lease is held. It tells two holders apart, and is not a fencing token: only the holder has one, see
     * {@link ConclaveLease#leadership()}.
     *
     * @return the highest term that this node has received while no node is known to hold the lease
     */
    public long term() {
        return election.status().term();
    }

    /** Stops watching. Repeated calls change nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            elections.observe(name, false);
        }
    }
}
