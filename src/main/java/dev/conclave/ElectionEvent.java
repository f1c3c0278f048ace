package dev.conclave;

import akka.actor.NoSerializationVerificationNeeded;
import dev.conclave.core.PeerId;

/**
 * The events that a subscriber of an {@link Election} receives. Instants are those of {@link System#nanoTime()} of this process.
 *
 * <p>Sealed, so that the compiler checks the cases of a switch. A minor version may add an event, and such a switch no longer
 * compiles: give it a default where that matters. Akka's {@code onMessage} ignores events that it does not name.
 */
public sealed interface ElectionEvent extends NoSerializationVerificationNeeded {

    /**
     * The election in which the event happened.
     *
     * @return its name
     */
    String election();

    /**
     * The term of the event. Not a fencing token where another node leads: see {@link Leadership#fencingToken()}.
     *
     * @return 0 while no term is known
     */
    long term();

    /** Why a leadership of this node ended. A minor version may add a reason. */
    enum Reason {
        /** The lease was not renewed in time: no majority of the voters acknowledged a heartbeat (R8). */
        LEASE_EXPIRED,
        /** This node was asked to hand over the leadership (R9). */
        HAND_OVER,
        /** This node is no longer a candidate: it has withdrawn, has left the election, or is drained (R9). */
        WITHDRAWN,
        /** This node is shutting down (R9). */
        LEAVING,
        /** Another node knows a higher term (R1). */
        HIGHER_TERM,
        /** The node had to void its leaderships at once, for example because its machine was suspended (R10). */
        VOID
    }

    /**
     * Another node leads the election.
     *
     * @param election the name of the election
     * @param leader the leader
     * @param term the term of the leader
     */
    record Following(String election, PeerId leader, long term) implements ElectionEvent {}

    /**
     * This node knows no leader of the election.
     *
     * @param election the name of the election
     * @param term the highest known term
     */
    record Leaderless(String election, long term) implements ElectionEvent {}

    /**
     * This node is a candidate in a new term, and asks for votes.
     *
     * @param election the name of the election
     * @param term the term that this node opened
     */
    record Standing(String election, long term) implements ElectionEvent {}

    /**
     * This node leads the election: it was elected and holds its first lease.
     *
     * @param election the name of the election
     * @param leadership the leadership
     * @param leaseUntilNanos the end of the first lease, on {@link System#nanoTime()}; it is renewed from then on
     */
    record Elected(String election, Leadership leadership, long leaseUntilNanos) implements ElectionEvent {
        @Override
        public long term() {
            return leadership.fencingToken();
        }
    }

    /**
     * This node's leadership of the term ends for good: its users are told to stop. {@link Leadership#holds()} returns false
     * from now on.
     *
     * @param election the name of the election
     * @param leadership the leadership
     * @param reason why
     * @param deadlineNanos until when the users have time to stop, on {@link System#nanoTime()}
     */
    record Dismissed(String election, Leadership leadership, Reason reason, long deadlineNanos)
            implements ElectionEvent {
        @Override
        public long term() {
            return leadership.fencingToken();
        }
    }

    /**
     * This node's leadership of the term is over: all users have stopped, or the lease has ended.
     *
     * @param election the name of the election
     * @param leadership the leadership
     * @param reason why
     * @param heldUntilNanos when it ended, on {@link System#nanoTime()}; lies in the past if the process was paused
     */
    record Ended(String election, Leadership leadership, Reason reason, long heldUntilNanos) implements ElectionEvent {
        @Override
        public long term() {
            return leadership.fencingToken();
        }
    }

    /**
     * This node no longer takes part in the election: it has left it, its actor system stops, its data directory has failed, or
     * its lifeline has ended. Except after {@link Election#leave()}, it does not lead again until it is restarted. After the end
     * of its lifeline a voter still votes, and {@link Following} and {@link Leaderless} still report which other node leads.
     *
     * @param election the name of the election
     * @param term the term of the last event before this one
     */
    record Stopped(String election, long term) implements ElectionEvent {}
}
