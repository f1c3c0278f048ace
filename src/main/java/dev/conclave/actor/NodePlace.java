package dev.conclave.actor;

import dev.conclave.core.ElectionName;
import dev.conclave.core.Node;
import dev.conclave.core.Peer;
import dev.conclave.core.PeerId;
import dev.conclave.lifeline.Lifeline;
import dev.conclave.logging.AsyncLogger;
import dev.conclave.store.BallotStore;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What an {@link ElectionNode} is given, and what outlives a restart of it.
 *
 * @param self what never changes in the life of the node
 * @param peer what never changes in the life of any of its peers
 * @param store its memory: on disk for a voter, for this life else
 * @param lifeline by what it proves that it lives, and learns that others are gone (R10); empty if that is off
 * @param time clock and timer
 * @param startedAt when this life began, by that clock: nobody was acknowledged in it before
 * @param endpoints sends frames to the endpoints of other nodes
 * @param rehearses whether fail-overs are rehearsed once somebody leads, so that the first real one runs warm
 * @param elections the elections that this node has met or joined
 * @param instruments where instruments are fitted
 * @param logs where it says what becomes of its elections; a fault is logged in any case
 */
public record NodePlace(
        Node.Self self,
        Peer.Self peer,
        BallotStore store,
        Optional<Lifeline> lifeline,
        Time time,
        long startedAt,
        Endpoints endpoints,
        boolean rehearses,
        Elections elections,
        InstrumentPanel instruments,
        Function<Class<?>, AsyncLogger> logs) {

    /** The endpoints of other nodes. */
    @FunctionalInterface
    public interface Endpoints {

        /** Sends the frame to the endpoint of the peer's node, whether it exists or not. On the thread of {@link ElectionNode}. */
        void send(PeerId to, Frame frame);

        /** The most bytes that a frame may have. */
        default int maxFrameBytes() {
            return Frame.MAX_BYTES;
        }
    }

    /** The elections of a node, by name: each with its view and its company. May be asked from any thread. */
    public static final class Elections {

        private final Map<ElectionName, Entry> entries = new ConcurrentHashMap<>();

        /** How many elections that nobody needs keep their ballot. */
        final int mostIdle;

        /** None yet. */
        public Elections() {
            this(Forgetting.MOST);
        }

        Elections(int mostIdle) {
            this.mostIdle = mostIdle;
        }

        /** Whether a step of the protocol broke an invariant, so that this node does not go on. */
        volatile boolean broken;

        /** Whether the node is shutting down. */
        volatile boolean leaving;

        /** Whether the others have put a later identity in the place of this node's (R15). */
        volatile boolean superseded;

        /** Whether the node can never lead again in this life: its lifeline has ended (R10). */
        volatile boolean voided;

        private final CompletableFuture<String> ended = new CompletableFuture<>();

        /**
         * Completes, on any thread, with the reason why the node's actor answers nothing any more that it was sent, or will be
         * sent.
         */
        public CompletionStage<String> ended() {
            return ended.minimalCompletionStage();
        }

        void end(String why) {
            ended.complete(why);
        }

        private record Entry(View view, Company company) {}

        private Entry entry(ElectionName name) {
            return entries.computeIfAbsent(name, none -> new Entry(new View(), new Company()));
        }

        /** Who leads it, as far as this node knows; {@link View#NOBODY} if nobody here takes an interest in it. */
        public View view(ElectionName name) {
            Entry entry = entries.get(name);
            return entry == null ? View.NOBODY : entry.view;
        }

        /** The view for the peer that writes it. */
        View begin(ElectionName name) {
            return entry(name).view;
        }

        /** Nobody on this node wants anything of it any more, and its peer has ended. */
        void forget(ElectionName name) {
            Entry entry = entries.remove(name);
            if (entry != null) {
                entry.view.over();
            }
        }

        Company company(ElectionName name) {
            return entry(name).company;
        }

        /** Their names. A copy. */
        public Set<ElectionName> names() {
            return Set.copyOf(entries.keySet());
        }
    }

    /** The peers to which a lifeline is up; empty also if lifelines are off. A copy; may be asked from any thread. */
    public Set<PeerId> lifelinesUp() {
        return lifeline.map(Lifeline::up).orElse(Set.of());
    }

    /**
     * Whether this node may lead now, and vote if it is a voter (R15). A node whose lifeline has ended goes on voting, since the
     * others may need its vote, but does not take part any more: it never leads again in this life (R10). May be asked from any
     * thread.
     */
    public boolean takesPart() {
        return store.head().admitted() && !elections.superseded && vouches();
    }

    /** Whether others may believe in a leadership of this node: its store and its lifeline have not failed (R3, R10). */
    public boolean vouches() {
        return !store.failure().toCompletableFuture().isDone()
                && !elections.broken
                && !elections.voided
                && (lifeline.isEmpty() || lifeline.get().isOpen());
    }
}
