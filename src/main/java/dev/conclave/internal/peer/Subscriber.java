package dev.conclave.internal.peer;

import dev.conclave.core.PeerId;
import dev.conclave.core.peer.Effect;
import dev.conclave.internal.runtime.Time;

/**
 * Receives the events of an election on this node. Called on the thread of the peer's actor: it must return at once, so it only
 * sends a message (R14).
 */
public interface Subscriber {

    /** Called when another node leads. */
    default void following(PeerId leader, long term) {}

    /** Called when no leader is known. */
    default void leaderless(long term) {}

    /** Called when this node asks for votes in a new term. */
    default void standing(long term) {}

    /** Called when this node leads. */
    default void elected(LeadershipLease lease) {}

    /**
     * Called when this node's leadership ends for good.
     *
     * @param deadlineNanos until when users may take time to stop, on {@link Time#nanoTime()}
     */
    default void dismissed(LeadershipLease lease, Effect.Reason reason, long deadlineNanos) {}

    /**
     * Called when this node's leadership is over.
     *
     * @param heldUntilNanos when it ended, on {@link Time#nanoTime()}; may lie in the past
     */
    default void ended(LeadershipLease lease, Effect.Reason reason, long heldUntilNanos) {}

    /**
     * Called when this node no longer takes part in the election: it has left the election, its actor system is stopping, its
     * store has failed, or its lifeline has ended. In the last case events about other leaders still follow.
     */
    default void stopped() {}
}
