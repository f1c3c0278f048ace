package dev.conclave;

import akka.Done;
import akka.actor.typed.ActorRef;
import dev.conclave.core.PeerId;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * One election by its name, in which this node is an observer or a candidate; returned by {@link Conclave#join}. All methods may
 * be called from any thread, and none blocks.
 *
 * <p>Each returned stage belongs to its caller: completing it from outside does not affect other callers. Stages complete on the
 * actor system's default dispatcher, never on Conclave's own thread. When the actor system has ended, stages that wait for a
 * leadership or a hand-over fail and those of {@link #leave()} complete, also if they are requested later.
 */
public interface Election {

    /**
     * The name of the election.
     *
     * @return the argument of {@link Conclave#join}
     */
    String name();

    /** Makes this node a candidate, whether it is a voter or not. Repeated calls have no effect. */
    void stand();

    /** Makes this node an observer again; if it leads, it hands over (R9). */
    void withdraw();

    /**
     * Hands over to another candidate (R9): the users are told to stop; when they have stopped, the next candidate in the
     * succession stands at once.
     *
     * @return completes when this node no longer leads; fails if it does not lead, or if there is no other candidate, in which
     *     case it keeps leading
     */
    CompletionStage<Done> handOver();

    /**
     * Hands over to this candidate (R9): the users are told to stop; when they have stopped, the candidate stands at once. If it
     * is no longer a candidate by then, the next one in the succession stands. Repeated calls with the same peer wait for the same
     * hand-over.
     *
     * @param to a candidate, voter or not, that has acknowledged this leader within the last half election timeout
     * @return completes when this node no longer leads. Fails with an {@link IllegalStateException} if this node does not lead, if
     *     the peer is unknown or not a candidate, or while a hand-over to another named peer is under way; and with an {@link
     *     IllegalArgumentException} if the peer is this node. After a failure nothing has changed
     */
    CompletionStage<Done> handOver(PeerId to);

    /**
     * The current leadership of this node, or else its next one.
     *
     * @return completes when this node leads, at once if it already does; it does not complete while this node is not a
     *     candidate. Fails with an {@link IllegalStateException} when this node no longer takes part ({@link
     *     ElectionEvent.Stopped}). The leadership may be over when the caller looks at it: check {@link Leadership#holds()}
     */
    CompletionStage<Leadership> whenElected();

    /**
     * Leaves the election: this node withdraws, and when it no longer leads, all current subscribers are sent {@link
     * ElectionEvent.Stopped} and all users are removed. A left election costs the node no actor, no timer and no message; a voter
     * still votes when it is asked and keeps the ballot, which may be compacted. Affects all code on this node that uses the same
     * name.
     *
     * <p>This handle stays usable: a later call joins the election again.
     *
     * @return completes when this node no longer leads
     */
    CompletionStage<Done> leave();

    /**
     * The leadership of this node, if it leads right now. Reads the clocks, so the result is correct right after a pause of the
     * process.
     *
     * @return the leadership, which {@linkplain Leadership#holds() holds} at this moment; empty if this node does not lead
     */
    Optional<Leadership> leadership();

    /**
     * The leader and the term as this node knows them now, whether it leads or not.
     *
     * @return an immutable snapshot; call this method again to see later changes
     */
    ElectionStatus status();

    /**
     * The register of this election: a small value that outlives its leader.
     *
     * @return the same for all handles of this election on this node
     */
    ElectionRegister register();

    /**
     * Sends the events of this election to an actor until the actor ends, beginning with the current state. The actor does not
     * answer. A slow actor does not delay elections (R14), even if it has a bounded mailbox that blocks its senders. Repeated
     * calls with the same actor have no effect.
     *
     * @param subscriber the actor that receives the events
     */
    void subscribe(ActorRef<ElectionEvent> subscriber);

    /**
     * Registers an actor as a user, which works only while this node leads: it receives {@link Serve.Start} when this node leads
     * and {@link Serve.Stop} before the leadership ends, and answers when it has stopped. A hand-over then takes no longer than
     * the users take to stop (R8, R9). Repeated calls with the same actor have no effect.
     *
     * <p>If the actor ends while this node leads, {@code conclave.when-server-ends} decides what this node does. An actor that is
     * restarted by its supervisor has not ended, and does not receive {@link Serve.Start} again.
     *
     * @param user the actor
     */
    void serve(ActorRef<Serve> user);

    /**
     * Like {@link #serve(ActorRef)}, with a separate choice for the case that the actor ends while this node leads. Repeated
     * calls with the same actor only change the choice.
     *
     * @param user the actor
     * @param whenItEnds the reaction of this node
     */
    void serve(ActorRef<Serve> user, WhenServerEnds whenItEnds);

    /**
     * Runs a task while this node leads, for code without actors:
     *
     * <pre>{@code
     * LeadingTaskHandle work = election.whileLeading(executor, leadership -> {
     *     while (true) {
     *         orders.writeNext(orders.take(), leadership.fencingToken()); // take() throws InterruptedException
     *     }
     * });
     * }</pre>
     *
     * <p>The task begins when this node leads. Its thread is interrupted when the leadership is told to end, at the latest three
     * quarters of {@code conclave.stop-margin} before the end of the lease, and the next leadership begins when it has ended. Two
     * calls never run at once on one node. A task that returns is done for this leadership, and begins again in the next one. A task
     * that throws begins again after {@code conclave.singleton.restart-delay}, which doubles with each failure in a row; after each
     * third one the node hands over, if there is another candidate.
     *
     * <p>A task that goes on after its interruption does not keep other nodes from leading once the lease is over: then only the
     * fencing token protects external systems. The log names the place where its thread is, and this node is not a candidate until
     * the task has ended. After {@code conclave.singleton.hard-stop-timeout}, {@code conclave.singleton.when-stuck} decides.
     *
     * <p>This node must be a candidate, see {@link #stand()}.
     *
     * @param executor runs the task, on another thread than that of its caller, and one that may block
     * @param task the task
     * @return close it to interrupt the task and never begin it again
     */
    LeadingTaskHandle whileLeading(Executor executor, LeadingTask task);
}
