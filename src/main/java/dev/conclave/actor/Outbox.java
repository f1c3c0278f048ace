package dev.conclave.actor;

import dev.conclave.core.Hello;
import dev.conclave.core.NodeInput;
import dev.conclave.core.PeerId;
import dev.conclave.lifeline.Lifeline;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What a node sends to others: gathers what goes to the same one, over all elections, so that it travels in one frame. What
 * is in a hurry goes over the express lane, if that is connected, and a moment later through Artery too: at once it would
 * only take the processor away from the fail-over that it is about. So much at once that it is many elections which change goes
 * through Artery alone: two copies of it would take longer than what a lane saves. Whatever goes to a process that is gone waits so long too:
 * Artery would begin to connect to it anew. Peers gather on any thread;
 * all else is used on the thread of {@link ElectionNode}.
 *
 * <p>What is not in a hurry waits as long as more of it comes: the rounds of a thousand elections are due at one instant, and
 * each is made by another actor. It waits behind the actors that have something to do already, not for a time: a single
 * message leaves at once, and none waits longer than {@link #LONGEST_WAIT_NANOS} for others.
 */
final class Outbox {

    /** Short beside any H, and longer than a thousand actors take for their rounds once they run warm. */
    private static final long LONGEST_WAIT_NANOS = 2_000_000;

    /** How many dead processes are remembered. What goes to a forgotten one leaves a moment earlier. */
    static final int MAX_GONE = 1_000;

    /** The most messages that take a lane at a time; more are no single fail-over. */
    static final int MOST_URGENT = 64;

    /** A lease that is not renewed costs an election more. */
    private static final Comparator<Envelope> RENEWALS_FIRST =
            Comparator.comparing(envelope -> !envelope.message().renews());

    /** Tells the node to ask {@link #isComplete} and flush. */
    interface Reminder {
        /** When it has dealt with what has been told to it until now. */
        void soon();

        /** When also the other actors have that have something to do now. */
        void later();
    }

    private final NodePlace place;
    private final Reminder reminder;
    private final Map<PeerId, List<Envelope>> gathered = new LinkedHashMap<>();
    private final Map<PeerId, List<Envelope>> urgent = new LinkedHashMap<>();
    private final Map<PeerId, List<Envelope>> toTheGone = new LinkedHashMap<>();
    private final Map<PeerId, List<Envelope>> later = new LinkedHashMap<>();
    private final Set<PeerId> gone = new LinkedHashSet<>();

    private int size;
    private int sizeBefore;
    private boolean hurries;
    private long since;

    Outbox(NodePlace place, Reminder reminder) {
        this.place = place;
        this.reminder = reminder;
    }

    /** Takes it for the next {@link #flush}, of which it sees to it that there is one. */
    synchronized void gather(PeerId to, Envelope envelope, Way way) {
        boolean express = way == Way.EXPRESS
                && place.lifeline().filter(lifeline -> lifeline.hasLane(to)).isPresent();
        Map<PeerId, List<Envelope>> those = express ? urgent : gone.contains(to) ? toTheGone : gathered;
        those.computeIfAbsent(to, none -> new ArrayList<>()).add(envelope);
        size++;
        if (way == Way.EXPRESS && !hurries) {
            hurries = true;
            reminder.soon();
        } else if (size == 1) {
            since = place.time().nanoTime();
            sizeBefore = size;
            reminder.later();
        }
    }

    /** Whether it is time to flush; if not, the node is reminded again. */
    synchronized boolean isComplete() {
        boolean grows = size > sizeBefore;
        if (!grows || hurries || place.time().nanoTime() - since > LONGEST_WAIT_NANOS) {
            return true;
        }
        sizeBefore = size;
        reminder.later();
        return false;
    }

    /**
     * Sends what has gathered.
     *
     * @param headers what a frame to the peer says of its sender; empty if there is no contact with the peer
     * @param wanted hears of each such peer, whose messages are lost
     * @return whether the first message since the last {@link #flushLater} waits for that one
     */
    synchronized boolean flush(Function<PeerId, Optional<NodeInput.Framed>> headers, Consumer<PeerId> wanted) {
        boolean first = later.isEmpty();
        size = 0;
        sizeBefore = 0;
        hurries = false;
        slowDownTheMany();
        place.lifeline()
                .ifPresent(lifeline -> urgent.forEach((to, envelopes) -> headers.apply(to)
                        .ifPresent(header ->
                                express(lifeline, to, Wire.toFrames(header, envelopes, Lifeline.MAX_FRAME_BYTES)))));
        defer(urgent);
        defer(toTheGone);
        throughArtery(gathered, headers, wanted);
        return first && !later.isEmpty();
    }

    private void slowDownTheMany() {
        urgent.entrySet().removeIf(entry -> {
            boolean many = entry.getValue().size() > MOST_URGENT;
            if (many) {
                (gone.contains(entry.getKey()) ? toTheGone : gathered)
                        .computeIfAbsent(entry.getKey(), none -> new ArrayList<>())
                        .addAll(0, entry.getValue());
            }
            return many;
        });
    }

    private void defer(Map<PeerId, List<Envelope>> messages) {
        messages.forEach((to, envelopes) ->
                later.computeIfAbsent(to, none -> new ArrayList<>()).addAll(envelopes));
        messages.clear();
    }

    /** Sends through Artery what has gone over express lanes, and what goes to those who are gone. */
    synchronized void flushLater(Function<PeerId, Optional<NodeInput.Framed>> headers, Consumer<PeerId> wanted) {
        throughArtery(later, headers, wanted);
    }

    /** A process there is proven gone (R10). */
    synchronized void gone(PeerId peer) {
        gone.remove(peer);
        if (gone.size() >= MAX_GONE) {
            gone.remove(gone.iterator().next());
        }
        gone.add(peer);
    }

    /** There is one again. */
    synchronized void heard(PeerId peer) {
        gone.remove(peer);
    }

    private void throughArtery(
            Map<PeerId, List<Envelope>> messages,
            Function<PeerId, Optional<NodeInput.Framed>> headers,
            Consumer<PeerId> wanted) {
        messages.forEach((to, envelopes) -> {
            Optional<NodeInput.Framed> header = headers.apply(to);
            if (header.isPresent()) {
                envelopes.sort(RENEWALS_FIRST);
                Wire.toFrames(header.get(), envelopes, place.endpoints().maxFrameBytes())
                        .forEach(frame -> place.endpoints().send(to, frame));
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
        place.endpoints().send(to, Wire.toFrame(hello));
    }
}
