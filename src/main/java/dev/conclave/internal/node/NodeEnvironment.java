package dev.conclave.internal.node;

import akka.actor.typed.ActorSystem;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.node.Node;
import dev.conclave.core.peer.Peer;
import dev.conclave.internal.peer.KnownLeader;
import dev.conclave.internal.peer.SubscribersAndUsers;
import dev.conclave.internal.runtime.Time;
import dev.conclave.internal.telemetry.TelemetryPublisher;
import dev.conclave.internal.wire.FrameSender;
import dev.conclave.lifeline.Lifeline;
import dev.conclave.logging.AsyncLogger;
import dev.conclave.store.NodeStore;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The dependencies and the state of an {@link NodeActor} that survive its restart.
 *
 * @param self the constants of the node
 * @param peer the constants of its peers
 * @param store its ballots: on disk if it has a data directory, in memory otherwise
 * @param lifeline the lifeline (R10); empty if lifelines are off
 * @param time clock and timer
 * @param startedAt when this life started, by that clock: no leader was acknowledged in it before
 * @param endpoints sends frames to the endpoints of other nodes
 * @param warmUp runs fail-overs of nodes of its own once a leader is known, so that the first real one runs with warm code
 * @param elections the elections that this node has joined or votes in
 * @param instruments the panel to which meters are attached
 * @param observations the facts that operators see
 * @param logs returns the loggers for events of elections; failures are logged in any case
 */
