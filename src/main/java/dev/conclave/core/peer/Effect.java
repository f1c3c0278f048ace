package dev.conclave.core.peer;

import dev.conclave.core.Ballot;
import dev.conclave.core.PeerId;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterVersion;
import java.util.Optional;

/**
 * An instruction of a step to its driver, to be carried out in the order of the list. The driver need not hold anything back:
 * messages that must wait for the disk (R3) stay inside the {@link Peer} until {@link Input.Persisted}, and are then among the
 * effects of that step.
 */
public sealed interface Effect {

    /**
     * Write the ballot to disk and force it, then pass {@link Input.Persisted} to the peer. If that fails, stop the peer: a vote
     * that may not be on disk was not cast.
     */
    record Persist(Ballot ballot) implements Effect {}

    /**
     * Write the entry of the register to disk behind every earlier {@link Persist}, so that it is not there without the ballot
     * (U1), and force it; then pass {@link Input.RegisterPersisted} to the peer. If that fails, stop the peer.
     */
    record PersistRegister(RegisterEntry entry) implements Effect {}

    /** Send a message to another peer of this election. It may be lost. */
    record Send(PeerId to, Message message) implements Effect {}

    /** Reports that another peer leads. */
    record Following(PeerId leader, long term) implements Effect {}

    /** Reports that this peer no longer knows a leader. */
    record Leaderless(long term) implements Effect {}

    /** Reports that this peer is a candidate: it asks for votes in a term that it opened. */
    record Standing(long term) implements Effect {}

    /**
     * Reports that this peer leads: the first lease of the term is held and the users of every earlier leadership on this node
     * have stopped (R7). Start the users.
     *
     * @param leaseUntil until when, by the clock that {@code now} comes from
     */
    record Elected(long term, long leaseUntil) implements Effect {}

    /** Reports that the lease of the announced leadership was renewed. */
    record Renewed(long term, long leaseUntil) implements Effect {}

    /**
     * Reports that this peer's leadership of the term ends for good. Tell the users to stop, and pass {@link
     * Input.UsersStopped} to the peer when all have stopped (R8).
     *
     * @param deadline until when the users may take time
     */
    record Dismissed(long term, Reason reason, long deadline) implements Effect {}

    /**
     * Reports that a leadership of this peer is over: its users have stopped, or its lease has ended.
     *
     * @param heldUntil when it ended, which may lie in the past if this process was paused
     */
    record Ended(long term, Reason reason, long heldUntil) implements Effect {}

    /** Reports that a requested hand-over is not possible: this peer goes on as before. */
    record HandOverRefused(long term, Refusal why) implements Effect {}

    /** Why a leader does not hand over (R9). */
    enum Refusal {
        /** No other candidate is known that could take over the leadership. */
        NO_OTHER_CANDIDATE,
        /** The named peer is neither a voter nor an observer that this leader knows. */
        UNKNOWN,
        /** The named peer is not a candidate, or has not acknowledged this leader for E/2. */
        NOT_A_CANDIDATE,
        /** A hand-over to another named peer is under way. */
        OTHER_SUCCESSOR
    }

    /**
     * Reports that a disk or a network path is too slow for the election timeout E: a leader within 2 E after a fault (L1) is
     * not guaranteed.
     *
     * @param what disk or path
     * @param nanos how long it took
     */
    record Slow(What what, long nanos) implements Effect {

        /** The subject of a warning of slowness: this node's disk, or the network path to other peers. */
        public enum What {
            /** Writing a ballot until it was durable. */
            DISK,
            /** A heartbeat round, from its creation until a majority had acknowledged it. */
            PATH
        }
    }

    /** Reports that a message was dropped, because its term belongs to a later configuration than the message itself (E2). */
    record Implausible(PeerId from, long term) implements Effect {}

    /**
     * Reports that this peer cannot stand: its configuration has no term above the one that this peer knows (E2). The next
     * configuration has.
     */
    record NoTermLeft(long term, int configuration) implements Effect {}

    /**
     * Reports that an observer was turned away, because this peer already notifies as many as it can; it may never be notified
     * who leads.
     */
    record Crowded(PeerId observer) implements Effect {}

    /** Reports that a message was dropped, because too many effects already wait for the disk (R3). */
    record DiskBehind(PeerId from) implements Effect {}

    /** Reports that a quorum has stored this entry of the register: subscribers may see it. */
    record RegisterChanged(RegisterEntry entry) implements Effect {}

    /** Answers a write: a quorum has stored it, and the lease was held then (U4). */
    record RegisterWritten(long id, RegisterVersion version) implements Effect {}

    /** Answers a write: nothing was written. */
    record RegisterRefused(long id, RegisterRefusal why) implements Effect {}

    /** Answers a write: the leadership ended before a quorum was known to have stored it. It may yet come to hold (U4). */
    record RegisterUnknown(long id) implements Effect {}

    /**
     * Answers a read (U5).
     *
     * @param truth the newest entry that a quorum has stored; empty if no leader is known, or the peer that was asked does not lead
     */
    record RegisterRead(long id, Optional<RegisterEntry> truth) implements Effect {}

    /** Why nothing was written. */
    enum RegisterRefusal {
        /** This peer does not lead the term of the leadership with which the user writes. */
        NOT_LEADER,
        /** Another write is under way, or too many wait. */
        BUSY,
        /** The registers of this node hold as many bytes as they may; decided by the driver. */
        FULL,
        /** An operator has replaced the value in this leadership, which ends; decided by the driver. */
        REPLACED,
        /** The register holds a value that the import was not to replace; decided by the driver. */
        NOT_EMPTY
    }

    /** Why a leadership ended. */
    enum Reason {
        /** The lease was not renewed in time: no majority acknowledged (R8). */
        LEASE_EXPIRED,
        /** A hand-over was requested (R9). */
        HAND_OVER,
        /** This peer is no longer a candidate (R9). */
        WITHDRAWN,
        /** This node is shutting down (R9). */
        LEAVING,
        /** Another peer knows a higher term (R1). */
        HIGHER_TERM,
        /** The leaderships of this node are void (R10). */
        VOID
    }
}
