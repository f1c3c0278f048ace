package dev.conclave.internal.wire;

import akka.actor.ActorRef;
import akka.actor.ActorSelection;
import akka.actor.Address;
import akka.actor.RootActorPath;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import dev.conclave.core.PeerId;
import java.util.HashMap;
import java.util.Map;

/**
 * Sends frames to other nodes by their addresses; all actor systems have the same name.
 *
 * <p>Each frame is sent to an {@link ActorSelection}, like Akka's own cluster heartbeats, and not to a reference that is resolved
 * by its path. Artery's receiver caches what it resolved such a path to: a frame that arrives after the receiver's remoting is up
 * but before its {@code /system/conclave} exists creates an empty reference, which Artery treats like any other. After {@code
 * akka.remote.artery.advanced.compression.actor-refs.advertisement-interval} (a minute) the receiver advertises the empty
 * reference to the sender, and every later frame goes to it: the receiver never gets a frame of that sender again. A selection is
 * addressed to the root guardian, which exists before remoting does, and its path is looked up at each delivery.
 */
public final class RemoteEndpoints implements FrameSender {

    /** The name of every node's actor ({@code NodeActor}) below {@code /system}. */
    public static final String NAME = "conclave";

    /** The path of every node's actor within its actor system. */
    public static final String PATH = "/system/" + NAME;

    private static final int MOST = 16_384;

    private final akka.actor.ActorSystem system;
    private final int maxFrameBytes;
    private final Map<PeerId, ActorSelection> selections = new HashMap<>();

    /** Sends from this actor system. */
    public RemoteEndpoints(ActorSystem<?> system) {
        this.system = Adapter.toClassic(system);
        // Half of Artery's maximum leaves room for its envelope, and for a header that is longer than usual.
        this.maxFrameBytes = (int) Math.min(
                Frame.MAX_BYTES,
                system.settings().config().getBytes("akka.remote.artery.advanced.maximum-frame-size") / 2);
    }

    @Override
    public void send(PeerId to, Frame frame) {
        if (selections.size() >= MOST) {
            // Unknown senders are answered, and may use any number of names (R13).
            selections.clear();
        }
        selections.computeIfAbsent(to, this::select).tell(frame, ActorRef.noSender());
    }

    @Override
    public int maxFrameBytes() {
        return maxFrameBytes;
    }

    private ActorSelection select(PeerId peer) {
        return system.actorSelection(
                new RootActorPath(Address.apply("akka", system.name(), peer.host(), peer.port()), "/")
                        .child("system")
                        .child(NAME));
    }
}
