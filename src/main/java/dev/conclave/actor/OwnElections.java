package dev.conclave.actor;

import dev.conclave.core.ElectionName;

/**
 * The elections that Conclave holds for itself, such as those behind leases. An application cannot join them: they count
 * neither for its readiness nor among the elections that JMX lists.
 *
 * @param <E> an election as its users have it, a type that this package does not know
 */
public interface OwnElections<E> {

    /** A handle on one of them. Creating it asks for nothing; the first thing that is asked of it joins the election. */
    E own(ElectionName election);

    /**
     * Watches one of them or stops doing so, without any other effect on this node's part in it. Each call with true is
     * taken back by one with false.
     */
    void observe(ElectionName election, boolean begins);
}
