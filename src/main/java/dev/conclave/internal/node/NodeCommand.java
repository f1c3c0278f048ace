package dev.conclave.internal.node;

import akka.Done;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.electorate.Wish;
import dev.conclave.internal.peer.PeerCommand;
import dev.conclave.internal.wire.NodeMessage;
import dev.conclave.lifeline.ExpressLaneFrame;
import java.net.InetSocketAddress;
import java.util.List;
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

    /** Greet a node, which says then what it holds. */
    record Greet(PeerId peer) implements NodeCommand {}

    /** This node may found a group, if it is the first of its list and finds none (E10). */
    record MayFound() implements NodeCommand {}

    /**
     * A change of the electorate is wanted (E6); {@code done} completes with no text when a majority obeys the last configuration, or
     * with the steps of a dry run, and fails with one sentence.
     *
     * @param dryRun whether only the steps are wanted
     * @param by the cause, in words
     */
    record Wished(Wish wish, boolean dryRun, String by, CompletableFuture<List<String>> done) implements NodeCommand {}

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
