package dev.conclave.judge;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import java.util.Optional;

/**
 * An event that a peer reports, or a fault that a harness caused.
 *
 * <p>{@code mono} is in nanoseconds of one monotonic clock for all events of a trial: {@link System#nanoTime} of processes on one
 * machine, or the true time of a simulation. Only differences are meaningful.
 */
public sealed interface Event {

    /** The instant of the event in nanoseconds, by the clock that all events of a trial share. */
    long mono();

    /** The peer that reports the event, or that the fault affects. */
    PeerId peer();

    /** The name of the event in event lines. */
    String word();

    /** The same event by a clock that shows this many nanoseconds more. */
    Event later(long nanos);

    /** An event of a peer in one election. */
    sealed interface InElection extends Event {
        ElectionName election();

        /** The term of the event. */
        long term();

        /** The leader in that term, if the event names it. */
        default Optional<PeerId> leader() {
            return Optional.empty();
        }
    }

    /**
     * A life of the peer begins, that is, its process has started; the term is the one that it remembers.
     *
     * @param remembers whether it has the ballots of its former life; not if it has no data directory, or an empty one
     */
    record Started(long mono, PeerId peer, ElectionName election, long term, boolean remembers) implements InElection {
        /** Creates the start of a peer that has the ballots of its former life. */
        public Started(long mono, PeerId peer, ElectionName election, long term) {
            this(mono, peer, election, term, true);
        }

        @Override
        public Event later(long nanos) {
            return new Started(mono + nanos, peer, election, term, remembers);
        }

        @Override
        public String word() {
            return "started";
        }
    }

    /** The peer follows another peer, which leads. */
    record Following(long mono, PeerId peer, ElectionName election, long term, PeerId followed) implements InElection {
        @Override
        public Event later(long nanos) {
            return new Following(mono + nanos, peer, election, term, followed);
        }

        @Override
        public String word() {
            return "following";
        }

        @Override
        public Optional<PeerId> leader() {
            return Optional.of(followed);
        }
    }

    /** The peer asks for votes in a term that it opened. */
    record Standing(long mono, PeerId peer, ElectionName election, long term) implements InElection {
        @Override
        public Event later(long nanos) {
            return new Standing(mono + nanos, peer, election, term);
        }

        @Override
        public String word() {
            return "standing";
        }
    }

    /**
     * The peer leads and holds its first lease.
     *
     * @param leaseUntil the end of that first lease; renewals are not reported
     */
    record Elected(long mono, PeerId peer, ElectionName election, long term, long leaseUntil) implements InElection {
        @Override
        public Event later(long nanos) {
            return new Elected(mono + nanos, peer, election, term, leaseUntil + nanos);
        }

        @Override
        public String word() {
            return "elected";
        }

        @Override
        public Optional<PeerId> leader() {
            return Optional.of(peer);
        }
    }

    /**
     * The peer no longer leads.
     *
     * @param reason why, for people
     * @param heldUntil the instant at which the leadership really ended, even if it is reported later: a frozen process reports
     *     it after it thaws
     */
    record Dismissed(long mono, PeerId peer, ElectionName election, long term, String reason, long heldUntil)
            implements InElection {
        @Override
        public Event later(long nanos) {
            return new Dismissed(mono + nanos, peer, election, term, reason, heldUntil + nanos);
        }

        @Override
        public String word() {
            return "dismissed";
        }
    }

    /** The peer no longer knows a leader. */
    record Leaderless(long mono, PeerId peer, ElectionName election, long term) implements InElection {
        @Override
        public Event later(long nanos) {
            return new Leaderless(mono + nanos, peer, election, term);
        }

        @Override
        public String word() {
            return "leaderless";
        }
    }

    /** A life of the peer ends with an orderly shutdown. */
    record Stopped(long mono, PeerId peer, ElectionName election, long term) implements InElection {
        @Override
        public Event later(long nanos) {
            return new Stopped(mono + nanos, peer, election, term);
        }

        @Override
        public String word() {
            return "stopped";
        }
    }

    /**
     * A harness kills the process, and so the peer in all its elections. The instant is read <em>before</em> the signal is sent:
     * an instant after the observed end would be milliseconds late, when another peer may already lead. A process that is killed
     * while it is frozen counts as killed at the instant at which it was frozen.
     */
    record Killed(long mono, PeerId peer) implements Event {
        @Override
        public Event later(long nanos) {
            return new Killed(mono + nanos, peer);
        }

        @Override
        public String word() {
            return "killed";
        }
    }
}
