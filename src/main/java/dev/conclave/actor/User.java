package dev.conclave.actor;

import akka.Done;
import akka.actor.typed.ActorRef;

/**
 * Holds something while this node leads, such as a running singleton, and says when it has let go of it (R8). Called on the
 * thread of the peer's actor: it must return at once.
 */
public interface User {

    /** This node leads: take hold. */
    void start(Lease lease);

    /**
     * Let go, and then tell {@code stopped}. Who does not in time is overtaken by the end of the lease.
     *
     * @param deadlineNanos until when there is time, on {@link Time#nanoTime()}
     * @param stopped is told once everything is let go; more than once does no harm
     */
    void stop(Lease lease, long deadlineNanos, ActorRef<Done> stopped);

    /** Whether this node hands over if the user's actor ends while this node leads. */
    default boolean handsOverWhenItEnds() {
        return false;
    }
}
