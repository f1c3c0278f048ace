package dev.conclave.core.peer;

import dev.conclave.core.Ballot;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterVersion;
import java.util.List;
import java.util.Optional;

/**
 * A message between peers of one election. Each message calls its own method of a {@link Role}, so that the compiler enforces
 * that every role handles every message.
 *
 * <p>The sender and its incarnation come with {@link Input.Received}; the node has checked the sender's identity before
 * (E8).
 */
public sealed interface Message {

    /** The term of the message. */
    long term();

    /** The highest term in the message; if it belongs to a later configuration than the message, the message is malformed (E2). */
    default long highestTerm() {
        return term();
    }

    /**
     * Whether the message states something that a crash must not undo, such as a vote. Such a message waits until every earlier
     * ballot is durable (R3); the others promise nothing and leave at once.
     */
    default boolean gains() {
        return false;
    }

    /**
     * Whether the sender waits for a reaction of the receiver. Other messages are irrelevant to an idle peer, so no peer needs to
     * be started for them.
     */
    default boolean wantsAnswer() {
        return false;
    }

    /** Whether a lease depends on the message: it is sent before messages that only start another leadership. */
    default boolean renews() {
        return false;
    }

    /** Calls the role's method for this message. */
    void deliver(Role role, PeerStep step, PeerId from, Incarnation incarnation);

    /**
     * Asks whether the receiver would vote for the sender in this term. Changes nothing at either end (R5).
     *
     * @param term the term that the sender would open, one above its own
     * @param released the highest released term that the sender knows of, 0 for none (R9)
     */
    record RequestPreVote(long term, long released) implements Message {
        public RequestPreVote {
            requireTerm(term, 1);
            requireTerm(released, 0);
        }

        @Override
        public long highestTerm() {
            return Math.max(term, released);
        }

        @Override
        public boolean wantsAnswer() {
            return true;
        }

        @Override
        public void deliver(Role role, PeerStep step, PeerId from, Incarnation incarnation) {
            role.onRequestPreVote(step, from, incarnation, this);
        }
    }

    /**
     * Grants a pre-vote.
     *
     * @param term the requested term
     */
    record PreVoteGranted(long term) implements Message {
        public PreVoteGranted {
            requireTerm(term, 1);
        }

        @Override
        public void deliver(Role role, PeerStep step, PeerId from, Incarnation incarnation) {
            role.onPreVoteGranted(step, from, this);
        }
    }

    /**
     * Refuses a pre-vote. Every refusal carries the refuser's term, or a peer in an old term would be refused for ever (R1).
     *
     * @param term the refuser's own term
     * @param asked the requested term
     * @param loyalForNanos how much longer the refuser is loyal to another leader, 0 if that is not the reason; the sender of the
     *     request need not wait longer than that (R11)
     */
    record PreVoteRefused(long term, long asked, long loyalForNanos) implements Message {
        public PreVoteRefused {
            requireTerm(term, 0);
            requireTerm(asked, 1);
            if (loyalForNanos < 0) {
                throw new IllegalArgumentException("loyalForNanos " + loyalForNanos + " is negative");
            }
        }

        @Override
        public void deliver(Role role, PeerStep step, PeerId from, Incarnation incarnation) {
            role.onPreVoteRefused(step, from, this);
        }
    }

    /**
     * Asks for a vote. Leaves while the sender's own ballot is still being written (R3).
     *
     * @param term the term that the sender opened
     * @param released the highest released term that the sender knows of, 0 for none: voters whose own term is not above it owe
     *     no loyalty (R9)
     * @param holds what the sender has of the register (U2)
     */
    record RequestVote(long term, long released, RegisterVersion holds) implements Message {
        /** Creates the request of a peer without a register. */
        public RequestVote(long term, long released) {
            this(term, released, RegisterVersion.NONE);
        }

        public RequestVote {
            requireTerm(term, 1);
            requireTerm(released, 0);
        }

        @Override
        public long highestTerm() {
            return Math.max(Math.max(term, released), holds.term());
        }

        @Override
        public boolean wantsAnswer() {
            return true;
        }

        @Override
        public void deliver(Role role, PeerStep step, PeerId from, Incarnation incarnation) {
            role.onRequestVote(step, from, incarnation, this);
        }
    }

