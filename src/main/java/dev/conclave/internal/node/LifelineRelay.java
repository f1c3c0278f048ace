package dev.conclave.internal.node;

import akka.actor.typed.ActorRef;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.internal.wire.NodeMessage;
import dev.conclave.lifeline.ExpressLaneFrame;
import dev.conclave.lifeline.LifelineCallback;
import dev.conclave.logging.AsyncLogger;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Forwards the events of a node's lifeline, which must be open before the node sends its first message, to the node's actor. */
public final class LifelineRelay implements LifelineCallback {

    private final AsyncLogger log;
    private volatile @Nullable ActorRef<NodeMessage> node;

    /** Creates a relay without a target. */
    public LifelineRelay(AsyncLogger log) {
        this.log = log;
    }

    /** Sets the target. */
    public void to(ActorRef<NodeMessage> endpoint) {
        node = endpoint;
    }

    /** Removes the target. */
    public void toNobody() {
        node = null;
    }

    private void tell(NodeMessage command) {
        ActorRef<NodeMessage> endpoint = node;
        if (endpoint != null) {
            endpoint.tell(command);
        }
    }

    @Override
    public void gone(PeerId peer, Incarnation incarnation) {
        tell(new NodeCommand.ProcessGone(peer, incarnation));
    }

    @Override
    public void up(PeerId peer, Incarnation incarnation, InetSocketAddress address) {
        tell(new NodeCommand.LifelineUp(peer, address));
    }

    @Override
    public void heard(ExpressLaneFrame frame) {
        ActorRef<NodeMessage> endpoint = node;
        if (endpoint == null) {
            frame.take();
        } else {
            endpoint.tell(new NodeCommand.ExpressHeard(frame));
        }
    }

    @Override
    public void ended(Throwable cause) {
        tell(new NodeCommand.ListenerEnded());
        log.error(
                "The lifeline has ended, so this node still votes but neither leads nor is a candidate in any election"
                        + " until it is restarted",
                cause);
    }
}
