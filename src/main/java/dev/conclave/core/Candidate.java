package dev.conclave.core;

/**
 * Asks for votes: first whether it would be elected (canvassing, R5), then, with its term raised, for the votes themselves
 * (standing).
 *
 * @param phase which of the two
 * @param granted the voters that said yes, itself included if it is one (R4)
 * @param refused the voters that said no
 * @param againAt when it asks again those that have not answered
 * @param endsAt when a round of standing is given up
 * @param freeInNanos the shortest time after which a refusing voter said that it is free; {@link Peer#NEVER} if none did
 */
public record Candidate(Phase phase, long granted, long refused, long againAt, long endsAt, long freeInNanos)
        implements Role {

    /** What a candidate asks for. */
    public enum Phase {
        /** Whether it would be elected. */
        CANVASSING,
        /** Votes. */
        STANDING
    }

    /** R5: asks whether this peer would be elected in the next term. */
    static void canvass(Turn turn) {
        if (!maySeek(turn, turn.ballot.term())) {
            return;
        }
        long step = turn.self.settings().stepNanos();
        turn.role = new Candidate(
                Phase.CANVASSING,
                turn.bit(turn.self.id()),
                0,
                turn.now + step + turn.jitter(step),
                Peer.NEVER,
                Peer.NEVER);
        turn.sendToVoters(new Message.RequestPreVote(turn.ballot.term() + 1, turn.released));
        count(turn);
    }

    /**
     * Opens a term and asks for votes in it. The request travels while the disk works (R3). Its own vote is a vote: loyalty
     * to another bars it (R6).
     */
    static void stand(Turn turn) {
        standAbove(turn, turn.ballot.term());
    }

    /** The same, above a term that was met (R1). */
    static void standAbove(Turn turn, long met) {
        if (!maySeek(turn, met)) {
            return;
        }
        long term = met + 1;
        long step = turn.self.settings().stepNanos();
        long round = turn.self.settings().electionNanos() / 2;
        turn.forgetLeader();
        turn.persist(Ballot.vote(term, turn.self.id()));
        turn.role = new Candidate(
                Phase.STANDING,
                turn.bit(turn.self.id()) | turn.pushedIn(term),
                0,
                turn.now + step + turn.jitter(step),
                turn.now + round + turn.jitter(round / 2),
                Peer.NEVER);
        turn.effect(new Effect.Standing(term));
        turn.sendToVoters(new Message.RequestVote(term, turn.released));
        // Counted when the own vote is durable, pushed votes included.
    }

    /** Whether there is a term above, and this peer may stand in it and is not bound to somebody else; else it waits. */
    private static boolean maySeek(Turn turn, long above) {
        if (turn.mayStand()
                && above < Ballot.MAX_TERM
                && !turn.isBarred(turn.self.id(), turn.self.incarnation(), turn.released)) {
            return true;
        }
        turn.role = Follower.waiting(turn, turn.self.settings().stepNanos() + turn.successionDelay());
        return false;
    }

    /** R3 and R4: no vote at all counts before the own ballot is durable, the others' votes included. */
    private static void count(Turn turn) {
        if (!(turn.role instanceof Candidate candidate)) {
            return;
        }
        int voters = turn.self.settings().voters().size();
        switch (Quorum.outcome(voters, candidate.granted, candidate.refused)) {
            case WON -> {
                if (candidate.phase == Phase.CANVASSING) {
                    stand(turn);
                } else if (turn.gate.isOpen()) {
                    Leader.begin(turn);
                }
            }
            case LOST -> candidate.retreat(turn);
            case PENDING -> {}
        }
    }

    /**
     * No majority in this round. A peer that asked a moment too early asks again when the voters that refused are free,
     * after a step at the latest and not after another E; always with jitter, or equal peers tie for ever (R11).
     */
    private void retreat(Turn turn) {
        long step = turn.self.settings().stepNanos();
        turn.role = freeInNanos < step
                ? Follower.waiting(turn, freeInNanos + turn.jitter(step / 2))
                : Follower.waiting(
                        turn,
                        step / 2
                                + turn.jitter(
                                        step * turn.self.settings().voters().size()));
    }

    @Override
    public String name() {
        return "Candidate";
    }

    @Override
    public long wakeAt(Peer.Self self) {
        return Math.min(againAt, endsAt);
    }

    @Override
    public boolean standsOrLeads() {
        return phase == Phase.STANDING;
    }

    @Override
    public void onTick(Turn turn) {
        if (turn.now >= endsAt && turn.gate.isOpen()) {
            retreat(turn);
        } else if (turn.now >= againAt) {
            if (phase == Phase.CANVASSING) {
                canvass(turn);
            } else {
                askAgain(turn);
            }
        } else if (turn.now >= endsAt) {
            // The disk is slower than the round: without this vote nothing can be counted, so the round waits for it.
            turn.role = new Candidate(phase, granted, refused, againAt, againAt, freeInNanos);
        }
    }

    /**
     * Once a majority has answered and nothing is decided, the votes are split and the rest may be mute: they get one more
     * step, and not the whole round. (Five voters of which one is never heard, two and two for each candidate: every round
     * would last E/2, again and again.)
     */
    private void askAgain(Turn turn) {
        long step = turn.self.settings().stepNanos();
        long again = turn.now + step + turn.jitter(step);
        boolean split = Long.bitCount(granted | refused) >= turn.self.settings().quorum();
        turn.role = new Candidate(phase, granted, refused, again, split ? again : Math.max(endsAt, again), freeInNanos);
        for (PeerId voter : turn.self.settings().voters()) {
            if ((turn.bit(voter) & (granted | refused)) == 0) {
                turn.send(voter, new Message.RequestVote(turn.ballot.term(), turn.released));
            }
        }
    }

    @Override
    public void onRequestPreVote(Turn turn, PeerId from, Incarnation incarnation, Message.RequestPreVote asked) {
        Voting.answerPreVote(turn, from, incarnation, asked);
    }

    @Override
    public void onPreVoteGranted(Turn turn, PeerId from, Message.PreVoteGranted yes) {
        if (phase == Phase.CANVASSING && yes.term() == turn.ballot.term() + 1) {
            turn.role = new Candidate(phase, granted | turn.bit(from), refused, againAt, endsAt, freeInNanos);
            count(turn);
        }
    }

    @Override
    public void onPreVoteRefused(Turn turn, PeerId from, Message.PreVoteRefused no) {
        if (no.term() > turn.ballot.term()) {
            Voting.learn(turn, no.term());
        } else if (phase == Phase.CANVASSING && no.asked() == turn.ballot.term() + 1) {
            long free = no.loyalForNanos() > 0 ? Math.min(freeInNanos, no.loyalForNanos()) : freeInNanos;
            turn.role = new Candidate(phase, granted, refused | turn.bit(from), againAt, endsAt, free);
            count(turn);
        }
    }

    @Override
    public void onRequestVote(Turn turn, PeerId from, Incarnation incarnation, Message.RequestVote asked) {
        Voting.answerVote(turn, from, incarnation, asked);
    }

    @Override
    public void onVoteGranted(Turn turn, PeerId from, Message.VoteGranted yes) {
        if (phase == Phase.STANDING && yes.term() == turn.ballot.term()) {
            if (!turn.isForThisLife(yes)) {
                return;
            }
            turn.role = new Candidate(phase, granted | turn.bit(from), refused, againAt, endsAt, freeInNanos);
            count(turn);
        } else {
            turn.keepPushed(from, yes);
        }
    }

    @Override
    public void onVoteRefused(Turn turn, PeerId from, Message.VoteRefused no) {
        if (no.term() > turn.ballot.term()) {
            Voting.learn(turn, no.term());
        } else if (phase == Phase.STANDING && no.asked() == turn.ballot.term()) {
            turn.role = new Candidate(phase, granted, refused | turn.bit(from), againAt, endsAt, freeInNanos);
            count(turn);
        }
    }

    @Override
    public void onHeartbeat(Turn turn, PeerId from, Incarnation incarnation, Message.Heartbeat heartbeat) {
        if (heartbeat.term() < turn.ballot.term()) {
            Voting.refuseHeartbeat(turn, from);
        } else {
            Follower.obey(turn, from, incarnation, heartbeat);
        }
    }

    @Override
    public void onHeartbeatAck(Turn turn, PeerId from, Message.HeartbeatAck ack) {
        Voting.learn(turn, ack.term());
    }

    @Override
    public void onHeartbeatRefused(Turn turn, PeerId from, Message.HeartbeatRefused no) {
        Voting.learn(turn, no.term());
    }

    @Override
    public void onRelease(Turn turn, PeerId from, Message.Release release) {
        Voting.hearRelease(turn, release);
    }

    @Override
    public void onObserve(Turn turn, PeerId from, Message.Observe observe) {
        if (observe.of().isEmpty()) {
            turn.noteObserver(from, observe.stands());
        }
    }

    @Override
    public void onPersisted(Turn turn) {
        count(turn);
    }

    @Override
    public void onStand(Turn turn) {
        turn.stands = true;
    }

    @Override
    public void onWithdraw(Turn turn) {
        turn.stands = false;
        turn.role = Follower.waiting(turn, 0);
    }

    @Override
    public void onHandOver(Turn turn) {
        // It does not lead.
    }

    @Override
    public void onLeave(Turn turn) {
        turn.leaving = true;
        turn.role = Follower.waiting(turn, 0);
    }

    @Override
    public void onUsersStopped(Turn turn, long term) {
        turn.endReigns(reign -> reign.term() == term);
    }

    @Override
    public void onProcessGone(Turn turn, PeerId peer, Incarnation incarnation) {
        Voting.hearProof(turn, peer, incarnation);
    }

    @Override
    public void onIdentityReplaced(Turn turn, PeerId peer) {
        turn.strikePushed(peer);
        long rest = ~turn.bit(peer);
        turn.role = new Candidate(phase, granted & rest, refused & rest, againAt, endsAt, freeInNanos);
    }

    @Override
    public void onAdmitted(Turn turn, long floor, long loyalForNanos) {
        // Only who takes part is a candidate.
    }

    @Override
    public void onLeadershipVoid(Turn turn) {
        turn.voidReigns();
    }
}
