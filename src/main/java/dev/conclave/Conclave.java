package dev.conclave;

import akka.Done;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Leader election for an actor system: {@code Conclave.get(system).join("orders")}.
 *
 * <p>Starts with its actor system if {@code conclave.voters} is set, so that a voter votes although no code of its own has
 * asked for an election; a setting that cannot be aborts that start. Not meant to be implemented except for tests, see
 * {@link ConclaveSetup}.
 */
public abstract class Conclave implements Extension {

    /** For the real one, and for those of tests. */
    protected Conclave() {}

    /**
     * The one of the system.
     *
     * @param system the actor system, with {@code akka.actor.provider = cluster} or {@code remote}
     * @return always the same one
     */
    public static Conclave get(ActorSystem<?> system) {
        return Id.INSTANCE.apply(system);
    }

    /**
     * Joins an election, which only watches: {@link Election#stand()} is a word of its own. The same name gives the same
     * election.
     *
     * @param election 1 to 200 bytes of UTF-8 of any kind, but for what begins with {@code conclave/}: so begin the names of
     *     Conclave's own elections, such as those behind leases
     * @return the election, which tells from now on who leads
     * @throws IllegalStateException if {@code conclave.voters} is not set
     * @throws IllegalArgumentException if it cannot be a name
     */
    public abstract Election join(String election);

    /**
     * Hands over whatever this node leads, leases of Akka's apart, and stands for nothing any more: what the shutdown of an actor
     * system does on its way (R9). For a process that ends and can do this before anything else of its shutdown begins, so
     * that the next leader does not wait for a processor that is busy with that.
     *
     * @return completes, on a thread of the actor system, when everybody who held something has let go and the others were
     *     told, or when the actor system has ended. Never fails; bound it, since who holds something may not answer for ten
     *     election timeouts
     */
    public CompletionStage<Done> leave() {
        return CompletableFuture.completedFuture(Done.getInstance());
    }

    /**
     * Whether this node is ready to serve, as {@code conclave.health-check} says it: what {@link ConclaveHealthCheck} answers.
     *
     * @return true unless overridden
     */
    protected boolean isReady() {
        return true;
    }

    /** By which Akka finds the extension. */
    public static final class Id extends ExtensionId<Conclave> {

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
        public Conclave createExtension(ActorSystem<?> system) {
            return RunningConclave.start(system);
        }
    }
}
