package dev.conclave.core;

/**
 * The answers to requests for votes, and other behavior that all roles share. Every condition is evaluated at the moment of the
 * answer.
 */
final class Voting {

    private Voting() {}

    /** R5: answers as it would now answer a request for the vote, and changes nothing. */
    static void answerPreVote(Turn turn, PeerId from, Incarnation incarnation, Message.RequestPreVote asked) {
        if (!turn.takesPart || !turn.isVoter()) {
            return;
        }
        long known = Math.max(turn.released, asked.released());
        if (hasVote(turn, from, incarnation, asked.term())) {
            turn.send(from, new Message.PreVoteGranted(asked.term()));
        } else if (asked.term() <= turn.ballot.term()) {
            turn.send(from, new Message.PreVoteRefused(turn.ballot.term(), asked.term(), 0));
        } else if (turn.isBarred(from, incarnation, known)) {
            turn.send(
                    from,
                    new Message.PreVoteRefused(turn.ballot.term(), asked.term(), turn.loyalty.remaining(turn.now)));
        } else {
            turn.send(from, new Message.PreVoteGranted(asked.term()));
        }
    }

    /**
     * R2 and R6: votes only in a term above the own one, only once in a term, and not against its loyalty. A repeated request
     * gets the same answer, which waits for the force in progress like the first one (R3).
     */
    static void answerVote(Turn turn, PeerId from, Incarnation incarnation, Message.RequestVote asked) {
        if (!turn.takesPart || !turn.isVoter()) {
            return;
        }
        Ballot own = turn.ballot;
        if (hasVote(turn, from, incarnation, asked.term())) {
            turn.send(from, new Message.VoteGranted(own.term(), turn.votedLife));
        } else if (asked.term() <= own.term()
                || turn.isBarred(from, incarnation, Math.max(turn.released, asked.released()))) {
            turn.send(from, new Message.VoteRefused(own.term(), asked.term()));
        } else {
            if (asked.released() >= own.term()) {
                turn.loyalty = turn.loyalty.dropped();
                turn.released = Math.max(turn.released, asked.released());
            }
            turn.role.giveWay(turn);
            turn.forgetLeader();
            turn.vote(asked.term(), from, incarnation);
            turn.send(from, new Message.VoteGranted(asked.term(), turn.votedLife));
            // Gives the candidate the time that a round may take before this peer asks for votes again.
            turn.role = Follower.waitingForVote(turn.roundNanos() + turn.successionDelay());
        }
    }

    /** Whether the candidate already has this vote, perhaps as a pushed one (R11). */
    private static boolean hasVote(Turn turn, PeerId candidate, Incarnation life, long term) {
        return term == turn.ballot.term()
                && turn.ballot.votedFor().filter(candidate::equals).isPresent()
                && turn.votedLife.equals(turn.boundTo(candidate, life));
    }

    /** Tells a leader that its term is no longer the highest (R1). */
    static void refuseHeartbeat(Turn turn, PeerId from) {
        if (turn.takesPart) {
            turn.send(from, new Message.HeartbeatRefused(turn.ballot.term()));
        }
    }

    /** R1: adopts a higher term and becomes a Follower that may soon ask for votes again. */
    static void learn(Turn turn, long term) {
        if (term > turn.ballot.term()) {
            turn.forgetLeader();
            turn.adopt(term);
            turn.role = Follower.waiting(turn, turn.successionDelay());
        }
    }

    /**
     * R9: a peer whose term is not above the released one owes no loyalty any longer. R11: it pushes its vote to the named
     * successor, which it would grant a moment later anyway; when the release is repeated, its own term is already higher.
     */
    static void hearRelease(Turn turn, Message.Release release) {
        if (release.term() < turn.ballot.term()) {
            return;
        }
        boolean first = release.term() > turn.released;
        turn.released = Math.max(turn.released, release.term());
        turn.loyalty = turn.loyalty.dropped();
        if (release.successor().isPresent()) {
            turn.loyalty = turn.loyalty.succeededBy(release.successor().get());
        }
        turn.forgetLeader();
        if (release.successor().filter(turn.self.id()::equals).isPresent()) {
            Candidate.standAbove(turn, release.term());
            return;
        }
        boolean free = release.term() == turn.ballot.term() && turn.takesPart && !turn.isLoyalToItself();
        boolean pushed = free
                && release.successor().isPresent()
                && push(turn, release.successor().get());
        if (pushed) {
            turn.role = Follower.waitingForVote(turn.successionDelay());
        } else if (first) {
            turn.role = Follower.waiting(turn, turn.successionDelay());
        }
    }

    /**
     * R11: pushes a vote in the next term; returns false if this peer cannot. Only to a voter: a vote for a non-voter is bound to
     * one life, which is not known.
     */
    private static boolean push(Turn turn, PeerId to) {
        if (!turn.isVoter() || turn.bit(to) == 0 || turn.ballot.term() >= Ballot.MAX_TERM) {
            return false;
        }
        turn.persist(Ballot.vote(turn.ballot.term() + 1, to));
        turn.send(to, new Message.VoteGranted(turn.ballot.term()));
        return true;
    }

    /**
     * R10 and R11: the proof ends the loyalty to that life. If it is the last acknowledged leader, and the own term is still that
     * leader's, the first in its succession stands at once, and every other voter pushes its vote to it. (A voter that has voted
     * since would otherwise depose the candidate for which it voted.)
     */
    static void hearProof(Turn turn, PeerId peer, Incarnation incarnation) {
        turn.noteGone(peer, incarnation);
        if (turn.loyalty.obeyed().isEmpty()) {
            return;
        }
        Loyalty.Obeyed obeyed = turn.loyalty.obeyed().get();
        if (!obeyed.is(peer, incarnation) || obeyed.term() != turn.ballot.term() || turn.isLoyalToItself()) {
            return;
        }
        turn.forgetLeader();
        if (obeyed.succession().isEmpty() || !turn.takesPart) {
            turn.role = Follower.waiting(turn, turn.successionDelay());
            return;
        }
        PeerId first = obeyed.succession().get(0);
        if (first.equals(turn.self.id())) {
            Candidate.stand(turn);
            return;
        }
        turn.role = push(turn, first)
                ? Follower.waitingForVote(turn.successionDelay())
                : Follower.waiting(turn, turn.successionDelay());
    }

    /** R15: makes this peer take part, above the floor, and loyal as after any restart. */
    static void admit(Turn turn, long floor, long loyalForNanos) {
        if (turn.takesPart) {
            return;
        }
        turn.takesPart = true;
        turn.loyalty = loyalForNanos > 0 ? Loyalty.ofStart(turn.now + loyalForNanos) : turn.loyalty.dropped();
        if (floor > turn.ballot.term()) {
            turn.adopt(floor);
        }
    }
}
