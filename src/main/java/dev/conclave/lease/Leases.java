package dev.conclave.lease;

import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import dev.conclave.core.PrintableText;
import dev.conclave.internal.node.NodeActor;
import dev.conclave.internal.runtime.Supervision;
import dev.conclave.logging.AsyncLogger;
import java.util.HashMap;
import java.util.Map;

/**
 * The Akka leases of a node: one actor for each lease that is held, requested or being released, however many handles and
 * owners it has.
 */
final class Leases implements Extension {

    /** The name of the actor of all leases, below {@code /system}. */
    static final String NAME = "conclave-leases";

    private static final AsyncLogger LOG = AsyncLogger.of(ConclaveLease.class);

    private final ActorRef<Command> node;

    private Leases(ActorRef<Command> node) {
        this.node = node;
    }

    static Leases get(ActorSystem<?> system) {
        return Id.INSTANCE.apply(system);
    }

    /** Sends a message to the actor of a lease. */
    void tell(String lease, LeaseActor.Command what) {
        node.tell(new For(lease, what));
    }

    private static final class Id extends ExtensionId<Leases> {
        static final Id INSTANCE = new Id();

        @Override
        public Leases createExtension(ActorSystem<?> system) {
            return new Leases(system.systemActorOf(
                    Supervision.stopping(
                            Command.class, LOG, "the actor of this node's leases", Behaviors.setup(Node::new)),
                    NAME,
                    DispatcherSelector.fromConfig(NodeActor.DISPATCHER)));
        }
    }

    /** The messages that the actor of all leases of this node receives. */
    sealed interface Command extends NoSerializationVerificationNeeded {}

    private record For(String lease, LeaseActor.Command what) implements Command {}

    /**
     * Reports that the actor of a lease has nothing left to do.
     *
     * @param heard how many messages it had processed by then: if more are on their way to it, it is not stopped
     */
    record Idle(String lease, ActorRef<LeaseActor.Command> actor, long heard) implements Command {}

    private static final class Node extends AbstractBehavior<Command> {
        private final Map<String, Entry> entries = new HashMap<>();

        private static final class Entry {
            private final ActorRef<LeaseActor.Command> actor;
            private long told;

            Entry(ActorRef<LeaseActor.Command> actor) {
                this.actor = actor;
            }
        }

        Node(ActorContext<Command> context) {
            super(context);
        }

        @Override
        public Receive<Command> createReceive() {
            return newReceiveBuilder()
                    .onMessage(For.class, this::handOn)
                    .onMessage(Idle.class, this::idle)
                    .onSignal(Terminated.class, this::terminated)
                    .build();
        }

        private Behavior<Command> handOn(For command) {
            Entry entry = entries.get(command.lease);
            if (entry == null) {
                if (command.what instanceof LeaseActor.Expired) {
                    return this;
                }
                entry = new Entry(spawn(command.lease));
                entries.put(command.lease, entry);
            }
            entry.told++;
            entry.actor.tell(command.what);
            return this;
        }

        private ActorRef<LeaseActor.Command> spawn(String lease) {
            ActorRef<Command> me = getContext().getSelf();
            ActorRef<LeaseActor.Command> actor = getContext()
                    .spawnAnonymous(
                            Supervision.stopping(
                                    LeaseActor.Command.class,
                                    LOG,
                                    "the actor of the lease \"" + PrintableText.of(lease) + "\"",
                                    LeaseActor.create(lease, me)),
                            DispatcherSelector.fromConfig(NodeActor.DISPATCHER));
            getContext().watch(actor);
            return actor;
        }

        private Behavior<Command> idle(Idle idle) {
            Entry entry = entries.get(idle.lease);
            if (entry != null && entry.actor.equals(idle.actor) && entry.told == idle.heard) {
                entries.remove(idle.lease);
                getContext().stop(idle.actor);
            }
            return this;
        }

        /** Handles the failure of a lease's actor: the next call creates another one. */
        private Behavior<Command> terminated(Terminated signal) {
            entries.values()
                    .removeIf(entry -> entry.actor.path().equals(signal.getRef().path()));
            return this;
        }
    }
}
