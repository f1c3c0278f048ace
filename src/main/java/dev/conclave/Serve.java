package dev.conclave;

import akka.Done;
import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.typed.ActorRef;
import java.time.Instant;

/** What an actor is told that holds something while its node leads, see {@link Election#serve}. */
public sealed interface Serve extends NoSerializationVerificationNeeded {

    /**
     * Which leadership it is about.
     *
     * @return that of the one term, which stays the same in {@link Start} and {@link Stop}
     */
    Leadership leadership();

    /**
     * This node leads: take hold. Whatever is written from now on carries {@link Leadership#term()}.
     *
     * @param leadership which
     */
    record Start(Leadership leadership) implements Serve {}

    /**
     * The leadership ends: let go, then tell {@code replyTo}.
     *
     * @param leadership which
     * @param deadline when the lease ends as it stands now, whether anybody has answered or not; a hand-over renews it while
     *     users stop, see {@link Leadership#leaseRemaining()}
     * @param replyTo is told when everything is let go; the sooner, the sooner the next leader can lead
     */
    record Stop(Leadership leadership, Instant deadline, ActorRef<Done> replyTo) implements Serve {}
}
