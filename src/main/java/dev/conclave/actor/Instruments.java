package dev.conclave.actor;

import dev.conclave.core.Effect;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Message;
import dev.conclave.core.PeerId;

/**
 * Measures what happens on a node. It receives the very values that the protocol works with; what a figure means is decided
 * here and not there.
 *
 * <p>Fitted to an {@link InstrumentPanel}, it is called on a thread that no election waits for (R14), by one thread at a time,
 * in the order in which each election's events happened, and a little later than they did.
 */
public interface Instruments {

    /**
     * A peer of the election begins on this node, for the first time or again.
     *
     * @param nowNanos when, on {@link Time#nanoTime()}
     */
    default void begun(ElectionName election, long nowNanos) {}

    /**
     * This node has forgotten the election: it has no peer, and nothing on the node wants one.
     *
     * @param nowNanos when, on {@link Time#nanoTime()}
     */
    default void forgotten(ElectionName election, long nowNanos) {}

    /**
     * A peer of this node has decided something.
     *
     * @param nowNanos when, on {@link Time#nanoTime()}
     */
    default void decided(ElectionName election, Effect effect, long nowNanos) {}

    /**
     * A peer of this node has received something from another one.
     *
     * @param nowNanos when, on {@link Time#nanoTime()}
     */
    default void heard(ElectionName election, PeerId from, Message message, long nowNanos) {}

    /**
     * Something was dropped (R13).
     *
     * @param reason why, one of {@link DropReasons}
     */
    default void dropped(String reason) {}

    /** The journal has written a batch and forced it to the disk, which took this long. */
    default void forced(long tookNanos) {}

    /** This node has an elected singleton from now on; its counts are read from here. */
    default void singletonBegun(String singleton, SingletonCounts counts) {}

    /** An instance of the singleton has ended after this node was told to stop it, which took this long. */
    default void singletonStopped(String singleton, long tookNanos) {}

    /** An owner on this node has acquired a lease of Akka's, this long after it had asked. */
    default void leaseAcquired(long tookNanos) {}

    /** So many of the above were left out, since more of them were waiting than may wait. */
    default void missed(long events) {}
}
