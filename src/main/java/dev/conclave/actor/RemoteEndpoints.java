package dev.conclave.actor;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import dev.conclave.core.PeerId;
import java.util.HashMap;
import java.util.Map;

/** The endpoints of other nodes by their addresses, in actor systems of the same name. */
public final class RemoteEndpoints implements NodePlace.Endpoints {

    private static final int MOST = 2_000;

    private final ActorRefResolver resolver;
    private final String systemName;
    private final Map<PeerId, ActorRef<Frame>> resolved = new HashMap<>();

    /** As this system reaches them. */
    public RemoteEndpoints(ActorSystem<?> system) {
        resolver = ActorRefResolver.get(system);
        systemName = system.name();
    }

    @Override
    public ActorRef<Frame> of(PeerId peer) {
        if (resolved.size() >= MOST) {
            // Strangers are greeted back, under whatever names they claim (R13).
            resolved.clear();
        }
        return resolved.computeIfAbsent(
                peer,
                to -> resolver.resolveActorRef("akka://" + systemName + "@" + to + "/system/" + ElectionNode.NAME));
    }
}
