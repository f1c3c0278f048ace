package dev.conclave.actor;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import dev.conclave.core.Hello;
import dev.conclave.core.NodeInput;
import dev.conclave.core.PeerId;
import dev.conclave.lifeline.Lifeline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What a node sends to others: gathers what goes to the same one, over all elections, so that it travels in one frame. What
 * is in a hurry goes over the express lane, if that is connected, and a moment later through Artery too: at once it would
 * only take the processor away from the fail-over that it is about. Used on the thread of {@link ElectionNode}.
 */
final class Outbox {

    private static final int MAX_ENDPOINTS = 2_000;

    private final NodePlace place;
    private final ActorRefResolver resolver;
    private final Map<PeerId, ActorRef<Frame>> endpoints = new HashMap<>();
    private final Map<PeerId, List<Envelope>> gathered = new LinkedHashMap<>();
    private final Map<PeerId, List<Envelope>> urgent = new LinkedHashMap<>();
    private final Map<PeerId, List<Envelope>> copies = new LinkedHashMap<>();

    Outbox(NodePlace place, ActorRefResolver resolver) {
        this.place = place;
        this.resolver = resolver;
    }

    /** Takes it for the next {@link #flush}. Gives whether it is the first since the last one. */
    boolean gather(PeerId to, Envelope envelope, Way way) {
        boolean first = gathered.isEmpty() && urgent.isEmpty();
        boolean express = way == Way.EXPRESS
                && place.lifeline().filter(lifeline -> lifeline.hasLane(to)).isPresent();
        (express ? urgent : gathered)
                .computeIfAbsent(to, none -> new ArrayList<>())
                .add(envelope);
        return first;
    }

    /**
     * Sends what has gathered.
     *
     * @param headers what a frame to the peer says of its sender; empty if there is no contact with the peer
     * @param wanted hears of each such peer, whose messages are lost
     * @return whether the first message since the last {@link #flushCopies} waits for that one
     */
    boolean flush(Function<PeerId, Optional<NodeInput.Framed>> headers, Consumer<PeerId> wanted) {
        boolean first = copies.isEmpty() && !urgent.isEmpty();
        place.lifeline()
                .ifPresent(lifeline -> urgent.forEach((to, envelopes) -> headers.apply(to)
                        .ifPresent(header ->
                                express(lifeline, to, Wire.toFrames(header, envelopes, Lifeline.MAX_FRAME_BYTES)))));
        urgent.forEach((to, envelopes) ->
                copies.computeIfAbsent(to, none -> new ArrayList<>()).addAll(envelopes));
        urgent.clear();
        throughArtery(gathered, headers, wanted);
        return first;
    }

    /** Sends through Artery what has gone over express lanes. */
    void flushCopies(Function<PeerId, Optional<NodeInput.Framed>> headers, Consumer<PeerId> wanted) {
        throughArtery(copies, headers, wanted);
    }

    private void throughArtery(
            Map<PeerId, List<Envelope>> messages,
            Function<PeerId, Optional<NodeInput.Framed>> headers,
            Consumer<PeerId> wanted) {
        messages.forEach((to, envelopes) -> {
            Optional<NodeInput.Framed> header = headers.apply(to);
            if (header.isPresent()) {
                Wire.toFrames(header.get(), envelopes)
                        .forEach(frame -> endpoint(to).tell(frame));
            } else {
                wanted.accept(to);
            }
        });
        messages.clear();
    }

    /** One that is too long for the lane is none the worse for it: it arrives as everything else does. */
    private static void express(Lifeline lifeline, PeerId to, List<Frame> frames) {
        for (Frame frame : frames) {
            byte[] bytes = FrameBytes.of(frame);
            if (bytes.length <= Lifeline.MAX_FRAME_BYTES) {
                lifeline.send(to, bytes);
            }
        }
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