    /**
     * Grants a vote in this term, as an answer or, without a request, as a pushed vote (R11).
     *
     * @param term the term of the vote
     * @param life the one life of the receiver for which the vote counts, if the receiver is a non-voter; empty for a voter (R2)
     * @param holds what the voter has stored of the register (U2)
     */
    record VoteGranted(long term, Optional<Incarnation> life, RegisterVersion holds) implements Message {
        public VoteGranted {
            requireTerm(term, 1);
        }

        /** Creates a vote of a voter without a register. */
        public VoteGranted(long term, Optional<Incarnation> life) {
            this(term, life, RegisterVersion.NONE);
        }

        /** Creates a vote for a candidate that is a voter. */
        public VoteGranted(long term) {
            this(term, Optional.empty());
        }

        @Override
        public long highestTerm() {
            return Math.max(term, holds.term());
        }

        @Override
        public boolean gains() {
            return true;
        }

        @Override
        public void deliver(Role role, PeerStep step, PeerId from, Incarnation incarnation) {
            role.onVoteGranted(step, from, this);
        }
    }

    /**
     * Refuses a vote.
     *
     * @param term the refuser's own term
     * @param asked the requested term
     */
    record VoteRefused(long term, long asked) implements Message {
        public VoteRefused {
            requireTerm(term, 0);
            requireTerm(asked, 1);
        }

        @Override
        public void deliver(Role role, PeerStep step, PeerId from, Incarnation incarnation) {
            role.onVoteRefused(step, from, this);
        }
    }

    /**
     * A heartbeat of the leader of this term.
     *
     * @param term the sender's term
     * @param sentAt s of R7: the sender's clock, read before the round was created. Meaningful only to the sender
     * @param succession the order in which the receivers stand when the sender is gone (R11), without the sender
     * @param written the number of the newest entry of the register in this term, which a quorum may not have stored yet; -1 if
     *     there is none (U10)
     * @param done the number of the newest entry of this term that a quorum has stored; -1 if there is none
     */
    record Heartbeat(long term, long sentAt, List<PeerId> succession, long written, long done) implements Message {
        /** The maximum number of peers in a succession; a longer one is malformed. */
        public static final int MAX_SUCCESSION = 64;

        public Heartbeat {
            requireTerm(term, 1);
            succession = List.copyOf(succession);
            if (succession.size() > MAX_SUCCESSION) {
                throw new IllegalArgumentException("a succession of " + succession.size() + " peers is too long");
            }
            if (written < -1 || done > written || done < Math.max(-1, written - 1)) {
                throw new IllegalArgumentException("write " + done + " is done, but " + written + " is the newest");
            }
        }

        /** Creates a heartbeat in an election without a register. */
        public Heartbeat(long term, long sentAt, List<PeerId> succession) {
            this(term, sentAt, succession, -1, -1);
        }

        @Override
        public boolean renews() {
            return true;
        }

        @Override
        public boolean gains() {
            return true;
        }

        @Override
        public boolean wantsAnswer() {
            return true;
        }

        @Override
        public void deliver(Role role, PeerStep step, PeerId from, Incarnation incarnation) {
            role.onHeartbeat(step, from, incarnation, this);
        }
    }

    /**
     * Acknowledges a heartbeat: the sender is loyal to that leader for E from now on.
     *
     * @param term the leader's term
     * @param sentAt {@code sentAt} of the heartbeat
     * @param stands whether the sender may be named as a successor: it is a candidate and not leaving
     * @param stored the number of the newest entry of the register of this term that the sender has stored; -1 for none
     */
    record HeartbeatAck(long term, long sentAt, boolean stands, long stored) implements Message {
        public HeartbeatAck {
            requireTerm(term, 1);
            if (stored < -1) {
                throw new IllegalArgumentException("write " + stored + " does not exist");
            }
        }

        /** Creates the acknowledgement of a peer that has stored nothing in this term. */
        public HeartbeatAck(long term, long sentAt, boolean stands) {
            this(term, sentAt, stands, -1);
        }

        @Override
        public boolean renews() {
            return true;
        }

        @Override
        public boolean gains() {
            return true;
        }

        @Override
        public void deliver(Role role, PeerStep step, PeerId from, Incarnation incarnation) {
            role.onHeartbeatAck(step, from, this);
        }
    }

    /**
     * Refuses a heartbeat, since the sender knows a higher term.
     *
     * @param term the refuser's own term
     */
    record HeartbeatRefused(long term) implements Message {
        public HeartbeatRefused {
            requireTerm(term, 1);
        }

        @Override
        public void deliver(Role role, PeerStep step, PeerId from, Incarnation incarnation) {
            role.onHeartbeatRefused(step, from, this);
        }
    }

