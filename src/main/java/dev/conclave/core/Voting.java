package dev.conclave.core;

/** What a peer answers to those who want its vote, in whatever role it is. Every judgement is made at the moment of the answer. */
final class Voting {

    private Voting() {}

    /** R5: answers as it would answer the real request now, and changes nothing. */
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
     * R2 and R6: a vote is for a term above the own one, never a second in a term, never against a loyalty. A repeated
     * request gets the same answer, which waits behind the force in flight as the first did (R3).
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
            // The candidate has the time that a round may take before this peer asks again.
            turn.role = Follower.waitingForVote(turn.roundNanos() + turn.successionDelay());
        }
    }

    /** Whether the candidate was given this vote already, perhaps unasked (R11). */
    private static boolean hasVote(Turn turn, PeerId candidate, Incarnation life, long term) {
        return term == turn.ballot.term()
                && turn.ballot.votedFor().filter(candidate::equals).isPresent()
                && turn.votedLife.equals(turn.boundTo(candidate, life));
    }

    /** Tells a leader that its term is not the highest any more (R1). */
    static void refuseHeartbeat(Turn turn, PeerId from) {
        if (turn.takesPart) {
            turn.send(from, new Message.HeartbeatRefused(turn.ballot.term()));
        }
    }

    /** R1: takes over a higher term, as a Follower that soon may ask again. */
    static void learn(Turn turn, long term) {
        if (term > turn.ballot.term()) {
            turn.forgetLeader();
            turn.adopt(term);
            turn.role = Follower.waiting(turn, turn.successionDelay());
        }
    }

    /**
     * R9: who knows of nothing above the released term owes nobody anything. R11: it sends the named successor its vote unasked,
     * as it would grant it a moment later; the same term released again finds it in a higher one.
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
     * R11: gives a vote unasked, in the next term; says whether there is one to give. Only to a voter: of any other peer it is
     * not known which life would have it.
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
     * R10 and R11: the proof ends the loyalty to that life. If it is the leader that this peer acknowledged last, and the
     * term is still that leader's (F9: who has voted since would depose the one it voted for), the first in its succession
     * stands at once, and every other voter sends that one its vote unasked.
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

    /** R15: takes part from now on, above the floor, and loyal as after any restart. */
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
