package dev.conclave.actor;

import akka.actor.typed.ActorRef;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.lifeline.ExpressFrame;
import dev.conclave.lifeline.LifelineListener;
import dev.conclave.logging.AsyncLogger;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Between a node's lifeline, which must be open before the first message, and its endpoint, which sends it. */
public final class LifelineRelay implements LifelineListener {

    private final AsyncLogger log;
    private volatile @Nullable ActorRef<ElectionNode.Command> node;

    /** Tells nobody yet. */
    public LifelineRelay(AsyncLogger log) {
        this.log = log;
    }

    /** From now on this endpoint is told. */
    public void to(ActorRef<ElectionNode.Command> endpoint) {
        node = endpoint;
    }

    /** From now on nobody is told any more. */
    void toNobody() {
        node = null;
    }

    private void tell(ElectionNode.Command command) {
        ActorRef<ElectionNode.Command> endpoint = node;
        if (endpoint != null) {
            endpoint.tell(command);
        }
    }

    @Override
    public void gone(PeerId peer, Incarnation incarnation) {
        tell(new ElectionNode.ProcessGone(peer, incarnation));
    }

    @Override
    public void up(PeerId peer, Incarnation incarnation, InetSocketAddress address) {
        tell(new ElectionNode.LifelineUp(peer, address));
    }

    @Override
    public void heard(ExpressFrame frame) {
        ActorRef<ElectionNode.Command> endpoint = node;
        if (endpoint == null) {
            frame.take();
        } else {
            endpoint.tell(new ElectionNode.ExpressHeard(frame));
        }
    }

    @Override
    public void ended(Throwable cause) {
        tell(new ElectionNode.ListenerEnded());
        log.error(
                "The lifeline has ended, so this node still votes but neither leads nor is a candidate in any election until it"
                        + " is restarted",
                cause);
    }
}
