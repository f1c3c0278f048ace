package dev.conclave.singleton;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;

/**
 * Runs one instance of an actor on the node that leads the election of the actor's name, and returns on every node a reference
 * that reaches the instance:
 *
 * <pre>{@code
 * ActorRef<Orders.Command> orders =
 *     ElectedSingleton.get(system).init(ElectedActor.of(leadership -> Orders.create(leadership), "orders"));
 * }</pre>
 *
 * <p><b>One instance.</b> The instance starts when its node holds its first lease (R7). Before the lease ends it is asked to stop
 * by its stop message; if that takes too long, it is stopped as {@link akka.actor.typed.javadsl.ActorContext#stop} does. A
 * separate daemon thread watches the lease and stops the instance even if all other threads of Conclave are blocked. Its node
 * answers that it has stopped when the instance has ended (R8, R9), so a hand-over, also that of an orderly shutdown, takes no
 * longer than the instance takes to stop. An instance whose thread blocks cannot be stopped; {@link WhenStuck} decides what
 * happens then. Writes of the instance to external systems should carry {@link dev.conclave.Leadership#fencingToken()}.
 *
 * <p><b>The reference</b> works on every node that called {@code init} with the name, whether that node may run the instance or
 * only sends to it. Messages of one sender keep their order unless the leader changes meanwhile. Each node buffers messages while
 * it knows no running instance and until the leader's node has answered it. When {@link ElectedSingletonSettings#bufferSize()} is
 * exceeded, the oldest message is published as a {@link akka.actor.DeadLetter}. A message that reaches a node which no longer
 * leads, or whose instance is stopping, is buffered and forwarded in the same way. Delivery is at most once, as always in Akka:
 * messages are lost that were on their way to a node that crashed, in the buffer of such a node, or in the mailbox of an instance
 * that failed or was forced to stop. A sender that needs certainty must ask for an answer.
 *
 * <p>Messages between nodes need a serializer, as between any actors. The actor systems of all nodes must have the same name.
 *
 * <p>Only tests implement this class, see {@link ElectedSingletonSetup}.
 */
public abstract class ElectedSingleton implements Extension {

    /** Creates an instance; for implementations passed to {@link ElectedSingletonSetup}. */
    protected ElectedSingleton() {}

    /**
     * Returns the extension of an actor system.
     *
     * @param system the actor system
     * @return the same instance for the same system
     */
    public static ElectedSingleton get(ActorSystem<?> system) {
        return Id.INSTANCE.apply(system);
    }

    /**
     * Makes this node a candidate in the election of the actor's name, lets it run the actor when it leads, and returns the
     * reference that reaches the instance wherever it runs. A node without the role of the settings does not become a candidate;
     * its reference works nevertheless. May be called from any thread. Further calls with the same name return the same reference
     * and ignore the rest of the description.
     *
     * <p>No other code should call {@code stand()} for that election: while a node leads it without running the actor, all
     * messages wait.
     *
     * @param <M> the type of the actor's messages
     * @param actor the description of the actor
     * @return the reference; may be used from any thread
     * @throws IllegalStateException if {@code conclave.voters} is not set
     * @throws IllegalArgumentException if the name or a setting is not valid, or if the props name a dispatcher or a mailbox that
     *     the actor system does not have, or one that is reserved for Conclave
     */
    public abstract <M> ActorRef<M> init(ElectedActor<M> actor);

    /** The id under which Akka registers the extension. */
    public static final class Id extends ExtensionId<ElectedSingleton> {

        static final Id INSTANCE = new Id();

        private Id() {}

        /**
         * Returns the id. Akka calls this method by its name.
         *
         * @return the only instance
         */
        public static Id getInstance() {
            return INSTANCE;
        }

        @Override
        public ElectedSingleton createExtension(ActorSystem<?> system) {
            return new RunningSingleton(system);
        }
    }
}
