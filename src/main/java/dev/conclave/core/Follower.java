package dev.conclave.core;

import java.util.Optional;

/**
 * Follows a leader, or waits for its turn to ask for votes.
 *
 * @param standAt when it asks; {@link Peer#NEVER} if it is not a candidate
 * @param silentAt when the leader it follows counts as silent
 * @param observeAt when a non-voter next tells the voters that it observes the election
 * @param drained whether it has already let its queue drain once in this silence (R12)
 * @param afterVote how long it waits once its vote is durable; 0 if no vote of it is being written
 */
public record Follower(long standAt, long silentAt, long observeAt, boolean drained, long afterVote) implements Role {

    /** A follower without deadlines. */
    static final Follower IDLE = new Follower(Peer.NEVER, Peer.NEVER, Peer.NEVER, false, 0);

    /** A follower that tells the voters at the first tick that it observes the election. */
    static final Follower OBSERVER = new Follower(Peer.NEVER, Peer.NEVER, Long.MIN_VALUE, false, 0);

    /** A follower without a leader that asks for votes after a wait. */
    static Follower waiting(Turn turn, long nanos) {
        return new Follower(turn.standAfter(nanos), Peer.NEVER, turn.isVoter() ? Peer.NEVER : turn.now, false, 0);
    }

    /**
     * A voter that has just voted and gives its candidate this much time, counted from when the vote is durable: with a disk
     * slower than that wait it would otherwise open the next term before the candidate has the vote.
     */
    static Follower waitingForVote(long nanos) {
        return new Follower(Peer.NEVER, Peer.NEVER, Peer.NEVER, false, nanos);
    }

    /** Processes a heartbeat of the own term or a higher one, in any role: another peer was elected. */
    static void obey(Turn turn, PeerId from, Incarnation incarnation, Message.Heartbeat heartbeat) {
        if (turn.isGone(from, incarnation)) {
            return;
        }
        Loyalty.Obeyed last = turn.loyalty.obeyed().orElse(null);
        if (last != null
                && last.is(from, incarnation)
                && last.term() == heartbeat.term()
                && heartbeat.sentAt() <= last.sentAt()) {
            return;
        }
        if (heartbeat.term() > turn.ballot.term()) {
            turn.adopt(heartbeat.term());
        }
        long patience = turn.self.settings().electionNanos();
        turn.loyalty = new Loyalty(
                Optional.of(new Loyalty.Obeyed(
                        from, incarnation, heartbeat.term(), heartbeat.sentAt(), heartbeat.succession())),
                turn.takesPart ? turn.now + patience : Loyalty.NOTHING_OWED);
        if (acknowledges(turn)) {
            turn.send(from, new Message.HeartbeatAck(heartbeat.term(), heartbeat.sentAt(), turn.isSuccessor()));
        }
        if (turn.ended.isPresent() && turn.ended.get().term() < heartbeat.term()) {
            turn.ended = Optional.empty();
        }
        turn.role = new Follower(
                turn.standAfter(patience + turn.successionDelay()), turn.now + patience, observeAt(turn), false, 0);
        turn.pace = turn.pace.yielding(false);
        Effect.Following following = new Effect.Following(from, heartbeat.term());
        if (turn.told.filter(following::equals).isEmpty()) {
            turn.told = Optional.of(following);
            turn.effect(following);
            turn.observers.keySet().forEach(observer -> introduce(turn, from, observer));
        }
    }

    /** Tells a non-voting leader about an observer: observers announce themselves to voters only. */
    private static void introduce(Turn turn, PeerId leader, PeerId observer) {
        Peer.Observer known = turn.observers.get(observer);
        boolean areStrangers = turn.isVoter() && turn.bit(leader) == 0 && !leader.equals(observer);
        if (areStrangers && known != null && turn.isListening(known)) {
            turn.send(leader, new Message.Observe(turn.ballot.term(), known.stands(), Optional.of(observer)));
        }
    }

    /** Pure observers do not acknowledge heartbeats. */
    private static boolean acknowledges(Turn turn) {
        return turn.takesPart && (turn.isVoter() || turn.stands);
    }

    /**
     * The leader knows that a peer which acknowledges is there, so such a peer announces itself again only after a silence. A
     * pure observer does so at fixed times; heartbeats must not postpone it, or it would be dropped.
     */
    private static long observeAt(Turn turn) {
        if (turn.isVoter()) {
            return Peer.NEVER;
        }
        long later = turn.now + observeNanos(turn);
        return !acknowledges(turn) && turn.role instanceof Follower before && before.silentAt != Peer.NEVER
                ? Math.min(before.observeAt, later)
                : later;
    }

    /** Less than half of the time after which a leader drops an observer: one of two messages may be lost. */
    private static long observeNanos(Turn turn) {
        return 4 * turn.self.settings().electionNanos();
    }

    @Override
    public String name() {
        return "Follower";
    }

    @Override
    public long wakeAt(Peer.Self self) {
        return Math.min(Math.min(standAt, silentAt), observeAt);
    }

    @Override
    public long canvassesAt() {
        return standAt;
    }

    @Override
    public void onTick(Turn turn) {
        Follower next = looked(turn);
        if (turn.now >= standAt) {
            if (sleeps(turn)) {
                next.drain(turn);
            } else {
                Candidate.canvass(turn);
            }
        }
    }

