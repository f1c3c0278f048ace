package dev.conclave;

import akka.actor.NoSerializationVerificationNeeded;
import dev.conclave.core.Effect;
import dev.conclave.core.PeerId;
import java.time.Instant;

/** What a subscriber of an {@link Election} is told. */
public sealed interface ElectionEvent extends NoSerializationVerificationNeeded {

    /**
     * The election.
     *
     * @return its name
     */
    String election();

    /**
     * The term that it is about.
     *
     * @return 0 as long as none is known
     */
    long term();

    /**
     * Another node leads.
     *
     * @param election the name of the election
     * @param leader who
     * @param term its term
     */
    record Following(String election, PeerId leader, long term) implements ElectionEvent {}

    /**
     * Nobody is known to lead.
     *
     * @param election the name of the election
     * @param term the highest one heard of
     */
    record Leaderless(String election, long term) implements ElectionEvent {}

    /**
     * This node asks for votes.
     *
     * @param election the name of the election
     * @param term the term that it has opened
     */
    record Standing(String election, long term) implements ElectionEvent {}

    /**
     * This node leads.
     *
     * @param election the name of the election
     * @param leadership the handle on it
     * @param leaseUntilNanos the end of the first lease, on {@link System#nanoTime()}; it is renewed from then on
     */
    record Elected(String election, Leadership leadership, long leaseUntilNanos) implements ElectionEvent {
        @Override
        public long term() {
            return leadership.term();
        }
    }

    /**
     * This node's leadership ends, for good in this term. {@link Leadership#holds()} says no from here on.
     *
     * @param election the name of the election
     * @param leadership which
     * @param reason why
     * @param deadline until when whoever uses it has time
     */
    record Dismissed(String election, Leadership leadership, Effect.Reason reason, Instant deadline)
            implements ElectionEvent {
        @Override
        public long term() {
            return leadership.term();
        }
    }

    /**
     * This node's leadership is over: everybody who held something has stopped, or its lease has ended.
     *
     * @param election the name of the election
     * @param leadership which
     * @param reason why
     * @param heldUntilNanos when it ended, on {@link System#nanoTime()}; lies in the past if the process slept
     */
    record Ended(String election, Leadership leadership, Effect.Reason reason, long heldUntilNanos)
            implements ElectionEvent {
        @Override
        public long term() {
            return leadership.term();
        }
    }

    /**
     * This node takes part no more: its actor system stops, its data directory has failed, or its lifeline has ended. It never
     * leads again before it is restarted. After the end of its lifeline a voter goes on voting, and {@link Following} and {@link
     * Leaderless} go on telling which other node leads.
     *
     * @param election the name of the election
     * @param term the last one that it told of
     */
    record Stopped(String election, long term) implements ElectionEvent {}
}
