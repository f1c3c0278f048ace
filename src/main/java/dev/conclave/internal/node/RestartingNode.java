package dev.conclave.internal.node;

import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.StashBuffer;
import dev.conclave.internal.wire.Frame;
import dev.conclave.internal.wire.NodeMessage;
import java.util.function.Function;

/**
 * The behavior of a {@link NodeActor} that was restarted while its former life wrote the head of the journal: waits until that is
 * done, so that the next life reads what is durable. Commands of this node are stashed meanwhile; frames of other nodes are dropped,
 * as any message may be lost.
 */
// Akka's function types are serializable, and below "internal" javac warns of every lambda of such a type.
@SuppressWarnings("serial")
final class RestartingNode {

    private record Written() implements NodeActor.FromWithin {}

    private RestartingNode() {}

    /**
     * Returns the behavior of the node, which waits if it has to.
     *
     * @param writes the writes of the former lives
     * @param node starts the node
     */
    static Behavior<NodeMessage> of(
            NodeEnvironment environment, HeadWrites writes, Function<ActorContext<NodeMessage>, NodeActor> node) {
        return Behaviors.setup(context -> {
            if (!writes.isUnderWay()) {
                return node.apply(context);
            }
            // If the write fails, so has the store, and the node will stop.
            context.pipeToSelf(writes.last(), (done, failure) -> new Written());
            return Behaviors.withStash(Integer.MAX_VALUE, stash -> waiting(environment, stash, node));
        });
    }

    private static Behavior<NodeMessage> waiting(
            NodeEnvironment environment,
            StashBuffer<NodeMessage> stash,
            Function<ActorContext<NodeMessage>, NodeActor> node) {
        return Behaviors.receive(NodeMessage.class)
                .onMessage(Written.class, written -> Behaviors.setup(context -> stash.unstashAll(node.apply(context))))
                .onMessage(Frame.class, lost -> Behaviors.same())
                .onMessage(NodeCommand.ExpressHeard.class, lost -> {
                    lost.frame().take();
                    return Behaviors.same();
                })
                .onAnyMessage(early -> {
                    stash.stash(early);
                    return Behaviors.same();
                })
                .onSignal(PostStop.class, signal -> {
                    environment.elections().end("its actor system has ended");
                    return Behaviors.same();
                })
                .build();
    }
}
