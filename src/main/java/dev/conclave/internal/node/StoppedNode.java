package dev.conclave.internal.node;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.Behaviors;
import dev.conclave.internal.peer.PeerCommand;
import dev.conclave.internal.wire.NodeMessage;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/**
 * The behavior of a node that no longer votes or leads in this life (R3): it waits until its peers have ended, and answers every
 * request with a failure, or with success where nothing is left to be done.
 */
// Akka's function types are serializable, and below "internal" javac warns of every lambda of such a type.
@SuppressWarnings("serial")
final class StoppedNode {

    private final NodeEnvironment environment;
    private final Throwable cause;
    private final Set<ActorRef<PeerCommand>> stopping;

    private StoppedNode(NodeEnvironment environment, Throwable cause, Collection<ActorRef<PeerCommand>> stopping) {
        this.environment = environment;
        this.cause = cause;
        this.stopping = new HashSet<>(stopping);
    }

    /**
     * The behavior of a node whose peers are stopping.
     *
     * @param cause why the node has stopped, for those who still ask
     * @param stopping the peers that have not ended
     */
    static Behavior<NodeMessage> create(
            NodeEnvironment environment, Throwable cause, Collection<ActorRef<PeerCommand>> stopping) {
        StoppedNode node = new StoppedNode(environment, cause, stopping);
        node.endUnlessPeersStop();
        return Behaviors.receive(NodeMessage.class)
                .onMessage(NodeCommand.Leave.class, leave -> {
                    leave.left().complete(Done.getInstance());
                    return Behaviors.same();
                })
                .onMessage(NodeCommand.Wished.class, wished -> {
                    wished.done().completeExceptionally(node.leadsNothing());
                    return Behaviors.same();
                })
                .onMessage(NodeCommand.Ping.class, ping -> {
                    ping.answered().complete(Done.getInstance());
                    return Behaviors.same();
                })
                .onMessage(NodeCommand.Drain.class, drain -> {
                    drain.drained().complete(Done.getInstance());
                    return Behaviors.same();
                })
                .onMessage(NodeActor.Left.class, everyone -> {
                    everyone.left().complete(Done.getInstance());
                    return Behaviors.same();
                })
                .onMessage(NodeCommand.ForPeer.class, m -> {
                    node.refuse(m.command());
                    return Behaviors.same();
                })
                .onMessage(NodeActor.PeerEnded.class, peer -> {
                    node.stopping.remove(peer.peer());
                    node.endUnlessPeersStop();
                    return Behaviors.same();
                })
                .onAnyMessage(other -> Behaviors.same())
                .onSignal(PostStop.class, signal -> {
                    environment.elections().end("its actor system has ended");
                    return Behaviors.same();
                })
                .build();
    }

    /** Completes the futures that were still in the mailboxes of stopped peers, once all peers have stopped. */
    private void endUnlessPeersStop() {
        if (stopping.isEmpty()) {
            environment.elections().end(String.valueOf(cause.getMessage()));
        }
    }

    private void refuse(PeerCommand command) {
        command.isForNobody();
        if (command instanceof PeerCommand.HandOver handOver) {
            handOver.done().completeExceptionally(leadsNothing());
        } else if (command instanceof PeerCommand.WhenElected when) {
            when.elected().completeExceptionally(leadsNothing());
        } else if (command instanceof PeerCommand.Subscribe subscribe) {
            subscribe.subscriber().stopped();
        }
    }

    private IllegalStateException leadsNothing() {
        return new IllegalStateException(environment.self().id() + " leads nothing: " + cause.getMessage());
    }
}
