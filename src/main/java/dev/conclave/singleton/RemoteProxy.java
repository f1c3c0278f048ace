package dev.conclave.singleton;

import akka.actor.ActorIdentity;
import akka.actor.Address;
import akka.actor.Identify;
import akka.actor.RootActorPath;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Adapter;
import dev.conclave.core.PeerId;
import dev.conclave.logging.AsyncLogger;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The reference of the proxy on the node that leads: asks that node for it, with Akka's {@link Identify}, until it answers.
 *
 * <p>A reference that is resolved by its path is not good enough. It has no uid, so Artery's receiver may keep and advertise
 * an empty reference for it, made by a message that arrived before the proxy there existed; from then on everything that this
 * node sends to the path is lost. The reference in the answer carries the uid of an actor that exists. A selection would do
 * as well for reaching the proxy, but Artery sends no selection over the connection for large messages
 * ({@code akka.remote.artery.large-message-destinations}). Used on the thread of {@link Proxy}.
 *
 * @param <M> what the instance understands
 */
final class RemoteProxy<M> {

    private static final Duration FIRST_DELAY = Duration.ofMillis(100);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(1);

    private final ActorContext<Object> context;
    private final String name;
    private final Consumer<Duration> askAgainAfter;
    private final AsyncLogger log;
    private final String lookups = "conclave-singleton-" + UUID.randomUUID() + "-";

    private Optional<PeerId> node = Optional.empty();
    private Optional<ActorRef<M>> reference = Optional.empty();
    private long lookup;
    private Duration delay = FIRST_DELAY;
    private boolean warned;

    /**
     * Of no node yet.
     *
     * @param name the singleton's
     * @param askAgainAfter lets {@link #askAgain} be called after that time
     */
    RemoteProxy(ActorContext<Object> context, String name, Consumer<Duration> askAgainAfter, AsyncLogger log) {
        this.context = context;
        this.name = name;
        this.askAgainAfter = askAgainAfter;
        this.log = log;
    }

    /** The proxy's reference; empty until its node has answered. */
    Optional<ActorRef<M>> reference() {
        return reference;
    }

    /** Begins anew with this node, which leads another term: it may have restarted, and its proxy be another actor. */
    void lookUp(PeerId leader) {
        forget();
        node = Optional.of(leader);
        if (canReachOthers()) {
            ask(leader);
        } else {
            reference = Optional.of(context.getSystem().<M>deadLetters());
        }
    }

    /** In an actor system without remoting, as in tests, another node that leads is only made up. */
    private boolean canReachOthers() {
        return context.getSystem().address().hasGlobalScope();
    }

    /** No node is known to lead. */
    void forget() {
        node = Optional.empty();
        reference = Optional.empty();
        lookup++;
        delay = FIRST_DELAY;
        warned = false;
    }

    /** Asks again unless there is an answer. */
    void askAgain() {
        if (reference.isEmpty()) {
            node.ifPresent(this::ask);
        }
    }

    private void ask(PeerId leader) {
        String system = context.getSystem().name();
        context.classicActorContext()
                .actorSelection(new RootActorPath(Address.apply("akka", system, leader.host(), leader.port()), "/")
                        .descendant(context.getSelf().path().getElements()))
                .tell(new Identify(lookups + lookup), Adapter.toClassic(context.getSelf()));
        askAgainAfter.accept(delay);
        Duration twice = delay.multipliedBy(2);
        delay = twice.compareTo(LONGEST_DELAY) < 0 ? twice : LONGEST_DELAY;
    }

    /** Whether this answers a question of this proxy, be it an old one; an application may send such messages of its own. */
    boolean asked(ActorIdentity answer) {
        return answer.correlationId() instanceof String id && id.startsWith(lookups);
    }

    /** Takes the answer, unless another question has been asked since. */
    void answered(ActorIdentity answer) {
        if (!answer.correlationId().equals(lookups + lookup) || node.isEmpty() || reference.isPresent()) {
            return;
        }
        reference = answer.getActorRef().map(Adapter::<M>toTyped);
        if (reference.isEmpty() && delay.equals(LONGEST_DELAY) && !warned) {
            warned = true;
            log.warn(
                    "{}: {} leads the singleton's election but has not called ElectedSingleton.init for it: messages wait on this node",
                    name,
                    node.get());
        }
    }
}
