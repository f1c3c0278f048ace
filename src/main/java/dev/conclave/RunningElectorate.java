package dev.conclave;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import dev.conclave.core.Settings;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.Wish;
import dev.conclave.internal.node.NodeEnvironment;
import dev.conclave.internal.peer.PeerCommand;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** The electorate of a running node: reads the state that the node shows, and passes changes to its actor. */
final class RunningElectorate implements Electorate {

    private final ConclaveControl control;
    private final NodeEnvironment environment;
    private final Set<ActorRef<ElectorateView>> subscribers = ConcurrentHashMap.newKeySet();
    private final ActorSystem<?> system;

    RunningElectorate(ActorSystem<?> system, ConclaveControl control, NodeEnvironment environment) {
        this.system = system;
        this.control = control;
        this.environment = environment;
        environment.observations().onElectorate(this::changed);
    }

    @Override
    public ElectorateView view() {
        Optional<Configuration> configuration = environment.configuration();
        Settings settings = environment.settings();
        return new ElectorateView(
                configuration.map(known -> Configuration.show(known.group())),
                configuration.map(Configuration::number).orElse(-1),
                settings.voters().stream().map(Object::toString).toList(),
                Duration.ofNanos(settings.electionNanos()),
                Duration.ofNanos(settings.heartbeatNanos()),
                settings.maxClockDrift(),
                environment.observations().obeyed()
                        >= configuration.map(Configuration::number).orElse(0),
                environment.isVoter(),
                environment.observations().underWay(),
                configuration.map(Configuration::history).orElse(List.of()).stream()
                        .map(RunningElectorate::step)
                        .toList());
    }

    private static ElectorateView.Step step(Configuration.Origin origin) {
        return new ElectorateView.Step(
                origin.number(),
                origin.atMillis() == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(origin.atMillis())),
                origin.by(),
                origin.what());
    }

    @Override
    public CompletionStage<ElectorateView> change(ElectorateChange change) {
        return change(change.wish(), PeerCommand.APPLICATION);
    }

    CompletionStage<ElectorateView> change(Wish wish, String by) {
        return control.wish(wish, false, by).thenApply(done -> view());
    }

    @Override
    public CompletionStage<List<String>> plan(ElectorateChange change) {
        return control.wish(change.wish(), true, PeerCommand.APPLICATION);
    }

    @Override
    public void subscribe(ActorRef<ElectorateView> subscriber) {
        subscribers.add(subscriber);
        subscriber.tell(view());
    }

    /** Called on the protocol's thread. */
    private void changed() {
        if (!subscribers.isEmpty()) {
            ElectorateView view = view();
            subscribers.forEach(subscriber -> subscriber.tell(view));
        }
    }
}
