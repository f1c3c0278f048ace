package dev.conclave;

import akka.actor.DeadLetterSuppression;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import dev.conclave.core.Settings;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.Wish;
import dev.conclave.internal.node.NodeActor;
import dev.conclave.internal.node.NodeEnvironment;
import dev.conclave.internal.peer.PeerCommand;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The electorate of a running node: reads the state that the node shows, and passes changes to its actor. */
final class RunningElectorate implements Electorate {

    private final ConclaveControl control;
    private final NodeEnvironment environment;
    private final ActorRef<Subscriptions> views;

    /** The messages of the actor that sends the views, so that each subscriber receives them in order. */
    private sealed interface Subscriptions extends DeadLetterSuppression {

        /** An actor subscribes. */
        record Begun(ActorRef<ElectorateView> subscriber) implements Subscriptions {}

        /** A subscriber has ended. */
        record Ended(ActorRef<ElectorateView> subscriber) implements Subscriptions {}

        /** The view may differ from the last one. */
        record Changed() implements Subscriptions {}
    }

    RunningElectorate(ActorSystem<?> system, ConclaveControl control, NodeEnvironment environment) {
        this.control = control;
        this.environment = environment;
        this.views = system.systemActorOf(
                Behaviors.setup(this::views),
                "conclave-electorate-views",
                DispatcherSelector.fromConfig(NodeActor.DISPATCHER));
        environment.observations().onElectorate(() -> views.tell(new Subscriptions.Changed()));
    }

    private Behavior<Subscriptions> views(ActorContext<Subscriptions> context) {
        Set<ActorRef<ElectorateView>> subscribers = new HashSet<>();
        return Behaviors.receive(Subscriptions.class)
                .onMessage(Subscriptions.Begun.class, begun -> {
                    if (subscribers.add(begun.subscriber)) {
                        context.watchWith(begun.subscriber, new Subscriptions.Ended(begun.subscriber));
                    }
                    begun.subscriber.tell(view());
                    return Behaviors.same();
                })
                .onMessage(Subscriptions.Ended.class, ended -> {
                    subscribers.remove(ended.subscriber);
                    return Behaviors.same();
                })
                .onMessage(Subscriptions.Changed.class, changed -> {
                    if (!subscribers.isEmpty()) {
                        ElectorateView view = view();
                        subscribers.forEach(subscriber -> subscriber.tell(view));
                    }
                    return Behaviors.same();
                })
                .build();
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
                origin.number(), Instant.ofEpochMilli(origin.atMillis()), origin.by(), origin.what());
    }

    @Override
    public CompletionStage<ElectorateView> change(ElectorateChange change) {
        return change(change.wish(), PeerCommand.APPLICATION);
    }

    CompletionStage<ElectorateView> change(Wish wish, String by) {
        CompletableFuture<ElectorateView> changed = new CompletableFuture<>();
        // Not thenApply, which would wrap the failure.
        var unused = control.wish(wish, false, by).whenComplete((done, failure) -> {
            if (failure != null) {
                changed.completeExceptionally(failure);
            } else {
                changed.complete(view());
            }
        });
        return changed;
    }

    @Override
    public CompletionStage<List<String>> plan(ElectorateChange change) {
        return control.wish(change.wish(), true, PeerCommand.APPLICATION);
    }

    @Override
    public void subscribe(ActorRef<ElectorateView> subscriber) {
        views.tell(new Subscriptions.Begun(subscriber));
    }
}