public record NodeEnvironment(
        Node.Self self,
        Peer.Self peer,
        NodeStore store,
        Optional<Lifeline> lifeline,
        Time time,
        long startedAt,
        FrameSender endpoints,
        WarmUp warmUp,
        Elections elections,
        TelemetryPublisher instruments,
        NodeObservations observations,
        Function<Class<?>, AsyncLogger> logs) {

    /** Warms up the code of a fail-over, once a leader is known. */
    @FunctionalInterface
    public interface WarmUp {
        /** No warm-up. */
        WarmUp NONE = (system, environment) -> {};

        /** Called on the thread of the node's actor whenever a leader is known; returns at once. */
        void runOnce(ActorSystem<?> system, NodeEnvironment environment);
    }

    /** The elections of a node by name, each with its {@link KnownLeader} and its {@link SubscribersAndUsers}. May be used from any thread. */
    public static final class Elections {

        private final Map<ElectionName, Entry> entries = new ConcurrentHashMap<>();

        /** How many elections without a peer keep their ballot. */
        final int mostIdle;

        /** None yet. */
        public Elections() {
            this(BallotCompaction.MOST);
        }

        Elections(int mostIdle) {
            this.mostIdle = mostIdle;
        }

        /** Whether a step of the protocol broke an invariant, so that this node has stopped. */
        volatile boolean broken;

        /** Whether this node may found a group (E10). */
        volatile boolean mayFound;

        /** Whether the node is shutting down. */
        volatile boolean leaving;

        private volatile boolean drained;

        /** Whether the operator has drained this node: it leads nothing and is a candidate in none. May be read on any thread. */
        public boolean isDrained() {
            return drained;
        }

        /** Called before the node's actor is told, so that a peer that starts meanwhile does not stand. */
        public void drained(boolean now) {
            drained = now;
        }

        /** Whether this node cannot lead again in this life, since its lifeline has ended (R10). */
        volatile boolean voided;

        private final CompletableFuture<String> ended = new CompletableFuture<>();

        /** Completes, on any thread, with a reason when the node's actor will not answer any pending or later message. */
        public CompletionStage<String> ended() {
            return ended.minimalCompletionStage();
        }

        void end(String why) {
            ended.complete(why);
        }

        private record Entry(KnownLeader view, SubscribersAndUsers participants) {}

        private Entry entry(ElectionName name) {
            return entries.computeIfAbsent(name, none -> new Entry(new KnownLeader(), new SubscribersAndUsers()));
        }

        /** The view of an election; {@link KnownLeader#NOBODY} if this node has no peer of it. */
        public KnownLeader view(ElectionName name) {
            Entry entry = entries.get(name);
            return entry == null ? KnownLeader.NOBODY : entry.view;
        }

        /** The view, for the peer that updates it. */
        KnownLeader begin(ElectionName name) {
            return entry(name).view;
        }

        /** Removes an election that this node no longer needs and whose peer has ended. */
        void forget(ElectionName name) {
            Entry entry = entries.remove(name);
            if (entry != null) {
                entry.view.over();
            }
        }

        SubscribersAndUsers participants(ElectionName name) {
            return entry(name).participants;
        }

        /** The participants of an election on this node; empty if this node does not know the election. */
        public Optional<SubscribersAndUsers> known(ElectionName name) {
            return Optional.ofNullable(entries.get(name)).map(entry -> entry.participants);
        }

        /** A copy of their names. */
        public Set<ElectionName> names() {
            return Set.copyOf(entries.keySet());
        }
    }

    /** A copy of the peers to which a lifeline is up; empty if lifelines are off. May be called from any thread. */
    public Set<PeerId> lifelinesUp() {
        return lifeline.map(Lifeline::up).orElse(Set.of());
    }

    /**
     * Whether this node may lead now, and vote if it is a voter (E8). A node whose lifeline has ended still votes, since the
     * others may need its vote, but this returns false: it does not lead again in this life (R10). May be called from any thread.
     */
    public boolean takesPart() {
        return whyNotTakingPart().isEmpty();
    }

    /** Why {@link #takesPart} is false, for the operator; empty while it is true. */
    public Optional<String> whyNotTakingPart() {
        Optional<String> whyVoid = whyVoid();
        if (whyVoid.isPresent()) {
            return whyVoid;
        }
        if (configuration().isEmpty()) {
            return Optional.of("it has no configuration yet: it waits until each of conclave.voters has answered once,"
                    + " or until a node shows it one");
        }
        return whyNotHeard();
    }

    /**
     * Why the other nodes do not hear this one: its configuration names this address with another directory (E8). Empty if they do,
     * and before the founding. May be called from any thread.
     */
    public Optional<String> whyNotHeard() {
        return configuration()
                .filter(known -> known.excludes(self.id(), store.head().identity()))
                .map(known -> "configuration " + known.number()
                        + " names this address with another data directory than "
                        + store.head().identity() + ": put the former one back, or, if it is lost, say at another"
                        + " voter: electorate readmit " + self.id());
    }

    /** The newest configuration on this node's disk; empty before the founding. May be called from any thread. */
    public Optional<Configuration> configuration() {
        return store.head().electorate().configuration();
    }

    /**
     * The voters and times that this node goes by: those of its configuration, or of its file before the founding. May be called
     * from any thread.
     */
    public Settings settings() {
        return configuration().map(Configuration::settings).orElse(self.listed());
    }

    /** Whether this node is a voter (E8). May be called from any thread. */
    public boolean isVoter() {
        return configuration()
                .filter(known -> known.names(self.id(), store.head().identity()))
                .isPresent();
    }

    /** Whether leaderships of this node are valid: its store and its lifeline have not failed (R3, R10). */
    public boolean vouches() {
        return whyVoid().isEmpty();
    }

    /** Why {@link #vouches} is false, for the operator; empty while it is true. */
    public Optional<String> whyVoid() {
        if (store.failure().toCompletableFuture().isDone()) {
            return Optional.of("its data directory has failed: act on the cause in the log, then restart the process");
        }
        if (elections.broken) {
            return Optional.of(
                    "an invariant of the protocol is broken: report the lines of the log, and restart the process");
        }
        if (elections.voided || !lifeline.map(Lifeline::isOpen).orElse(true)) {
            return Optional.of("its lifeline has ended, so it never leads again in this life: restart the process");
        }
        return Optional.empty();
    }
}
