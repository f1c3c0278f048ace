package dev.conclave;

import akka.Done;
import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.typed.ActorRef;

/**
 * The messages, {@link Start} and {@link Stop}, to an actor that works only while its node leads, see {@link Election#serve}.
 */
public sealed interface Serve extends NoSerializationVerificationNeeded {

    /**
     * The election that this node leads.
     *
     * @return its name, so that an actor may serve several elections
     */
    default String election() {
        return leadership().election();
    }

    /**
     * The leadership that starts or ends.
     *
     * @return the same leadership in {@link Start} and {@link Stop} of one term
     */
    Leadership leadership();

    /**
     * Tells the actor to start working, because this node leads. Every write to an external system must carry {@link
     * Leadership#fencingToken()} from now on.
     *
     * @param leadership the leadership
     */
    record Start(Leadership leadership) implements Serve {}

    /**
     * Tells the actor to stop working, because the leadership ends, and then to send {@link Done} to {@code replyTo}.
     *
     * @param leadership the leadership
     * @param deadlineNanos when the lease ends as known now, on {@link System#nanoTime()}, even if users have not answered; a
     *     hand-over renews it while users stop, see {@link Leadership#leaseRemaining()}
     * @param replyTo receives {@link Done} once the actor has stopped working; the sooner it answers, the sooner the next leader
     *     can lead
     */
    record Stop(Leadership leadership, long deadlineNanos, ActorRef<Done> replyTo) implements Serve {}
}
