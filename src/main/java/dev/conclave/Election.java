package dev.conclave;

import akka.Done;
import akka.actor.typed.ActorRef;
import java.util.concurrent.CompletionStage;

/**
 * A named contest that this node watches, and may win. From {@link Conclave#join}. All methods may be called from any thread
 * and none blocks.
 *
 * <p>Each returned stage belongs to its caller: completing it from outside changes nothing for anybody else. Stages complete on
 * the actor system's default dispatcher, never on the thread that elects. When the actor system has ended, the stages that wait
 * for a leadership or a hand-over fail, those of {@link #leave()} complete, and so do those that are asked for later.
 */
public interface Election {

    /**
     * Its name.
     *
     * @return as it was given to {@link Conclave#join}
     */
    String name();

    /**
     * From now on this node wants to lead, whether it votes or not. Repeated calls change nothing.
     */
    void stand();

    /** From now on it does not; if it leads, it hands over (R9). */
    void withdraw();

    /**
     * Lets another node lead (R9): users are told to stop, and when they have, the one who is next stands at once.
     *
     * @return completes when this node leads no more; fails if it did not lead, or if nobody else stands, in which case it goes
     *     on leading
     */
    CompletionStage<Done> handOver();

    /**
     * The next leadership of this node, or the present one.
     *
     * @return completes when this node leads, at once if it does; never by itself if it does not stand. Fails with an {@link
     *     IllegalStateException} when this node takes part no more ({@link ElectionEvent.Stopped}). By the time that somebody
     *     looks, the leadership may be over again: {@link Leadership#holds()} tells
     */
    CompletionStage<Leadership> whenElected();

    /**
     * This node takes no interest in the election any more: it withdraws, and when it leads nothing in it, those who have
     * subscribed or served until now are told that it is over. An election that nobody on a node wants costs it nothing: no
     * actor, no timer, no message, and no memory but its ballot, which may be compacted (a voter goes on voting when it is
     * asked). Concerns everybody on this node who uses the same name.
     *
     * <p>The handle stays good: what is asked of it later joins the election anew.
     *
     * @return completes when this node leads nothing in it
     */
    CompletionStage<Done> leave();

    /**
     * Who leads now, as far as this node knows. Reads no clock; {@link Leadership#holds()} does.
     *
     * @return how it stands at this moment, a value that does not change; ask again for what comes later
     */
    Leadership leadership();

    /**
     * Tells an actor what becomes of the election, beginning with how it stands, until the actor ends. It answers nothing,
     * and however slow it is, it holds up nobody (R14), not even with a bounded mailbox that waits for room. Repeated calls
     * with the same actor change nothing.
     *
     * @param subscriber who is told
     */
    void subscribe(ActorRef<ElectionEvent> subscriber);

    /**
     * Lets an actor hold something while this node leads: it is told to start when this node leads, told to stop before that
     * ends, and answers when it has stopped. A hand-over then costs as long as the stopping, and no more (R8, R9). Repeated
     * calls with the same actor change nothing.
     *
     * <p>If the actor ends while this node leads, {@code conclave.when-server-ends} says what this node does. An actor that its
     * supervisor restarts has not ended, and is not told to start again.
     *
     * @param user who holds something
     */
    void serve(ActorRef<Serve> user);

    /**
     * As {@link #serve(ActorRef)}, with a choice of its own for the case that the actor ends while this node leads. Repeated
     * calls with the same actor change the choice and nothing else.
     *
     * @param user who holds something
     * @param whenItEnds what this node does then
     */
    void serve(ActorRef<Serve> user, WhenServerEnds whenItEnds);
}
