package dev.conclave.core;

import java.util.List;
import java.util.Optional;

/**
 * What peers of one election say to each other. Each message is itself an input of the peer that receives it: it knows
 * which method of a {@link Role} it is for, so that the compiler makes every role answer for every message.
 *
 * <p>The sender and its incarnation come with the envelope ({@link Input.Received}), and with it the identity rule R15.
 */
public sealed interface Message {

    /** The term that it is about. */
    long term();

    /** The highest term it speaks of; a jump beyond reason makes it malformed (R13). */
    default long highestTerm() {
        return term();
    }

    /**
     * Whether it claims something that a crash must not take back. Such a message waits until every earlier ballot is on
     * disk (R3); the others promise nothing and leave at once.
     */
    default boolean gains() {
        return false;
    }

    /**
     * Whether somebody waits for what the receiver makes of it. The others tell nothing to a peer that asks for nothing and
     * owes nobody anything, so none need be begun for them.
     */
    default boolean wantsAnswer() {
        return false;
    }

    /** Whether a lease rests on it: it goes before all that only begins another one. */
    default boolean renews() {
        return false;
    }

    /** Hands the message to the method of the role that is for it. */
    void deliver(Role role, Turn turn, PeerId from, Incarnation incarnation);

    /**
     * Would you vote for me in this term? Asking changes nothing, neither here nor there (R5).
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
        public void deliver(Role role, Turn turn, PeerId from, Incarnation incarnation) {
            role.onRequestPreVote(turn, from, incarnation, this);
        }
    }

    /**
     * Yes, in that term I would.
     *
     * @param term the term that was asked about
     */
    record PreVoteGranted(long term) implements Message {
        public PreVoteGranted {
            requireTerm(term, 1);
        }

        @Override
        public void deliver(Role role, Turn turn, PeerId from, Incarnation incarnation) {
            role.onPreVoteGranted(turn, from, this);
        }
    }

    /**
     * No. Every refusal carries the refuser's term, or a peer in an old term would ask in vain for ever (R1).
     *
     * @param term the refuser's own term
     * @param asked the term that was asked about
     * @param loyalForNanos for how much longer the refuser is bound to somebody else, 0 if that is not why: the asker
     *     need not wait longer than that (R11)
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
        public void deliver(Role role, Turn turn, PeerId from, Incarnation incarnation) {
            role.onPreVoteRefused(turn, from, this);
        }
    }

    /**
     * Vote for me. Leaves while the disk still works on the sender's own ballot (R3).
     *
     * @param term the term that the sender opened
     * @param released the highest released term that the sender knows of, 0 for none: voters whose own term is not above
     *     it owe nobody anything (R9)
     */
    record RequestVote(long term, long released) implements Message {
        public RequestVote {
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
        public void deliver(Role role, Turn turn, PeerId from, Incarnation incarnation) {
            role.onRequestVote(turn, from, incarnation, this);
        }
    }

    /**
     * You have my vote in this term. Comes as an answer, or unasked as a pushed vote (R11).
     *
     * @param term the term voted in
     * @param life the one life of the receiver that it is for, where that is no voter; empty for a voter (R2)
     */
    record VoteGranted(long term, Optional<Incarnation> life) implements Message {
        public VoteGranted {
            requireTerm(term, 1);
        }

        /** A vote for a voter. */
        public VoteGranted(long term) {
            this(term, Optional.empty());
        }

        @Override
        public boolean gains() {
            return true;
        }

        @Override
        public void deliver(Role role, Turn turn, PeerId from, Incarnation incarnation) {
            role.onVoteGranted(turn, from, this);
        }
    }

    /**
     * You don't have my vote.
     *
     * @param term the refuser's own term
     * @param asked the term that the vote was asked for
     */
    record VoteRefused(long term, long asked) implements Message {
        public VoteRefused {
            requireTerm(term, 0);
            requireTerm(asked, 1);
        }

        @Override
        public void deliver(Role role, Turn turn, PeerId from, Incarnation incarnation) {
            role.onVoteRefused(turn, from, this);
        }
    }

    /**
     * I lead this term.
     *
     * @param term the sender's term
     * @param sentAt s of R7: the sender's clock read before the round was made. Only the sender's own clock understands it
     * @param succession in which order the receivers stand when the sender is gone (R11), the sender not among them
     */
    record Heartbeat(long term, long sentAt, List<PeerId> succession) implements Message {
        /** The most peers that a succession may name; more are malformed. */
        public static final int MAX_SUCCESSION = 64;

        public Heartbeat {
            requireTerm(term, 1);
            succession = List.copyOf(succession);
            if (succession.size() > MAX_SUCCESSION) {
                throw new IllegalArgumentException("a succession of " + succession.size() + " peers is too long");
            }
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
        public void deliver(Role role, Turn turn, PeerId from, Incarnation incarnation) {
            role.onHeartbeat(turn, from, incarnation, this);
        }
    }

    /**
     * I heard you and am loyal to you for E from now.
     *
     * @param term the leader's term
     * @param sentAt echo of the heartbeat's
     * @param stands whether the sender may be named as a successor: it stands and is not leaving
     */
    record HeartbeatAck(long term, long sentAt, boolean stands) implements Message {
        public HeartbeatAck {
            requireTerm(term, 1);
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
        public void deliver(Role role, Turn turn, PeerId from, Incarnation incarnation) {
            role.onHeartbeatAck(turn, from, this);
        }
    }

    /**
     * I know of a higher term than the one you lead.
     *
     * @param term the refuser's own term
     */
    record HeartbeatRefused(long term) implements Message {
        public HeartbeatRefused {
            requireTerm(term, 1);
        }

        @Override
        public void deliver(Role role, Turn turn, PeerId from, Incarnation incarnation) {
            role.onHeartbeatRefused(turn, from, this);
        }
    }

    /**
     * The leadership of this term, and of every lower one, is over for good (R9).
     *
     * @param term the released term
     * @param successor who stands at once; empty if the sender knows nobody who would
     */
    record Release(long term, Optional<PeerId> successor) implements Message {
        public Release {
            requireTerm(term, 1);
        }

        @Override
        public void deliver(Role role, Turn turn, PeerId from, Incarnation incarnation) {
            role.onRelease(turn, from, this);
        }
    }

    /**
     * I am no voter but want to hear who leads; or, from a voter to a leader that is none: somebody else does.
     *
     * @param term the sender's term, 0 if it knows none; teaches nothing
     * @param stands whether who listens may be named as a successor
     * @param of who listens, where that is not the sender
     */
    record Observe(long term, boolean stands, Optional<PeerId> of) implements Message {
        public Observe {
            requireTerm(term, 0);
        }

        /** Of the sender itself. */
        public Observe(long term, boolean stands) {
            this(term, stands, Optional.empty());
        }

        @Override
        public boolean wantsAnswer() {
            return true;
        }

        @Override
        public void deliver(Role role, Turn turn, PeerId from, Incarnation incarnation) {
            role.onObserve(turn, from, this);
        }
    }

    private static void requireTerm(long term, long least) {
        if (term < least || term > Ballot.MAX_TERM) {
            throw new IllegalArgumentException("term " + term + " is not between " + least + " and " + Ballot.MAX_TERM);
        }
    }
}
