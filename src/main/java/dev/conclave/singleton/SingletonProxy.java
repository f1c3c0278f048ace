package dev.conclave.singleton;

import akka.Done;
import akka.actor.ActorIdentity;
import akka.actor.DeadLetter;
import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.conclave.Election;
import dev.conclave.ElectionEvent;
import dev.conclave.core.Terms;
import dev.conclave.internal.node.Telemetry;
import dev.conclave.internal.runtime.Supervision;
import dev.conclave.internal.telemetry.SingletonCounts;
import dev.conclave.logging.AsyncLogger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The actor that forwards a node's messages to the instance of a singleton: directly if it runs on this node, else to the proxy
 * of the leader's node once that has answered, else into the buffer. Messages travel unchanged from proxy to proxy, so the wire
 * carries no type of Conclave.
 *
 * <p>A message that arrives at a node which no longer leads is treated like any other: it is buffered or forwarded. It cannot
 * circulate for long: a proxy sends it to a node that it knows as the leader of some term, and that node forwards it only to a
 * leader of a higher term.
 *
 * <p>Lives as long as its actor system, under one path, and is never restarted as a new actor: the proxies of other nodes hold
 * its reference with its uid ({@link RemoteProxy}). For the same reason, and to keep the buffer, a message that fails is skipped
 * ({@code resume}).
 *
 * @param <M> the type of the instance's messages
 */
final class SingletonProxy<M> extends AbstractBehavior<Object> {

    private static final AsyncLogger LOG = AsyncLogger.of(ElectedSingleton.class);

    /** The messages from this node's own actors. Any other message is for the instance. */
    private sealed interface Word extends NoSerializationVerificationNeeded {}

    /** Tells the proxy that the instance runs on this node. */
    record Running<M>(ActorRef<M> instance) implements Word {}

    /** Tells the proxy that the instance is about to stop: the proxy sends it nothing after {@code lastWord}. */
    record Stopping<M>(ActorRef<M> instance, Consumer<ActorRef<M>> lastWord) implements Word {}

    /** Tells the proxy that the instance has ended. */
    record Gone<M>(ActorRef<M> instance) implements Word {}

    /** Tells the proxy that this node is shutting down; {@code done} completes when the buffer is empty. */
    record Empty(CompletableFuture<Done> done) implements Word {}

    private record Heard(ElectionEvent event) implements Word {}

    private enum AskAgain implements Word {
        INSTANCE
    }

    private final String name;
    private final boolean hosts;
    private final RemoteProxy<M> leader;
    private final MessageBuffer<M> buffer;
    private final SingletonCounts counts;
    private final List<CompletableFuture<Done>> leaving = new ArrayList<>();

    private Optional<ActorRef<M>> instance = Optional.empty();
    private Optional<ActorRef<M>> stopping = Optional.empty();

    /** Creates the proxy of a node; {@code hosts} says whether the node may run the instance. */
    static <M> Behavior<Object> create(
            ElectedActor<M> actor, ElectedSingletonSettings settings, Election election, boolean hosts) {
        Behavior<Object> proxy = Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            election.subscribe(context.messageAdapter(ElectionEvent.class, Heard::new));
            if (hosts) {
                context.spawn(
                        SingletonHost.create(
                                actor, settings, election, context.getSelf().narrow()),
                        "host",
                        DispatcherSelector.sameAsParent());
            }
            return new SingletonProxy<>(context, timers, actor.name(), settings, hosts);
        }));
        return Supervision.resuming(Object.class, LOG, actor.name() + ": the proxy of the singleton", proxy);
    }

    private SingletonProxy(
            ActorContext<Object> context,
            TimerScheduler<Object> timers,
            String name,
            ElectedSingletonSettings settings,
            boolean hosts) {
        super(context);
        this.name = name;
        this.hosts = hosts;
        this.leader = new RemoteProxy<>(context, name, delay -> timers.startSingleTimer(AskAgain.INSTANCE, delay), LOG);
        this.buffer = new MessageBuffer<>(settings.bufferSize(), this::giveUp);
        this.counts = Telemetry.get(context.getSystem()).singleton(name);
    }

    @Override
    public Receive<Object> createReceive() {
        return newReceiveBuilder()
                .onMessage(Word.class, this::heed)
                .onMessage(ActorIdentity.class, leader::asked, this::answered)
                .onAnyMessage(this::pass)
                .onSignal(PostStop.class, signal -> {
                    buffer.giveUpAll();
                    counts.keeps(0);
                    return this;
                })
                .build();
    }

    @SuppressWarnings("unchecked") // Applications hold a reference that accepts only M; they cannot create a Word.
    private Behavior<Object> pass(Object message) {
        M forInstance = (M) message;
        Optional<ActorRef<M>> to = instance.or(leader::reference);
        if (to.isPresent()) {
            to.get().tell(forInstance);
        } else {
            buffer.add(forInstance);
            counts.keeps(buffer.size());
        }
        return this;
    }

    @SuppressWarnings("unchecked") // A Word comes from this node's own host, which runs the same actor.
    private Behavior<Object> heed(Word word) {
        if (word instanceof Running<?> running) {
            instance = Optional.of(((Running<M>) running).instance);
        } else if (word instanceof Stopping<?> stop) {
            ActorRef<M> last = ((Stopping<M>) stop).instance;
            instance = Optional.empty();
            stopping = Optional.of(last);
            ((Stopping<M>) stop).lastWord.accept(last);
        } else if (word instanceof Gone<?> gone) {
            instance = instance.filter(one -> !one.equals(gone.instance));
            stopping = stopping.filter(one -> !one.equals(gone.instance));
        } else if (word instanceof Empty empty) {
            leaving.add(empty.done);
        } else if (word instanceof Heard heard) {
            hear(heard.event);
        } else if (word instanceof AskAgain) {
            leader.askAgain();
        }
        return drain();
    }

    private Behavior<Object> answered(ActorIdentity answer) {
        leader.answered(answer);
        return drain();
    }

    /** Forwards the buffered messages if the instance or the leader's proxy is known. */
    private Behavior<Object> drain() {
        instance.or(leader::reference).ifPresent(to -> buffer.drain(to::tell));
        counts.keeps(buffer.size());
        if (instance.isEmpty() && stopping.isEmpty() && buffer.isEmpty()) {
            leaving.forEach(done -> done.complete(Done.getInstance()));
            leaving.clear();
        }
        return this;
    }

    private void hear(ElectionEvent event) {
        if (event instanceof ElectionEvent.Following following) {
            leader.lookUp(following.leader());
        } else if (event instanceof ElectionEvent.Elected elected) {
            leader.forget();
            if (!hosts) {
                LOG.error(
                        "{}: this node leads term {} but may not run the singleton, since code other than"
                                + " ElectedSingleton called stand() for its election on this node; no node runs the"
                                + " singleton until this one withdraws: withdraw, or use another name",
                        name,
                        Terms.show(elected.term()));
            }
        } else {
            leader.forget();
        }
    }

    private void giveUp(M message) {
        counts.dropped();
        akka.actor.ActorSystem system = Adapter.toClassic(getContext().getSystem());
        system.eventStream()
                .publish(new DeadLetter(
                        message,
                        system.deadLetters(),
                        Adapter.toClassic(getContext().getSelf())));
    }
}
