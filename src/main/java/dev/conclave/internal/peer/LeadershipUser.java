package dev.conclave.internal.peer;

import akka.Done;
import akka.actor.typed.ActorRef;
import dev.conclave.internal.runtime.Time;

/**
 * Uses the leadership of this node, as a singleton does: works only while this node leads, and answers when it has stopped
 * (R8). Called on the thread of the peer's actor: it must return at once.
 */
public interface LeadershipUser {

    /** Tells the user to start working, because this node leads. */
    void start(LeadershipLease lease);

    /**
     * Tells the user to stop working, and then to send {@link Done} to {@code stopped}. The lease ends even if the user does
     * not answer in time.
     *
     * @param deadlineNanos until when the user may take time, on {@link Time#nanoTime()}
     * @param stopped receives {@link Done} when the user has stopped; repeated answers have no effect
     */
    void stop(LeadershipLease lease, long deadlineNanos, ActorRef<Done> stopped);

    /** Whether this node hands over if the user's actor ends while this node leads. */
    default boolean handsOverWhenItEnds() {
        return false;
    }

    /** Returns the user to keep when the same actor is registered again. */
    default LeadershipUser replacedBy(LeadershipUser again) {
        return again;
    }
}
