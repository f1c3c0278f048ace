package dev.conclave.internal.node;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import dev.conclave.internal.telemetry.AkkaLeaseCounts;
import dev.conclave.internal.telemetry.NodeProbe;
import dev.conclave.internal.telemetry.SingletonCounts;
import dev.conclave.internal.telemetry.TelemetryPublisher;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Access to the state of an actor system's node for metrics and JMX: its elections, counts, and the publisher of its events.
 * Exists before the node starts, and also if there is none.
 */
public final class Telemetry implements Extension {

    private final NodeEnvironment.Elections elections = new NodeEnvironment.Elections();
    private final TelemetryPublisher instruments = new TelemetryPublisher();
    private final AkkaLeaseCounts leases = new AkkaLeaseCounts();
    private final Map<String, SingletonCounts> singletons = new ConcurrentHashMap<>();
    private final CompletableFuture<NodeProbe> status = new CompletableFuture<>();

    private volatile Optional<NodeControl> control = Optional.empty();
    private volatile Optional<Supplier<String>> metrics = Optional.empty();
    private volatile Optional<NodeEnvironment> node = Optional.empty();

    private Telemetry() {}

    /** Returns the instance of an actor system. */
    public static Telemetry get(ActorSystem<?> system) {
        return Id.INSTANCE.apply(system);
    }

    /** The elections that the node has joined or votes in. */
    public NodeEnvironment.Elections elections() {
        return elections;
    }

    /** The publisher of the node's events, to which meters are attached. */
    public TelemetryPublisher instruments() {
        return instruments;
    }

    /** The node; empty before it starts, and if there is none. */
    public Optional<NodeEnvironment> node() {
        return node;
    }

    /** Sets the node. Called when it has started. */
    public void runs(NodeEnvironment environment) {
        node = Optional.of(environment);
        ElectorateReader electorate = new ElectorateReader(environment);
        RegisterReader registers = new RegisterReader(environment);
        status.complete(new NodeProbe(
                environment.self().id(),
                environment::settings,
                environment::takesPart,
                environment.elections()::isDrained,
                environment::lifelinesUp,
                new NodeProbe.Electorate(electorate::number, electorate::votersHeard, electorate::changeSeconds),
                new NodeProbe.Registers(
                        registers::count, environment.store()::registerBytes, registers::oldestCopySeconds)));
        environment
                .observations()
                .onElectorate(() -> instruments.votersAre(environment.settings().voters()));
    }

    /** The version of Conclave, as its jar says; {@code unknown} outside of a jar. */
    public static String version() {
        String version = Telemetry.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }

    /** Sets what operators can do with the node. Called when it has started. */
    public void control(NodeControl running) {
        control = Optional.of(running);
    }

    /** The commands of operators to the node; empty before it starts, and if there is none. */
    public Optional<NodeControl> control() {
        return control;
    }

    /** Sets the source of the meters' text for Prometheus. */
    public void metrics(Supplier<String> text) {
        metrics = Optional.of(text);
    }

    /** The source of the meters' text for Prometheus; empty if this process has none. */
    public Optional<Supplier<String>> metrics() {
        return metrics;
    }

    /** The counts of all leases together. */
    public AkkaLeaseCounts leases() {
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
    public CompletionStage<NodeProbe> status() {
        return status;
    }

    private static final class Id extends ExtensionId<Telemetry> {
        private static final Id INSTANCE = new Id();

        @Override
        public Telemetry createExtension(ActorSystem<?> system) {
            return new Telemetry();
        }
    }
}