    /**
     * Announces that the leadership of this term, and of every lower one, is over for good (R9).
     *
     * @param term the released term
     * @param successor the peer that stands at once; empty if the sender knows no candidate
     */
    record Release(long term, Optional<PeerId> successor) implements Message {
        public Release {
            requireTerm(term, 1);
        }

        @Override
        public void deliver(Role role, PeerStep step, PeerId from, Incarnation incarnation) {
            role.onRelease(step, from, this);
        }
    }

    /**
     * From a non-voter: the sender wants to be notified who leads. From a voter to a non-voting leader: another non-voter wants
     * that.
     *
     * @param term the sender's term, 0 if it knows none; the receiver does not adopt it
     * @param stands whether the non-voter may be named as a successor
     * @param of the non-voter, if it is not the sender
     */
    record Observe(long term, boolean stands, Optional<PeerId> of) implements Message {
        public Observe {
            requireTerm(term, 0);
        }

        /** Creates the message of an observer on its own behalf. */
        public Observe(long term, boolean stands) {
            this(term, stands, Optional.empty());
        }

        @Override
        public boolean wantsAnswer() {
            return true;
        }

        @Override
        public void deliver(Role role, PeerStep step, PeerId from, Incarnation incarnation) {
            role.onObserve(step, from, this);
        }
    }

    /**
     * Asks the receiver to store an entry of the register (U1): from the leader that has written it, or from a voter to a
     * candidate that has an older one (U2).
     *
     * @param entry the entry
     */
    record StoreRegister(RegisterEntry entry) implements Message {
        public StoreRegister {
            requireTerm(entry.version().term(), 1);
        }

        @Override
        public long term() {
            return entry.version().term();
        }

        @Override
        public boolean wantsAnswer() {
            return true;
        }

        @Override
        public void deliver(Role role, PeerStep step, PeerId from, Incarnation incarnation) {
            role.onStoreRegister(step, from, this);
        }
    }

    /**
     * States that the sender has stored an entry of the register (U1).
     *
     * @param term the term of the entry
     * @param count its number in that term
     */
    record RegisterStored(long term, long count) implements Message {
        public RegisterStored {
            requireTerm(term, 1);
        }

        @Override
        public boolean gains() {
            return true;
        }

        @Override
        public void deliver(Role role, PeerStep step, PeerId from, Incarnation incarnation) {
            role.onRegisterStored(step, from, this);
        }
    }

    /**
     * Asks for an entry of the register that is newer than the one that the sender has.
     *
     * @param term the sender's term
     * @param known what the sender has
     */
    record RequestRegister(long term, RegisterVersion known) implements Message {
        public RequestRegister {
            requireTerm(term, 0);
        }

        @Override
        public long highestTerm() {
            return Math.max(term, known.term());
        }

        @Override
        public boolean wantsAnswer() {
            return true;
        }

        @Override
        public void deliver(Role role, PeerStep step, PeerId from, Incarnation incarnation) {
            role.onRequestRegister(step, from, this);
        }
    }

    /**
     * Asks the leader what its register holds (U5).
     *
     * @param term the sender's term
     * @param id the sender's number of the read
     */
    record ReadRegister(long term, long id) implements Message {
        public ReadRegister {
            requireTerm(term, 0);
        }

        @Override
        public boolean wantsAnswer() {
            return true;
        }

        @Override
        public void deliver(Role role, PeerStep step, PeerId from, Incarnation incarnation) {
            role.onReadRegister(step, from, this);
        }
    }

    /**
     * Answers a read (U5).
     *
     * @param term the sender's term
     * @param id the number of the read
     * @param entry the newest entry that a quorum has stored; empty if the sender does not lead
     */
    record RegisterTruth(long term, long id, Optional<RegisterEntry> entry) implements Message {
        public RegisterTruth {
            requireTerm(term, 0);
        }

        @Override
        public long highestTerm() {
            return Math.max(term, entry.map(truth -> truth.version().term()).orElse(0L));
        }

        @Override
        public void deliver(Role role, PeerStep step, PeerId from, Incarnation incarnation) {
            role.onRegisterTruth(step, this);
        }
    }

    private static void requireTerm(long term, long least) {
        if (term < least || term > Ballot.MAX_TERM) {
            throw new IllegalArgumentException("term " + term + " is not between " + least + " and " + Ballot.MAX_TERM);
        }
    }
}
