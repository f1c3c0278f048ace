package dev.conclave;

import akka.Done;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Extension;
import akka.actor.typed.ExtensionId;
import dev.conclave.status.NodeStatus;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Leader election for an actor system: {@code Conclave.get(system).join("orders")}.
 *
 * <p>Starts with its actor system if {@code conclave.voters} is set, so that a voter votes even if its application joins no
 * election; an invalid setting aborts that start. Only tests implement this class, see {@link ConclaveSetup}.
 */
public abstract class Conclave implements Extension {

    /** Creates an instance; called by Conclave's own implementation and by implementations for tests. */
    protected Conclave() {}

    /**
     * Returns the Conclave of an actor system.
     *
     * @param system the actor system, with {@code akka.actor.provider = cluster} or {@code remote}
     * @return the same instance for the same system
     */
    public static Conclave get(ActorSystem<?> system) {
        return Id.INSTANCE.apply(system);
    }

    /**
     * Joins an election as an observer. Call {@link Election#stand()} to become a candidate. The same name returns the same
     * election.
     *
     * @param election a name of 1 to 200 bytes of UTF-8. It must not begin with {@code conclave/}, which is reserved for
     *     Conclave's own elections, such as those behind leases
     * @return the election; from now on it shows which node leads
     * @throws IllegalStateException if {@code conclave.voters} is not set
     * @throws IllegalArgumentException if the name is not valid
     */
    public abstract Election join(String election);

    /**
     * Hands over every election that this node leads, except those behind Akka's leases, and is a candidate in none from now on
     * (R9). The coordinated shutdown of the actor system does the same. A process that is about to end may call this before the
     * rest of its shutdown begins, so that the next leader does not compete with the shutdown for CPU.
     *
     * @return completes, on a thread of the actor system, when all users have stopped and the other nodes were notified, or when
     *     the actor system has ended. Never fails. Set a time limit: users may take up to ten election timeouts to stop
     */
    public CompletionStage<Done> leave() {
        return CompletableFuture.completedFuture(Done.getInstance());
    }

    /**
     * Drains this node: it hands over every election that it leads, even where there is no other candidate, and is a candidate in
     * none until {@link #undrain()} is called or the process is restarted; a voter goes on voting (R9). Meanwhile {@link
     * Election#stand()} and {@link Election#withdraw()} only note what the application wants. The elections behind Akka's leases
     * are not affected, since their holders release them. Repeated calls wait for the same end.
     *
     * @return completes, on a thread of the actor system, when all users have stopped and this node leads nothing, or when the
     *     actor system has ended. Never fails
     */
    public CompletionStage<Done> drain() {
        return CompletableFuture.completedFuture(Done.getInstance());
    }

    /** Ends {@link #drain()}: this node is a candidate again wherever its application stands. Repeated calls have no effect. */
    public void undrain() {}

    /**
     * Whether this node is drained. JMX and the gauge {@code conclave.drained} show the same.
     *
     * @return true from the call of {@link #drain()} on, until {@link #undrain()} is called
     */
    public boolean isDrained() {
        return false;
    }

    /**
     * The state of this node and a count of its elections, as HTTP and the page show them. Does not wait, and may be called from
     * any thread.
     *
     * @return the state at this moment; empty if Conclave is dormant
     */
    public Optional<NodeStatus> status() {
        return Optional.empty();
    }

    /**
     * The voters and the times that all nodes share, which can be changed while everything runs.
     *
     * @return the electorate
     * @throws IllegalStateException if {@code conclave.voters} is not set
     */
    public Electorate electorate() {
        throw new IllegalStateException(
                "conclave.voters is not set, so there is no electorate; list every voter as" + " host:port");
    }

    /**
     * Whether this node is ready to serve according to {@code conclave.health-check}. {@link ConclaveHealthCheck} returns this.
     *
     * @return true unless overridden
     */
    protected boolean isReady() {
        return true;
    }

    /**
     * Implements {@link Election#whileLeading} by {@link Election#serve}.
     *
     * @param system the actor system
     * @param election the election
     * @param executor runs the task
     * @param task the task
     * @return the task, which begins when the node leads
     */
    protected static LeadingTaskHandle whileLeading(
            ActorSystem<?> system, Election election, Executor executor, LeadingTask task) {
        return LeadingTaskActor.start(system, election, executor, task);
    }

    /** The id under which Akka registers the extension. */
    public static final class Id extends ExtensionId<Conclave> {

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
        public Conclave createExtension(ActorSystem<?> system) {
            return RunningConclave.start(system);
        }
    }
}
