package dev.conclave.core;

/**
 * What a step asks its driver to do, in the order of the list. Nothing in it needs to be held back: what must wait for
 * the disk (R3) stays inside the {@link Peer} until {@link Input.Persisted} comes, and is then among the effects of that
 * step.
 */
public sealed interface Effect {

    /**
     * Write the ballot to disk; when it is forced, answer {@link Input.Persisted}. If that fails, stop the peer: a vote
     * that may not be on disk was not cast.
     */
    record Persist(Ballot ballot) implements Effect {}

    /** Send a message to another peer of this election. It may be lost. */
    record Send(PeerId to, Message message) implements Effect {}

    /** Another peer leads. */
    record Following(PeerId leader, long term) implements Effect {}

    /** Nobody is known to lead any more. */
    record Leaderless(long term) implements Effect {}

    /** This peer asks for votes in a term that it opened. */
    record Standing(long term) implements Effect {}

    /**
     * This peer leads: the first lease of the term is held and the users of every earlier leadership on this node have
     * stopped (R7). Start the users.
     *
     * @param leaseUntil until when, by the clock that {@code now} comes from
     */
    record Elected(long term, long leaseUntil) implements Effect {}

    /** The lease of the announced leadership is longer now. */
    record Renewed(long term, long leaseUntil) implements Effect {}

    /**
     * This peer's leadership of the term ends, finally. Tell the users to stop, and answer {@link Input.UsersStopped} when
     * all that hold something have (R8).
     *
     * @param deadline until when they have time
     */
    record Dismissed(long term, Reason reason, long deadline) implements Effect {}

    /**
     * The leadership is over: its users have stopped, or its lease has ended.
     *
     * @param heldUntil when it ended, which may lie in the past if this process slept
     */
    record Ended(long term, Reason reason, long heldUntil) implements Effect {}

    /** A hand-over was asked for while this peer leads, but nobody else stands: it goes on leading. */
    record HandOverRefused(long term) implements Effect {}

    /**
     * A disk or a path is too slow for E: no leader can be promised within 2 E after a fault (L1).
     *
     * @param what which of the two
     * @param nanos how long it took
     */
    record Slow(What what, long nanos) implements Effect {

        /** Where the time went. */
        public enum What {
            /** From a ballot's writing until it was durable. */
            DISK,
            /** From the making of a heartbeat round until a majority had acknowledged it. */
            PATH
        }
    }

    /** A message spoke of a term far beyond what elections can have brought about; it was dropped (R13). */
    record Implausible(PeerId from, long term) implements Effect {}

    /** This peer notifies as many observers as it can; this one is not among them, and may never be notified who leads. */
    record Crowded(PeerId observer) implements Effect {}

    /** A message was dropped: so much waits for the disk already that nothing more may (R3). */
    record DiskBehind(PeerId from) implements Effect {}

    /** Why a leadership ended. */
    enum Reason {
        /** The lease was not renewed in time: no majority acknowledged (R8). */
        LEASE_EXPIRED,
        /** A hand-over was asked for (R9). */
        HAND_OVER,
        /** This peer stands no more (R9). */
        WITHDRAWN,
        /** This node is shutting down (R9). */
        LEAVING,
        /** Somebody knows of a higher term (R1). */
        HIGHER_TERM,
        /** The node cannot vouch for its leaderships any more (R10). */
        VOID
    }
}
