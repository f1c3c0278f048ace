package dev.conclave.actor;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import dev.conclave.core.Hello;
import dev.conclave.core.NodeInput;
import dev.conclave.core.PeerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What a node sends to others: gathers what goes to the same one, over all elections, so that it travels in one frame. Used on
 * the thread of {@link ElectionNode}.
 */
final class Outbox {

    private static final int MAX_ENDPOINTS = 2_000;

    private final NodePlace place;
    private final ActorRefResolver resolver;
    private final Map<PeerId, ActorRef<Frame>> endpoints = new HashMap<>();
    private final Map<PeerId, List<Envelope>> gathered = new LinkedHashMap<>();

    Outbox(NodePlace place, ActorRefResolver resolver) {
        this.place = place;
        this.resolver = resolver;
    }

    /** Takes it for the next {@link #flush}. Gives whether it is the first since the last one. */
    boolean gather(PeerId to, Envelope envelope) {
        boolean first = gathered.isEmpty();
        gathered.computeIfAbsent(to, none -> new ArrayList<>()).add(envelope);
        return first;
    }

    /**
     * Sends what has gathered.
     *
     * @param headers what a frame to the peer says of its sender; empty if there is no contact with the peer
     * @param wanted hears of each such peer, whose messages are lost
     */
    void flush(Function<PeerId, Optional<NodeInput.Framed>> headers, Consumer<PeerId> wanted) {
        gathered.forEach((to, envelopes) -> {
            Optional<NodeInput.Framed> header = headers.apply(to);
            if (header.isPresent()) {
                Wire.toFrames(header.get(), envelopes)
                        .forEach(frame -> endpoint(to).tell(frame));
            } else {
                wanted.accept(to);
            }
        });
        gathered.clear();
    }

    /** Sends a hello at once. */
    void greet(PeerId to, Hello hello) {
        endpoint(to).tell(Wire.toFrame(hello));
    }

    private ActorRef<Frame> endpoint(PeerId peer) {
        if (endpoints.size() >= MAX_ENDPOINTS) {
            // Strangers are greeted back, under whatever names they claim (R13).
            endpoints.clear();
        }
        return endpoints.computeIfAbsent(peer, to -> resolver.resolveActorRef(place.endpointOf(to)));
    }
}
