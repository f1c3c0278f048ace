package dev.conclave.judge;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import java.util.Optional;

/**
 * Something that a peer says has happened to it, or that a harness did to it.
 *
 * <p>{@code mono} is a count of nanoseconds of one monotonic clock that all events of a trial share: {@link
 * System#nanoTime} of processes on one machine, or the true time of a simulation. Only differences mean anything.
 */
public sealed interface Event {

    /** When, by the shared clock. */
    long mono();

    /** To whom. */
    PeerId peer();

    /** The word for it in event lines. */
    String word();

    /** What a peer says about one election. */
    sealed interface InElection extends Event {
        ElectionName election();

        /** The term that the event speaks of. */
        long term();

        /** Who leads in that term, if the event says so. */
        default Optional<PeerId> leader() {
            return Optional.empty();
        }
    }

    /**
     * A life of the peer begins; the term is the one that it remembers.
     *
     * @param remembers whether it keeps its ballots from one life to the next, as every voter does
     */
    record Started(long mono, PeerId peer, ElectionName election, long term, boolean remembers) implements InElection {
        /** Of a peer that remembers. */
        public Started(long mono, PeerId peer, ElectionName election, long term) {
            this(mono, peer, election, term, true);
        }

        @Override
        public String word() {
            return "started";
        }
    }

    /** Another peer leads. */
    record Following(long mono, PeerId peer, ElectionName election, long term, PeerId followed) implements InElection {
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
        public String word() {
            return "standing";
        }
    }

    /**
     * The peer leads and holds its first lease.
     *
     * @param leaseUntil the end of that first lease; later ones are not told
     */
    record Elected(long mono, PeerId peer, ElectionName election, long term, long leaseUntil) implements InElection {
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
     * The peer leads no more.
     *
     * @param reason why, for people
     * @param heldUntil the instant at which the leadership really ended, however late this is said: a process that was
     *     frozen says it after it thaws
     */
    record Dismissed(long mono, PeerId peer, ElectionName election, long term, String reason, long heldUntil)
            implements InElection {
        @Override
        public String word() {
            return "dismissed";
        }
    }

    /** The peer knows of no leader any more. */
    record Leaderless(long mono, PeerId peer, ElectionName election, long term) implements InElection {
        @Override
        public String word() {
            return "leaderless";
        }
    }

    /** A life of the peer ends in order. */
    record Stopped(long mono, PeerId peer, ElectionName election, long term) implements InElection {
        @Override
        public String word() {
            return "stopped";
        }
    }

    /**
     * A harness kills the process, and with it the peer in all its elections. The instant is one read <em>before</em> the
     * signal is sent: one read after the process was seen to be gone lies milliseconds late, when another peer may well
     * lead already. A process that was frozen and dies frozen is killed at the instant at which it was frozen; it held
     * nothing that it could have told anybody.
     */
    record Killed(long mono, PeerId peer) implements Event {
        @Override
        public String word() {
            return "killed";
        }
    }
}
