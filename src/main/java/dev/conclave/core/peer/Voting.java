package dev.conclave.core.peer;

import dev.conclave.core.Ballot;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import java.util.Optional;

/**
 * The answers to requests for votes, and other behavior that all roles share. Every condition is evaluated at the moment of the
 * answer.
 */
final class Voting {

    private Voting() {}

    /** R5: answers a pre-vote request as the peer would now answer a request for its vote, but changes nothing. */
    static void answerPreVote(PeerStep step, PeerId from, Incarnation incarnation, Message.RequestPreVote asked) {
        if (!step.takesPart || !step.isVoter() || !step.isOfThisConfiguration(asked.term())) {
            return;
        }
        long known = Math.max(step.released, asked.released());
        if (hasVote(step, from, incarnation, asked.term())) {
            step.send(from, new Message.PreVoteGranted(asked.term()));
        } else if (asked.term() <= step.ballot.term()) {
            step.send(from, new Message.PreVoteRefused(step.ballot.term(), asked.term(), 0));
        } else if (isBarred(step, from, incarnation, known)) {
            step.send(
                    from,
                    new Message.PreVoteRefused(step.ballot.term(), asked.term(), step.loyalty.remaining(step.now)));
        } else {
            step.send(from, new Message.PreVoteGranted(asked.term()));
        }
    }

    /**
     * R2, R6 and E2: answers a request for a vote. The peer votes only in a term of its own configuration and above its own term,
     * only once in a term, and not against its loyalty. A repeated request gets the same answer, which waits for the force in progress like the first one
     * (R3).
     */
    static void answerVote(PeerStep step, PeerId from, Incarnation incarnation, Message.RequestVote asked) {
        if (!step.takesPart || !step.isVoter() || !step.isOfThisConfiguration(asked.term())) {
            return;
        }
        Ballot own = step.ballot;
        if (hasVote(step, from, incarnation, asked.term())) {
            grant(step, from, asked);
        } else if (asked.term() <= own.term()
                || isBarred(step, from, incarnation, Math.max(step.released, asked.released()))) {
            step.send(from, new Message.VoteRefused(own.term(), asked.term()));
        } else {
            if (asked.released() >= own.term()) {
                step.loyalty = step.loyalty.dropped();
                step.released = Math.max(step.released, asked.released());
            }
            step.role.giveWay(step);
            step.forgetLeader();
            step.vote(asked.term(), from, incarnation);
            grant(step, from, asked);
            // Gives the candidate the time that a round may take before this peer asks for votes again.
            step.role = Follower.waitingForVote(CampaignDelays.round(step) + CampaignDelays.succession(step));
        }
    }

    /**
     * U2: names what this peer has stored of the register, and sends it if the candidate has less. The entry is no promise, so it
     * leaves before the vote is durable.
     */
    private static void grant(PeerStep step, PeerId candidate, Message.RequestVote asked) {
        Registers.offer(step, candidate, asked.holds());
        step.send(candidate, new Message.VoteGranted(step.ballot.term(), step.votedLife, step.register.version()));
    }

    /** Whether the candidate already has this vote, perhaps as a pushed one (R11). */
    private static boolean hasVote(PeerStep step, PeerId candidate, Incarnation life, long term) {
        return term == step.ballot.term()
                && step.ballot.votedFor().filter(candidate::equals).isPresent()
                && step.votedLife.equals(boundTo(step, candidate, life));
    }

    /** Tells a leader that its term is no longer the highest (R1). */
    static void refuseHeartbeat(PeerStep step, PeerId from) {
        if (step.takesPart) {
            step.send(from, new Message.HeartbeatRefused(step.ballot.term()));
        }
    }

    /** R1: adopts a higher term and becomes a Follower that may soon ask for votes again. */
    static void learn(PeerStep step, long term) {
        if (term > step.ballot.term()) {
            step.forgetLeader();
            step.adopt(term);
            step.role = Follower.waiting(step, CampaignDelays.succession(step));
        }
    }

