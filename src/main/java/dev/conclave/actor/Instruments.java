package dev.conclave.actor;

import dev.conclave.core.Effect;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Message;
import dev.conclave.core.PeerId;

/**
 * Hears what happens on a node, to measure it. It is told the very values that the protocol works with, and whatever a
 * figure means is its own affair.
 *
 * <p>Called on the threads of the protocol and of the store, one election never on two at a time: it must return at once.
 */
public interface Instruments {

    /**
     * A peer of this node has decided something, which is carried out next.
     *
     * @param nowNanos when, on {@link Time#nanoTime()}
     */
    default void decided(ElectionName election, Effect effect, long nowNanos) {}

    /**
     * A peer of this node is told something by another; what follows from it comes later.
     *
     * @param nowNanos when, on {@link Time#nanoTime()}
     */
    default void heard(ElectionName election, PeerId from, Message message, long nowNanos) {}

    /**
     * Something was dropped (R13).
     *
     * @param reason why, of a small fixed set: a {@link dev.conclave.core.NodeEffect.Drop}, or what else there is
     */
    default void dropped(String reason) {}

    /** The journal has written a batch and forced it to the disk, which took this long. */
    default void forced(long tookNanos) {}
}
