package dev.conclave.singleton;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;

/**
 * Runs one instance of an actor, on the node that leads the election of the actor's name, and gives every node a reference
 * that reaches it:
 *
 * <pre>{@code
 * ActorRef<Orders.Command> orders =
 *     ElectedSingleton.get(system).init(ElectedActor.of(leadership -> Orders.create(leadership), "orders"));
 * }</pre>
 *
 * <p><b>One instance.</b> It is started when this node holds its first lease (R7). Before the lease ends it is stopped: by its
 * stop message, and if it takes too long, as {@link akka.actor.typed.javadsl.ActorContext#stop} does. A daemon thread looks at
 * the lease besides, and stops the instance even if all of Conclave's other threads are held. When it has ended, that is answered (R8, R9), so that a hand-over, also that of an orderly shutdown, costs as long as the actor takes to stop. One
 * whose thread blocks cannot be stopped by anybody; {@link WhenStuck} says what becomes of it. What it writes elsewhere
 * should carry {@link dev.conclave.Leadership#term()}.
 *
 * <p><b>The reference</b> works on every node that called {@code init} with the name, whether it may run the instance or only
 * sends to it. Messages of one sender keep their order, unless the leader changes in between. They are kept on the node where
 * they are while no instance is known to run, and until the node that leads has answered: the oldest is given up when {@link ElectedSingletonSettings#bufferSize()} is
 * exceeded, and what is given up is published as a {@link akka.actor.DeadLetter}. A message that reaches a node which leads no
 * more, or whose instance is stopping, is kept and sent on in the same way. Delivery is at most once all the same, as always
 * in Akka: what is lost is what was on its way to a node that died, what such a node kept, and what waited in the mailbox of
 * an instance that failed or had to be stopped the hard way. Whoever must know asks for an answer.
 *
 * <p>Messages between nodes need a serializer of the application's, as between any actors. All nodes must give the actor
 * system the same name.
 *
 * <p>Not meant to be implemented except for tests, see {@link ElectedSingletonSetup}.
 */
public abstract class ElectedSingleton implements Extension {

    /** For {@link ElectedSingletonSetup}. */
    protected ElectedSingleton() {}

    /**
     * The one of the system.
     *
     * @param system whose
     * @return always the same for one system
     */
    public static ElectedSingleton get(ActorSystem<?> system) {
        return Id.INSTANCE.apply(system);
    }

    /**
     * Lets this node run the actor when it leads the election of the actor's name, in which it stands from now on, and gives
     * the reference that reaches the instance wherever it runs. A node without the role of the settings does not stand; its
     * reference works all the same. May be called from any thread; the same name gives the same reference, and what was said
     * first stays.
     *
     * <p>Nobody else should stand in that election: a node that leads it without running the actor keeps everybody waiting.
     *
     * @param <M> what the actor understands
     * @param actor which
     * @return the reference, which may be told from any thread
     * @throws IllegalStateException if {@code conclave.voters} is not set
     * @throws IllegalArgumentException if the name or a setting cannot be, or if the props name a dispatcher or a mailbox that the
     *     actor system does not have, or one of Conclave's own
     */
    public abstract <M> ActorRef<M> init(ElectedActor<M> actor);

    /** By which Akka finds the extension. */
    public static final class Id extends ExtensionId<ElectedSingleton> {

        static final Id INSTANCE = new Id();

        private Id() {}

        /**
         * Called by Akka, by this name.
         *
         * @return the only one
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