    /**
     * R9: handles the release of a term. A peer whose term is not above the released one owes no loyalty any longer. R11: it
     * pushes its vote to the named successor, which it would grant a moment later anyway; when the release is repeated, its own
     * term is already higher.
     */
    static void hearRelease(PeerStep step, Message.Release release) {
        if (release.term() < step.ballot.term()) {
            return;
        }
        boolean first = release.term() > step.released;
        step.released = Math.max(step.released, release.term());
        step.loyalty = step.loyalty.dropped();
        if (release.successor().isPresent()) {
            step.loyalty = step.loyalty.succeededBy(release.successor().get());
        }
        step.forgetLeader();
        if (release.successor().filter(step.self.id()::equals).isPresent()) {
            Candidate.standAbove(step, release.term());
            return;
        }
        boolean free = release.term() == step.ballot.term() && step.takesPart && !step.isLoyalToItself();
        boolean pushed = free
                && release.successor().isPresent()
                && push(step, release.successor().get());
        if (pushed) {
            step.role = Follower.waitingForVote(CampaignDelays.succession(step));
        } else if (first) {
            step.role = Follower.waiting(step, CampaignDelays.succession(step));
        }
    }

    /**
     * R11: pushes a vote in the next term; returns false if this peer cannot. Only to a voter: a vote for a non-voter is bound to
     * one life, which is not known.
     */
    private static boolean push(PeerStep step, PeerId to) {
        long next = step.termAbove(step.ballot.term());
        if (!step.isVoter() || step.bit(to) == 0 || !step.isOfThisConfiguration(next)) {
            return false;
        }
        step.persist(Ballot.vote(next, to));
        step.send(to, new Message.VoteGranted(step.ballot.term(), Optional.empty(), step.register.version()));
        return true;
    }

    /**
     * R10 and R11: handles the proof that a process has ended. The proof ends the loyalty to that life of the peer. If it is
     * the last acknowledged leader, and the own term is still that leader's, the first in its succession stands at once, and
     * every other voter pushes its vote to it. (A voter that has voted since would otherwise depose the candidate for which it
     * voted.)
     */
    static void hearProof(PeerStep step, PeerId peer, Incarnation incarnation) {
        DeadProcesses.note(step, peer, incarnation);
        if (step.loyalty.obeyed().isEmpty()) {
            return;
        }
        Loyalty.Obeyed obeyed = step.loyalty.obeyed().get();
        if (!obeyed.is(peer, incarnation) || obeyed.term() != step.ballot.term() || step.isLoyalToItself()) {
            return;
        }
        step.forgetLeader();
        if (obeyed.succession().isEmpty() || !step.takesPart) {
            step.role = Follower.waiting(step, CampaignDelays.succession(step));
            return;
        }
        PeerId first = obeyed.succession().get(0);
        if (first.equals(step.self.id())) {
            Candidate.stand(step);
            return;
        }
        step.role = push(step, first)
                ? Follower.waitingForVote(CampaignDelays.succession(step))
                : Follower.waiting(step, CampaignDelays.succession(step));
    }

    /** E8: makes this peer take part, loyal as after any restart. */
    static void admit(PeerStep step, long loyalForNanos) {
        if (step.takesPart) {
            return;
        }
        step.takesPart = true;
        if (loyalForNanos > 0 && step.now + loyalForNanos > step.loyalty.until()) {
            step.loyalty = Loyalty.ofStart(step.now + loyalForNanos);
        }
    }

    /**
     * R2: the life to which a vote for the candidate is bound. A voter is the same candidate in all its lives, since its disk
     * remembers which terms it opened. A non-voter has no disk; after a restart it counts as a different candidate.
     */
    static Optional<Incarnation> boundTo(PeerStep step, PeerId candidate, Incarnation life) {
        return step.bit(candidate) != 0 ? Optional.empty() : Optional.of(life);
    }

    /** Whether the vote counts for this peer in its current life. */
    static boolean isForThisLife(PeerStep step, Message.VoteGranted vote) {
        return vote.life().equals(boundTo(step, step.self.id(), step.self.incarnation()));
    }

    /**
     * R6 and R9: whether a vote for the candidate is barred now.
     *
     * @param knownReleased a term that the candidate, or this peer, knows to be released
     */
    static boolean isBarred(PeerStep step, PeerId candidate, Incarnation life, long knownReleased) {
        if (!candidate.equals(step.self.id()) && step.isLoyalToItself()) {
            return true;
        }
        boolean freed = knownReleased > 0 && step.ballot.term() <= knownReleased;
        return !freed && step.loyalty.bars(candidate, boundTo(step, candidate, life), step.now);
    }
}
