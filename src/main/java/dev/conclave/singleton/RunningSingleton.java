package dev.conclave.singleton;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import dev.conclave.Conclave;
import dev.conclave.ConclaveSettings;
import dev.conclave.Election;
import dev.conclave.core.PrintableText;
import dev.conclave.internal.runtime.FutureTimeouts;
import dev.conclave.internal.runtime.UntrustedMode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The implementation of {@link ElectedSingleton}. */
final class RunningSingleton extends ElectedSingleton {

    /** The dispatcher of all hosts and proxies; neither Conclave's main dispatcher nor one of the application. */
    static final String DISPATCHER = "conclave.singleton.dispatcher";

    private static final Duration LONGEST_EMPTYING = Duration.ofSeconds(4);

    private final ActorSystem<?> system;
    private final Map<String, ActorRef<Object>> proxies = new ConcurrentHashMap<>();

    RunningSingleton(ActorSystem<?> system) {
        this.system = system;
    }

    @Override
    public <M> ActorRef<M> init(ElectedActor<M> actor) {
        return proxies.computeIfAbsent(actor.name(), name -> start(actor)).narrow();
    }

    private ActorRef<Object> start(ElectedActor<?> actor) {
        InstanceProps.require(actor.name(), actor.props(), system);
        // The same on every node, since the proxies find each other by it. An asterisk would be a pattern in an actor
        // selection.
        String path = "conclave-singleton-"
                + URLEncoder.encode(actor.name(), StandardCharsets.UTF_8).replace("*", "%2A");
        UntrustedMode.requireTrusted(system, "/system/" + path);
        Election election = Conclave.get(system).join(actor.name());
        ElectedSingletonSettings settings = actor.settings().orElseGet(() -> ElectedSingletonSettings.create(system));
        boolean hosts = settings.role().stream().allMatch(this::hasRole);
        ActorRef<Object> proxy = system.systemActorOf(
                SingletonProxy.create(actor, settings, election, hosts),
                path,
                DispatcherSelector.fromConfig(DISPATCHER));
        if (hosts) {
            election.stand();
        }
        emptyOnShutdown(actor.name(), proxy);
        return proxy;
    }

    /**
     * Whether this node has the cluster role. Read from the configuration, since a node with provider "remote" has no Akka
     * cluster to ask.
     */
    private boolean hasRole(String role) {
        return system.settings().config().getStringList("akka.cluster.roles").contains(role);
    }

    /**
     * Lets a node that is shutting down forward its buffered messages to the next leader, which is elected while this node
     * still runs (R9). The shutdown waits no longer than an election takes (L1).
     */
    private void emptyOnShutdown(String name, ActorRef<Object> proxy) {
        Duration twoElections = ConclaveSettings.create(system)
                .electionTimeout()
                .map(election -> election.multipliedBy(2))
                .orElse(Duration.ZERO);
        Duration patience = twoElections.compareTo(LONGEST_EMPTYING) < 0 ? twoElections : LONGEST_EMPTYING;
        CoordinatedShutdown.get(system)
                .addTask(
                        CoordinatedShutdown.PhaseBeforeClusterShutdown(),
                        "conclave-singleton-" + PrintableText.of(name),
                        () -> {
                            CompletableFuture<Done> empty = new CompletableFuture<>();
                            proxy.tell(new SingletonProxy.Empty(empty));
                            return FutureTimeouts.completing(empty, patience, Done.getInstance());
                        });
    }
}
