package dev.conclave.internal.node;

import dev.conclave.core.PeerId;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.electorate.ElectorateMessage;
import dev.conclave.core.node.Hello;
import dev.conclave.core.node.NodeInput;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.MessageRoute;
import dev.conclave.internal.wire.Envelope;
import dev.conclave.internal.wire.Frame;
import dev.conclave.internal.wire.FrameBytes;
import dev.conclave.internal.wire.WireFormat;
import dev.conclave.lifeline.Lifeline;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * The outgoing messages of a node: gathers messages to the same node, over all elections, into one frame. Urgent messages go over
 * the express lane, if it is connected, and a moment later also through Artery: sent at once, the copy would only compete with
 * the fail-over for CPU. If many elections change at once, their messages go through Artery alone, since two copies would take
 * longer than a lane saves; and so do values of registers that are more than a lane's connection takes at once. Messages to a process that has ended are deferred too, since Artery would otherwise start to
 * reconnect. Peers add messages on any thread; all other methods are used on the thread of {@link NodeActor}.
 *
 * <p>Messages that are not urgent wait while more of them arrive, since the heartbeats of a thousand elections are due at the
 * same instant and come from different actors. They wait until actors that have messages now have run, and not for a fixed time:
 * a single message leaves at once, and none waits longer than {@link #LONGEST_WAIT_NANOS} for others.
 */
final class Outbox {

    /** Short compared with any H, and longer than a thousand actors take for their heartbeats when the code is warm. */
    private static final long LONGEST_WAIT_NANOS = 2_000_000;

    /** How many dead processes are remembered. Messages to a forgotten one leave a moment earlier. */
    static final int MAX_GONE = 1_000;

    /** The most messages that use a lane before their copies have left through Artery; more than one fail-over sends. */
    static final int MOST_URGENT = 64;

    /** As {@link #MOST_URGENT}, but of the values of registers, in bytes: what a lane's connection takes at once. */
    static final int MOST_URGENT_BYTES = 3 * RegisterValue.MAX_BYTES;

    /** Sorts the heartbeats and acknowledgements that renew the lease of a leader before all other messages, since a leader that loses its
     * lease costs another election. */
    private static final Comparator<Envelope> RENEWALS_FIRST =
            Comparator.comparing(envelope -> !envelope.message().renews());

    /** Makes the node call {@link #isComplete} and flush. */
    interface Reminder {
        /** After the messages that are already in the mailbox of the node's actor. */
        void soon();

        /** After all other actors that have messages now. */
        void later();
    }

    private final NodeEnvironment environment;
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

    Outbox(NodeEnvironment environment, Reminder reminder) {
        this.environment = environment;
        this.reminder = reminder;
    }

    /** Adds a message for the next {@link #flush}, and triggers one. */
    synchronized void gather(PeerId to, Envelope envelope, MessageRoute way) {
        boolean express = way == MessageRoute.EXPRESS
                && environment
                        .lifeline()
                        .filter(lifeline -> lifeline.hasLane(to))
                        .isPresent();
        Map<PeerId, List<Envelope>> those = express ? urgent : gone.contains(to) ? toTheGone : gathered;
        those.computeIfAbsent(to, none -> new ArrayList<>()).add(envelope);
        size++;
        if (way == MessageRoute.EXPRESS && !hurries) {
            hurries = true;
            reminder.soon();
        } else if (size == 1) {
            since = environment.time().nanoTime();
            sizeBefore = size;
            reminder.later();
        }
    }

    /** Whether it is time to flush; if not, the node is reminded again. */
    synchronized boolean isComplete() {
        boolean grows = size > sizeBefore;
        if (!grows || hurries || environment.time().nanoTime() - since > LONGEST_WAIT_NANOS) {
            return true;
        }
        sizeBefore = size;
        reminder.later();
        return false;
    }

    /**
     * Sends the gathered messages.
     *
     * @param headers returns the header of a frame to the peer, with the number of a configuration; empty if there is no contact with the peer
     * @param wanted called with each peer without a contact; messages to it are lost
     * @return whether the first message since the last {@link #flushLater} was deferred, so that another one must be scheduled
     */
    synchronized boolean flush(
            BiFunction<PeerId, Integer, Optional<NodeInput.Framed>> headers, Consumer<PeerId> wanted) {
        boolean first = later.isEmpty();
        size = 0;
        sizeBefore = 0;
        hurries = false;
        slowDownTheMany();
        environment
                .lifeline()
                .ifPresent(lifeline -> urgent.forEach((to, envelopes) -> headers.apply(to, newest(envelopes))
                        .ifPresent(header -> express(
                                lifeline, to, WireFormat.toFrames(header, envelopes, Lifeline.MAX_FRAME_BYTES)))));
        defer(urgent);
        defer(toTheGone);
        throughArtery(gathered, headers, wanted);
        return first && !later.isEmpty();
    }

    private void slowDownTheMany() {
        urgent.entrySet().removeIf(entry -> {
            List<Envelope> before = later.getOrDefault(entry.getKey(), List.of());
            boolean many = entry.getValue().size() + before.size() > MOST_URGENT
                    || bytesOfValues(entry.getValue()) + bytesOfValues(before) > MOST_URGENT_BYTES;
            if (many) {
                (gone.contains(entry.getKey()) ? toTheGone : gathered)
                        .computeIfAbsent(entry.getKey(), none -> new ArrayList<>())
                        .addAll(0, entry.getValue());
            }
            return many;
        });
    }

    private static long bytesOfValues(List<Envelope> envelopes) {
        long bytes = 0;
        for (Envelope envelope : envelopes) {
            if (envelope.message() instanceof Message.StoreRegister store) {
                bytes += store.entry().value().map(RegisterValue::size).orElse(0);
            }
        }
        return bytes;
    }

    private void defer(Map<PeerId, List<Envelope>> messages) {
        messages.forEach((to, envelopes) ->
                later.computeIfAbsent(to, none -> new ArrayList<>()).addAll(envelopes));
        messages.clear();
    }

    /** Sends, through Artery, messages that went over express lanes, and those to processes that have ended. */
    synchronized void flushLater(
            BiFunction<PeerId, Integer, Optional<NodeInput.Framed>> headers, Consumer<PeerId> wanted) {
        throughArtery(later, headers, wanted);
    }

    /** It is proven that a process of the peer has ended (R10). */
    synchronized void gone(PeerId peer) {
        gone.remove(peer);
        if (gone.size() >= MAX_GONE) {
            gone.remove(gone.iterator().next());
        }
        gone.add(peer);
    }

    /** A process of the peer is running again. */
    synchronized void heard(PeerId peer) {
        gone.remove(peer);
    }

    private void throughArtery(
            Map<PeerId, List<Envelope>> messages,
            BiFunction<PeerId, Integer, Optional<NodeInput.Framed>> headers,
            Consumer<PeerId> wanted) {
        messages.forEach((to, envelopes) -> {
            Optional<NodeInput.Framed> header = headers.apply(to, newest(envelopes));
            if (header.isPresent()) {
                envelopes.sort(RENEWALS_FIRST);
                WireFormat.toFrames(
                                header.get(), envelopes, environment.endpoints().maxFrameBytes())
                        .forEach(frame -> environment.endpoints().send(to, frame));
            } else {
                wanted.accept(to);
            }
        });
        messages.clear();
    }

    /** A frame that is too long for the lane still arrives through Artery. */
    private static void express(Lifeline lifeline, PeerId to, List<Frame> frames) {
        for (Frame frame : frames) {
            byte[] bytes = FrameBytes.of(frame);
            if (bytes.length <= Lifeline.MAX_FRAME_BYTES) {
                lifeline.send(to, bytes);
            }
        }
    }

    private static int newest(List<Envelope> envelopes) {
        int newest = -1;
        for (Envelope envelope : envelopes) {
            newest = Math.max(newest, envelope.configuration());
        }
        return newest;
    }

    /** Sends a message about the electorate at once. */
    void tell(PeerId to, NodeInput.Framed header, ElectorateMessage message) {
        environment.endpoints().send(to, WireFormat.toFrame(header, message));
    }

    /** Sends a hello at once. */
    void greet(PeerId to, Hello hello) {
        environment.endpoints().send(to, WireFormat.toFrame(hello));
    }
}
