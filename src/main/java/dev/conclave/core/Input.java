package dev.conclave.core;

/**
 * Everything that can happen to a peer. The moment ({@code now}) and a random draw come in beside it, see
 * {@link Peer#step}.
 */
public sealed interface Input {

    /** Hands the input to the method of the role that is for it. */
    void applyTo(Role role, Turn turn);

    /** Time has passed: the deadline that {@link Peer#wakeAt()} named has come, or an earlier instant. */
    record Tick() implements Input {
        @Override
        public void applyTo(Role role, Turn turn) {
            role.onTick(turn);
        }
    }

    /**
     * Time has passed, as with {@link Tick}; but this node has as many campaigns under way as it may, so a peer that would ask
     * for pre-votes now waits until {@link Resumed} comes, or until an instant.
     *
     * @param until when the peer asks if {@link Resumed} has not come before; in the future
     */
    record Deferred(long until) implements Input {
        @Override
        public void applyTo(Role role, Turn turn) {
            role.onDeferred(turn, until);
        }
    }

    /**
     * This node has room for the campaign that was deferred.
     *
     * @param until of the {@link Deferred}: a peer that waits for something else by now goes on waiting for that
     */
    record Resumed(long until) implements Input {
        @Override
        public void applyTo(Role role, Turn turn) {
            if (role.canvassesAt() == until) {
                Candidate.canvass(turn);
            }
        }
    }

    /**
     * A message of another peer has come.
     *
     * @param from who sent it; {@link Node} has made sure of that
     * @param incarnation which life of the sender sent it
     * @param message what it says
     */
    record Received(PeerId from, Incarnation incarnation, Message message) implements Input {
        @Override
        public void applyTo(Role role, Turn turn) {
            if (turn.canHear(from) && turn.isPlausible(from, message)) {
                message.deliver(role, turn, from, incarnation);
            }
        }
    }

    /**
     * A ballot is on disk, and every one before it.
     *
     * @param ballot the ballot of an {@link Effect.Persist}
     */
    record Persisted(Ballot ballot) implements Input {
        @Override
        public void applyTo(Role role, Turn turn) {
            turn.becameDurable(ballot);
            role.onPersisted(turn);
        }
    }

    /** From now on this peer wants to lead. */
    record Stand() implements Input {
        @Override
        public void applyTo(Role role, Turn turn) {
            role.onStand(turn);
        }
    }

    /** From now on this peer does not want to lead; if it does, it hands over (R9). */
    record Withdraw() implements Input {
        @Override
        public void applyTo(Role role, Turn turn) {
            role.onWithdraw(turn);
        }
    }

    /** If this peer leads and somebody else stands, let that one lead (R9). */
    record HandOver() implements Input {
        @Override
        public void applyTo(Role role, Turn turn) {
            role.onHandOver(turn);
        }
    }

    /** This node is shutting down: hand over, and stand no more (R9). */
    record Leave() implements Input {
        @Override
        public void applyTo(Role role, Turn turn) {
            role.onLeave(turn);
        }
    }

    /**
     * All users of a leadership of this node have stopped, or there are none (R8).
     *
     * @param term the term of that leadership
     */
    record UsersStopped(long term) implements Input {
        @Override
        public void applyTo(Role role, Turn turn) {
            role.onUsersStopped(turn, term);
        }
    }

    /**
     * It is proven that a process is no more (R10).
     *
     * @param peer whose
     * @param incarnation which of its lives; another life of the same peer is not concerned
     */
    record ProcessGone(PeerId peer, Incarnation incarnation) implements Input {
        @Override
        public void applyTo(Role role, Turn turn) {
            role.onProcessGone(turn, peer, incarnation);
        }
    }

    /**
     * A peer's identity was replaced by the operator's word: what was counted from the former one counts no more (R15).
     *
     * @param peer whose
     */
    record IdentityReplaced(PeerId peer) implements Input {
        @Override
        public void applyTo(Role role, Turn turn) {
            role.onIdentityReplaced(turn, peer);
        }
    }

    /**
     * The others let this peer take part (R15). Until then it votes, acknowledges, stands and leads in nothing.
     *
     * @param floor the highest term that they answered, 0 if they remember nothing of this peer: it takes part only above
     * @param loyalForNanos for how long this peer is loyal to whomever it may have forgotten, 0 if it can have forgotten
     *     nobody
     */
    record Admitted(long floor, long loyalForNanos) implements Input {
        @Override
        public void applyTo(Role role, Turn turn) {
            role.onAdmitted(turn, floor, loyalForNanos);
        }
    }

    /**
     * Every leadership of this node is void as of now: its lifeline listener has ended (R10), its clock cannot be
     * believed, or its peer is about to stop.
     */
    record LeadershipVoid() implements Input {
        @Override
        public void applyTo(Role role, Turn turn) {
            role.onLeadershipVoid(turn);
        }
    }
}
