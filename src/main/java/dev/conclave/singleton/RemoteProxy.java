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
 * Finds the reference of the proxy on the leader's node: asks that node for it with Akka's {@link Identify} until it answers.
 *
 * <p>A reference that is resolved by its path does not suffice. It has no uid, so if a message arrives before the proxy there
 * exists, Artery's receiver may keep and advertise an empty reference for the path; from then on all messages of this node to the
 * path are lost. The reference in the answer carries the uid of an existing actor. A selection would reach the proxy as well, but
 * Artery does not send selections over the connection for large messages ({@code akka.remote.artery.large-message-destinations}).
 * Used on the thread of {@link SingletonProxy}.
 *
 * @param <M> the type of the instance's messages
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
     * Creates an instance that knows no leader yet.
     *
     * @param name the name of the singleton
     * @param askAgainAfter arranges a call of {@link #askAgain} after that time
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

    /**
     * Looks up the proxy on the node that leads, after the term has changed: the node may have restarted, and its proxy may be
     * another actor.
     */
    void lookUp(PeerId leader) {
        forget();
        node = Optional.of(leader);
        if (canReachOthers()) {
            ask(leader);
        } else {
            reference = Optional.of(context.getSystem().<M>deadLetters());
        }
    }

    /** Whether other nodes exist: not in an actor system without remoting, as in tests. */
    private boolean canReachOthers() {
        return context.getSystem().address().hasGlobalScope();
    }

    /** Forgets the reference, because no leader is known. */
    void forget() {
        node = Optional.empty();
        reference = Optional.empty();
        lookup++;
        delay = FIRST_DELAY;
        warned = false;
    }

    /** Asks again if there is no answer yet. */
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

    /** Whether this answers a question of this proxy, even an old one; an application may send such messages too. */
    boolean asked(ActorIdentity answer) {
        return answer.correlationId() instanceof String id && id.startsWith(lookups);
    }

    /** Uses the answer, unless a newer question was asked since. */
    void answered(ActorIdentity answer) {
        if (!answer.correlationId().equals(lookups + lookup) || node.isEmpty() || reference.isPresent()) {
            return;
        }
        reference = answer.getActorRef().map(Adapter::<M>toTyped);
        if (reference.isEmpty() && delay.equals(LONGEST_DELAY) && !warned) {
            warned = true;
            log.warn(
                    "{}: {} leads the singleton's election but has not called ElectedSingleton.init for it: messages"
                            + " wait on this node",
                    name,
                    node.get());
        }
    }
}
