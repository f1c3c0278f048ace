package dev.conclave.internal.node;

import akka.Done;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.internal.peer.PeerCommand;
import dev.conclave.internal.wire.NodeMessage;
import dev.conclave.lifeline.ExpressLaneFrame;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;

/** The messages of this node's own parts to its {@link NodeActor}; other nodes send it frames. */
public interface NodeCommand extends NodeMessage {

    /** A command for one of its peers; starts the peer if necessary. */
    record ForPeer(ElectionName election, PeerCommand command) implements NodeCommand {}

    /**
     * Hands over all elections that this node leads, and makes it a candidate in none; {@code left} completes when it leads none.
     */
    record Leave(CompletableFuture<Done> left) implements NodeCommand {}

    /**
     * Hands over all elections that this node leads, and makes it a candidate in none until {@link Undrain}; {@code drained}
     * completes when it leads none.
     *
     * @param by the cause, in words
     */
    record Drain(CompletableFuture<Done> drained, String by) implements NodeCommand {}

    /** The node is a candidate again in all elections in which its application stands. */
    record Undrain(String by) implements NodeCommand {}

    /** Completes {@code answered} on the protocol's thread, which shows that it works. */
    record Ping(CompletableFuture<Done> answered) implements NodeCommand {}

    /** It is proven that a process has ended (R10). */
    record ProcessGone(PeerId peer, Incarnation incarnation) implements NodeCommand {}

    /** A lifeline to the peer has come up, at this address. */
    record LifelineUp(PeerId peer, InetSocketAddress address) implements NodeCommand {}

    /** The leaderships of this node are void: its lifeline has ended (R10). */
    record ListenerEnded() implements NodeCommand {}

    /** A frame has arrived over an express lane. */
    record ExpressHeard(ExpressLaneFrame frame) implements NodeCommand {}
}
