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
 * What the node of an actor system shows to those who measure it: how its elections stand, and where instruments are fitted.
 * It is there before the node, and also where there is none.
 */
public final class Insight implements Extension {

    private final NodePlace.Elections elections = new NodePlace.Elections();
    private final InstrumentPanel instruments = new InstrumentPanel();
    private final LeaseCounts leases = new LeaseCounts();
    private final Map<String, SingletonCounts> singletons = new ConcurrentHashMap<>();
    private final CompletableFuture<NodeStatus> status = new CompletableFuture<>();

    private volatile Optional<NodePlace> node = Optional.empty();

    private Insight() {}

    /** That of the system. */
    public static Insight get(ActorSystem<?> system) {
        return Id.INSTANCE.apply(system);
    }

    /** The elections that the node has met or joined. */
    public NodePlace.Elections elections() {
        return elections;
    }

    /** Where instruments are fitted. */
    public InstrumentPanel instruments() {
        return instruments;
    }

    /** The node, with its voters, its lifelines and whether it takes part; empty before it starts, and where there is none. */
    public Optional<NodePlace> node() {
        return node;
    }

    /** This node runs from now on. */
    public void runs(NodePlace place) {
        node = Optional.of(place);
        status.complete(
                new NodeStatus(place.self().id(), place.self().settings(), place::takesPart, place::lifelinesUp));
    }

    /** The counts of all leases together. */
    public LeaseCounts leases() {
        return leases;
    }

    /** The counts of an elected singleton, which begin when they are first asked for. */
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

    /** How the node stands, once there is one. */
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
