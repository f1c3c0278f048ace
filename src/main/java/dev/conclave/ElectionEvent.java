package dev.conclave;

import dev.conclave.core.Effect;
import dev.conclave.core.PeerId;
import java.time.Instant;

/** What a subscriber of an {@link Election} is told. */
public sealed interface ElectionEvent {

    /** The election. */
    String election();

    /** The term that it is about. */
    long term();

    /** Another node leads. */
    record Following(String election, PeerId leader, long term) implements ElectionEvent {}

    /** Nobody is known to lead. */
    record Leaderless(String election, long term) implements ElectionEvent {}

    /** This node asks for votes. */
    record Standing(String election, long term) implements ElectionEvent {}

    /**
     * This node leads.
     *
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

    /** This node takes part no more: its actor system stops, or its data directory has failed. */
    record Stopped(String election, long term) implements ElectionEvent {}
}
