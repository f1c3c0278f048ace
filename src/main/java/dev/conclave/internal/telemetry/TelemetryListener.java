package dev.conclave.internal.telemetry;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Message;
import dev.conclave.internal.runtime.Time;

/**
 * Receives the events of a node for metrics. The arguments are the values of the protocol itself; implementations decide what to
 * measure.
 *
 * <p>An {@link TelemetryPublisher} calls it on a thread for which no election waits (R14), by one thread at a time, in the order of
 * each election's events, and a little later than they happened.
 */
public interface TelemetryListener {

    /**
     * A peer of the election starts on this node, for the first time or again.
     *
     * @param nowNanos when, on {@link Time#nanoTime()}
     */
    default void begun(ElectionName election, long nowNanos) {}

    /**
     * This node no longer has or needs a peer of the election.
     *
     * @param nowNanos when, on {@link Time#nanoTime()}
     */
    default void forgotten(ElectionName election, long nowNanos) {}

    /**
     * A step of a peer of this node had this effect. Sent heartbeats and acknowledgements are left out: a node with thousands of
     * elections sends tens of thousands of them each second, and no meter counts them.
     *
     * @param nowNanos when, on {@link Time#nanoTime()}
     */
    default void decided(ElectionName election, Effect effect, long nowNanos) {}

    /**
     * A peer of this node has received a message from another one. Heartbeats are left out, their acknowledgements are not.
     *
     * @param nowNanos when, on {@link Time#nanoTime()}
     */
    default void heard(ElectionName election, PeerId from, Message message, long nowNanos) {}

    /**
     * A message or frame was dropped (R13).
     *
     * @param reason one of {@link DropReasons}
     */
    default void dropped(String reason) {}

    /** The journal took this long to write a batch and force it to disk. */
    default void forced(long tookNanos) {}

    /** This node now has an elected singleton with these counts. */
    default void singletonBegun(String singleton, SingletonCounts counts) {}

    /** An instance of the singleton took this long to end after this node was told to stop it. */
    default void singletonStopped(String singleton, long tookNanos) {}

    /** An owner on this node acquired an Akka lease after this long. */
    default void leaseAcquired(long tookNanos) {}

    /** This many events were dropped, because too many were waiting. */
    default void missed(long events) {}
}
