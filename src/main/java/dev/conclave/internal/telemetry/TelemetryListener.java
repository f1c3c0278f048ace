package dev.conclave.internal.telemetry;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Message;
import dev.conclave.internal.runtime.Time;
import java.util.List;

/**
 * Receives the events of a node for metrics. The arguments are the values of the protocol itself; implementations decide what to
 * measure.
 *
 * <p>An {@link TelemetryPublisher} calls it on a thread for which no election waits (R14), by one thread at a time, in the order of
 * each election's events, and a little later than they happened.
 */
public interface TelemetryListener {

    /**
     * Called when a peer of the election starts on this node, for the first time or again.
     *
     * @param nowNanos when, on {@link Time#nanoTime()}
     */
    default void begun(ElectionName election, long nowNanos) {}

    /**
     * Called when this node no longer has or needs a peer of the election.
     *
     * @param nowNanos when, on {@link Time#nanoTime()}
     */
    default void forgotten(ElectionName election, long nowNanos) {}

    /**
     * Called when a step of a peer of this node had this effect. Sent heartbeats and acknowledgements are left out: a node with
     * thousands of elections sends tens of thousands of them each second, and no meter counts them.
     *
     * @param nowNanos when, on {@link Time#nanoTime()}
     */
    default void decided(ElectionName election, Effect effect, long nowNanos) {}

    /**
     * Called when a peer of this node has received a message from another peer. Heartbeats are left out, their acknowledgements
     * are not.
     *
     * @param nowNanos when, on {@link Time#nanoTime()}
     */
    default void heard(ElectionName election, PeerId from, Message message, long nowNanos) {}

    /**
     * Called when a message or a frame was dropped (R13).
     *
     * @param reason one of {@link DropReasons}
     */
    default void dropped(String reason) {}

    /** Called when these nodes are the voters from now on. */
    default void votersAre(List<PeerId> voters) {}

    /** Called when the journal took this long, in nanoseconds, to write a batch and force it to disk. */
    default void forced(long tookNanos) {}

    /** Called when this node begins to use an elected singleton; its counts change later. */
    default void singletonBegun(String singleton, SingletonCounts counts) {}

    /** Called when an instance of the singleton took this long, in nanoseconds, to end after this node was told to stop it. */
    default void singletonStopped(String singleton, long tookNanos) {}

    /** Called when an owner on this node acquired an Akka lease after this time, in nanoseconds. */
    default void leaseAcquired(long tookNanos) {}

    /** Called when this many events were dropped, because too many were waiting. */
    default void missed(long events) {}
}
