package dev.conclave.core;

import java.util.Optional;

/**
 * Asks for votes: first whether it would be elected (canvassing, R5), then, with its term raised, for the votes themselves
 * (standing).
 *
 * @param phase canvassing or standing
 * @param granted the voters that granted, including this peer if it is a voter (R4)
 * @param refused the voters that refused
 * @param againAt when this peer asks the voters again that have not answered
 * @param endsAt when a round of standing is given up; {@link Peer#NEVER} before the own vote is durable
 * @param freeInNanos the shortest time after which a refusing voter said that its loyalty ends; {@link Peer#NEVER} if none did
 * @param askedAt when this peer sent the first of the requests that no other peer has answered yet
 * @param rival whether a peer before this one in the order of seats asks for pre-votes in the same term
 */
public record Candidate(
        Phase phase,
        long granted,
        long refused,
        long againAt,
        long endsAt,
        long freeInNanos,
        long askedAt,
        boolean rival)
        implements Role {

    /** The phase of a candidate. */
    public enum Phase {
        /** Asks for pre-votes: whether it would be elected. */
        CANVASSING,
        /** Asks for votes. */
        STANDING
    }

    /** R5: asks whether this peer would be elected in the next term. */
    static void canvass(Turn turn) {
        if (!maySeek(turn, turn.ballot.term())) {
            return;
        }
        long unit = turn.unitNanos();
        Candidate before = turn.role instanceof Candidate candidate ? candidate : null;
        turn.role = new Candidate(
                Phase.CANVASSING,
                turn.bit(turn.self.id()),
                0,
                turn.now + unit + turn.jitter(unit),
                Peer.NEVER,
                Peer.NEVER,
                before == null || before.isHeard(turn) ? turn.now : before.askedAt,
                before != null && before.rival);
        turn.sendToVoters(new Message.RequestPreVote(turn.ballot.term() + 1, turn.released));
        count(turn);
    }

    /**
     * Opens a term and asks for votes in it. The requests travel while the own vote is written to disk (R3). Loyalty to another
     * leader bars the own vote like any other (R6).
     */
    static void stand(Turn turn) {
        standAbove(turn, turn.ballot.term());
    }

    /** Stands above a given term (R1). */
    static void standAbove(Turn turn, long met) {
        if (!maySeek(turn, met)) {
            return;
        }
        long term = met + 1;
        long unit = turn.unitNanos();
        turn.pace = turn.pace.yielding(false);
        turn.forgetLeader();
        turn.persist(Ballot.vote(term, turn.self.id()));
        turn.role = new Candidate(
                Phase.STANDING,
                turn.bit(turn.self.id()) | turn.pushedIn(term),
                0,
                turn.now + unit + turn.jitter(unit),
                Peer.NEVER,
                Peer.NEVER,
                turn.now,
                false);
        turn.effect(new Effect.Standing(term));
        turn.sendToVoters(new Message.RequestVote(term, turn.released));
        // Votes, including pushed ones, are counted once the own vote is durable.
    }

    /**
     * Returns whether this peer may stand in a term above the given one, and is not loyal to another leader; if not, the peer
     * waits as a Follower.
     */
    private static boolean maySeek(Turn turn, long above) {
        if (turn.mayStand()
                && above < Ballot.MAX_TERM
                && !turn.isBarred(turn.self.id(), turn.self.incarnation(), turn.released)) {
            return true;
        }
        turn.role = Follower.waiting(turn, turn.self.settings().stepNanos() + turn.successionDelay());
        return false;
    }

    /** R3 and R4: counts the answers. No vote counts before the own ballot is durable, not even those of other voters. */
    private static void count(Turn turn) {
        if (!(turn.role instanceof Candidate candidate)) {
            return;
        }
        int voters = turn.self.settings().voters().size();
        switch (Quorum.outcome(voters, candidate.granted, candidate.refused)) {
            case WON -> {
                if (candidate.phase == Phase.CANVASSING) {
                    candidate.measure(turn);
                    candidate.standOrYield(turn);
                } else if (turn.gate.isOpen()) {
                    turn.pace = turn.pace.afterVictory(turn.now - candidate.askedAt, turn.self.settings());
                    Leader.begin(turn);
                }
            }
            case LOST -> {
                if (candidate.phase == Phase.CANVASSING) {
                    candidate.measure(turn);
                }
                candidate.retreat(turn);
            }
            case PENDING -> {}
        }
    }

    private void measure(Turn turn) {
        turn.pace = turn.pace.afterCanvass(turn.now - askedAt, turn.self.settings());
    }

    /**
     * R11: on long paths, equal peers learn of each other only after all have opened the term. So of two peers that canvass at
     * the same time, the later one in the order of seats waits as long as the other's request may be on its way; but only once,
     * since the other's requests may not reach any peer.
     */
    private void standOrYield(Turn turn) {
        if (rival && turn.pace.path() > 0 && !turn.pace.yielded()) {
            long unit = turn.unitNanos();
            turn.pace = turn.pace.yielding(true);
            turn.role = Follower.waiting(turn, unit + turn.jitter(unit / 2));
        } else {
            stand(turn);
        }
    }

    /** Whether the peer comes before this one: voters in the order of their seats, and after them the non-voters. */
    private static boolean comesBefore(Turn turn, PeerId peer) {
        boolean votes = turn.bit(peer) != 0;
        return votes == turn.isVoter() ? turn.self.isBehind(peer) : votes;
    }

    /**
     * This round has no majority. A peer that asked a moment too early asks again when the loyalty of the refusing voters ends,
     * after a step at the latest and not after another E; always with jitter, since equal peers would otherwise tie for ever
     * (R11).
     */
    private void retreat(Turn turn) {
        Settings settings = turn.self.settings();
        long unit = turn.unitNanos();
        int voters = settings.voters().size();
        long spread = Math.max(settings.stepNanos() * voters, Math.min(unit * voters, settings.electionNanos() / 2));
        turn.role = freeInNanos < unit
                ? Follower.waiting(turn, freeInNanos + turn.jitter(unit / 2))
                : Follower.waiting(turn, unit / 2 + turn.jitter(spread));
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
    public long canvassesAt() {
        return phase == Phase.CANVASSING ? againAt : Peer.NEVER;
    }

    @Override
    public boolean standsOrLeads() {
        return phase == Phase.STANDING;
    }

    @Override
    public void onTick(Turn turn) {
        if (turn.now >= endsAt) {
            if (!isAnswered(turn)) {
                turn.pace = turn.pace.afterSilence();
            }
            retreat(turn);
        } else if (turn.now >= againAt) {
            if (phase == Phase.CANVASSING) {
                canvass(turn);
            } else {
                askAgain(turn);
            }
        }
    }

    /** Whether another peer has answered: then voters that have not are unreachable, and the path is not long. */
    private boolean isHeard(Turn turn) {
        return (granted | refused) != turn.bit(turn.self.id());
    }

    /** Whether a majority has answered. */
    private boolean isAnswered(Turn turn) {
        return Long.bitCount(granted | refused) >= turn.self.settings().quorum();
    }

    private Candidate withAnswers(long yes, long no, long free) {
        return new Candidate(phase, yes, no, againAt, endsAt, free, askedAt, rival);
    }

    private Candidate askingAgain(long at, long until) {
        return new Candidate(phase, granted, refused, at, until, freeInNanos, askedAt, rival);
    }

    /** While the next campaign is deferred, answers to the last requests still count. */
    @Override
    public void onDeferred(Turn turn, long until) {
        if (phase == Phase.CANVASSING && turn.now >= againAt) {
            turn.role = askingAgain(until, endsAt);
        } else {
            onTick(turn);
        }
    }

    /**
     * Once a majority has answered without a decision, the votes are split and the remaining voters may be unreachable: they get
     * one more step, and not the whole round. (With five voters, one of them unreachable and two votes for each candidate, every
     * round would last E/2, again and again.)
     */
    private void askAgain(Turn turn) {
        long unit = turn.unitNanos();
        long again = turn.now + unit + turn.jitter(unit);
        boolean split = isAnswered(turn) && endsAt != Peer.NEVER;
        turn.role = askingAgain(again, split ? again : Math.max(endsAt, again));
        for (PeerId voter : turn.self.settings().voters()) {
            if ((turn.bit(voter) & (granted | refused)) == 0) {
                turn.send(voter, new Message.RequestVote(turn.ballot.term(), turn.released));
            }
        }
    }

    @Override
    public void onRequestPreVote(Turn turn, PeerId from, Incarnation incarnation, Message.RequestPreVote asked) {
        if (phase == Phase.CANVASSING && asked.term() == turn.ballot.term() + 1 && comesBefore(turn, from)) {
            turn.role = new Candidate(phase, granted, refused, againAt, endsAt, freeInNanos, askedAt, true);
        }
        Voting.answerPreVote(turn, from, incarnation, asked);
    }

    @Override
    public void onPreVoteGranted(Turn turn, PeerId from, Message.PreVoteGranted yes) {
        if (phase == Phase.CANVASSING && yes.term() == turn.ballot.term() + 1) {
            turn.role = withAnswers(granted | turn.bit(from), refused, freeInNanos);
            count(turn);
        }
    }

    @Override
    public void onPreVoteRefused(Turn turn, PeerId from, Message.PreVoteRefused no) {
        if (no.term() > turn.ballot.term()) {
            Voting.learn(turn, no.term());
        } else if (phase == Phase.CANVASSING && no.asked() == turn.ballot.term() + 1) {
            long free = no.loyalForNanos() > 0 ? Math.min(freeInNanos, no.loyalForNanos()) : freeInNanos;
            turn.role = withAnswers(granted, refused | turn.bit(from), free);
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
            turn.role = withAnswers(granted | turn.bit(from), refused, freeInNanos);
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
            turn.role = withAnswers(granted, refused | turn.bit(from), freeInNanos);
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
        if (phase == Phase.STANDING && endsAt == Peer.NEVER && turn.gate.isOpen()) {
            // No vote counts before the own one is durable, so the round starts now.
            long round = turn.roundNanos();
            turn.role = askingAgain(againAt, turn.now + round + turn.jitter(round / 2));
        }
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
    public void onHandOver(Turn turn, Optional<PeerId> to) {
        // This peer does not lead.
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
        turn.role = withAnswers(granted & rest, refused & rest, freeInNanos);
    }

    @Override
    public void onAdmitted(Turn turn, long floor, long loyalForNanos) {
        // A candidate takes part already.
    }

    @Override
    public void onLeadershipVoid(Turn turn) {
        turn.voidReigns();
    }
}
