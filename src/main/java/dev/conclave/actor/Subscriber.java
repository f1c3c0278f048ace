package dev.conclave.actor;

import dev.conclave.core.Effect;
import dev.conclave.core.PeerId;

/**
 * Hears what becomes of an election on this node. Called on the thread of the peer's actor: it must return at once, so all it
 * does is send a message (R14).
 */
public interface Subscriber {

    /** Another node leads. */
    default void following(PeerId leader, long term) {}

    /** Nobody is known to lead. */
    default void leaderless(long term) {}

    /** This node asks for votes. */
    default void standing(long term) {}

    /** This node leads. */
    default void elected(Lease lease) {}

    /**
     * This node's leadership ends, finally.
     *
     * @param deadlineNanos until when its users have time, on {@link Time#nanoTime()}
     */
    default void dismissed(Lease lease, Effect.Reason reason, long deadlineNanos) {}

    /**
     * This node's leadership is over.
     *
     * @param heldUntilNanos when it ended, on {@link Time#nanoTime()}; may lie in the past
     */
    default void ended(Lease lease, Effect.Reason reason, long heldUntilNanos) {}

    /**
     * The node takes no part in the election any more: its actor system stops, its store has failed, or its lifeline has ended.
     * In the last case it still says which other node leads.
     */
    default void stopped() {}
}
