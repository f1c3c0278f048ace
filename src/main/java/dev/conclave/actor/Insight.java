package dev.conclave.actor;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Access to the state of an actor system's node for metrics and JMX: its elections, counts, and the panel to which meters are
 * attached. Exists before the node starts, and also if there is none.
 */
public final class Insight implements Extension {

    private final NodePlace.Elections elections = new NodePlace.Elections();
    private final InstrumentPanel instruments = new InstrumentPanel();
    private final LeaseCounts leases = new LeaseCounts();
    private final Map<String, SingletonCounts> singletons = new ConcurrentHashMap<>();
    private final CompletableFuture<NodeStatus> status = new CompletableFuture<>();

    private volatile Optional<NodePlace> node = Optional.empty();

    private Insight() {}

    /** Returns the instance of an actor system. */
    public static Insight get(ActorSystem<?> system) {
        return Id.INSTANCE.apply(system);
    }

    /** The elections that the node has joined or votes in. */
    public NodePlace.Elections elections() {
        return elections;
    }

    /** The panel to which meters are attached. */
    public InstrumentPanel instruments() {
        return instruments;
    }

    /** The node; empty before it starts, and if there is none. */
    public Optional<NodePlace> node() {
        return node;
    }

    /** Called when the node has started. */
    public void runs(NodePlace place) {
        node = Optional.of(place);
        status.complete(new NodeStatus(
                place.self().id(),
                place.self().settings(),
                place::takesPart,
                place.elections()::isDrained,
                place::lifelinesUp));
    }

    /** The counts of all leases together. */
    public LeaseCounts leases() {
        return leases;
    }

    /** The counts of an elected singleton; created by the first call. */
    public SingletonCounts singleton(String name) {
        return singletons.computeIfAbsent(name, none -> {
            SingletonCounts counts = new SingletonCounts();
            instruments.singletonBegun(name, counts);
            return counts;
        });
    }

    /** The counts of each elected singleton. A copy. */
    public Map<String, SingletonCounts> singletons() {
        return Map.copyOf(singletons);
    }

    /** Completes with the node's status when the node has started. */
    public CompletionStage<NodeStatus> status() {
        return status;
    }

    private static final class Id extends ExtensionId<Insight> {
        private static final Id INSTANCE = new Id();

        @Override
        public Insight createExtension(ActorSystem<?> system) {
            return new Insight();
        }
    }
}