    @Override
    public void onDeferred(Turn turn, long until) {
        Follower next = looked(turn);
        if (turn.now >= standAt) {
            if (sleeps(turn)) {
                next.drain(turn);
            } else {
                turn.role = new Follower(until, next.silentAt, next.observeAt, drained, afterVote);
            }
        }
    }

    /** The effects of a tick other than starting a campaign. */
    private Follower looked(Turn turn) {
        Follower next = this;
        if (turn.now >= silentAt) {
            turn.forgetLeader();
            next = new Follower(standAt, Peer.NEVER, Math.min(observeAt, turn.now), drained, afterVote);
        }
        if (turn.now >= next.observeAt) {
            if (turn.isVoter()) {
                next = new Follower(next.standAt, next.silentAt, Peer.NEVER, drained, afterVote);
            } else {
                turn.sendToVoters(new Message.Observe(turn.ballot.term(), turn.isSuccessor()));
                boolean follows = next.silentAt != Peer.NEVER;
                long again = follows ? observeNanos(turn) : turn.self.settings().electionNanos() / 2;
                next = new Follower(next.standAt, next.silentAt, turn.now + again, drained, afterVote);
            }
        }
        turn.role = next;
        return next;
    }

    /**
     * R12: a timer that fires much later than requested means that this process was paused, not that the leader is silent. So
     * messages that queued meanwhile are processed first; once per silence, since a node that is always late would otherwise
     * never stand.
     */
    private boolean sleeps(Turn turn) {
        return !drained && turn.now - standAt > turn.self.settings().heartbeatNanos();
    }

    private void drain(Turn turn) {
        turn.role = new Follower(turn.standAfter(turn.self.settings().stepNanos()), silentAt, observeAt, true, 0);
    }

    @Override
    public void onRequestPreVote(Turn turn, PeerId from, Incarnation incarnation, Message.RequestPreVote asked) {
        Voting.answerPreVote(turn, from, incarnation, asked);
    }

    @Override
    public void onPreVoteGranted(Turn turn, PeerId from, Message.PreVoteGranted granted) {
        // Late: this peer is not asking.
    }

    @Override
    public void onPreVoteRefused(Turn turn, PeerId from, Message.PreVoteRefused refused) {
        Voting.learn(turn, refused.term());
    }

    @Override
    public void onRequestVote(Turn turn, PeerId from, Incarnation incarnation, Message.RequestVote asked) {
        Voting.answerVote(turn, from, incarnation, asked);
    }

    @Override
    public void onVoteGranted(Turn turn, PeerId from, Message.VoteGranted granted) {
        turn.keepPushed(from, granted);
    }

    @Override
    public void onVoteRefused(Turn turn, PeerId from, Message.VoteRefused refused) {
        Voting.learn(turn, refused.term());
    }

    @Override
    public void onHeartbeat(Turn turn, PeerId from, Incarnation incarnation, Message.Heartbeat heartbeat) {
        if (heartbeat.term() < turn.ballot.term()) {
            Voting.refuseHeartbeat(turn, from);
        } else {
            obey(turn, from, incarnation, heartbeat);
        }
    }

    @Override
    public void onHeartbeatAck(Turn turn, PeerId from, Message.HeartbeatAck ack) {
        Voting.learn(turn, ack.term());
    }

    @Override
    public void onHeartbeatRefused(Turn turn, PeerId from, Message.HeartbeatRefused refused) {
        Voting.learn(turn, refused.term());
    }

    @Override
    public void onRelease(Turn turn, PeerId from, Message.Release release) {
        Voting.hearRelease(turn, release);
    }

    @Override
    public void onObserve(Turn turn, PeerId from, Message.Observe observe) {
        if (observe.of().isPresent()) {
            return;
        }
        turn.noteObserver(from, observe.stands());
        if (silentAt != Peer.NEVER && turn.loyalty.obeyed().isPresent()) {
            introduce(turn, turn.loyalty.obeyed().get().leader(), from);
        }
    }

    @Override
    public void onPersisted(Turn turn) {
        if (afterVote > 0 && turn.gate.isOpen()) {
            turn.role = new Follower(turn.standAfter(afterVote), silentAt, observeAt, drained, 0);
        }
    }

    @Override
    public void onStand(Turn turn) {
        turn.stands = true;
        if (standAt == Peer.NEVER && afterVote == 0) {
            long wait = silentAt == Peer.NEVER ? 0 : Math.max(0, silentAt - turn.now);
            turn.role = new Follower(turn.standAfter(wait + turn.successionDelay()), silentAt, observeAt, drained, 0);
        }
    }

    @Override
    public void onWithdraw(Turn turn) {
        turn.stands = false;
        turn.role = new Follower(Peer.NEVER, silentAt, observeAt, drained, afterVote);
    }

    @Override
    public void onHandOver(Turn turn, Optional<PeerId> to) {
        // This peer does not lead.
    }

    @Override
    public void onLeave(Turn turn) {
        turn.leaving = true;
        turn.role = new Follower(Peer.NEVER, silentAt, observeAt, drained, afterVote);
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
    }

    @Override
    public void onAdmitted(Turn turn, long floor, long loyalForNanos) {
        Voting.admit(turn, floor, loyalForNanos);
        if (turn.stands && standAt == Peer.NEVER) {
            turn.role = new Follower(turn.standAfter(turn.successionDelay()), silentAt, observeAt, drained, 0);
        }
    }

    @Override
    public void onLeadershipVoid(Turn turn) {
        turn.voidReigns();
    }
}
