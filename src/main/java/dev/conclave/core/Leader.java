package dev.conclave.core;

import java.util.List;
import java.util.Optional;

/**
 * Has been elected, and leads while it holds a lease (R7, R8).
 *
 * @param givesUpAt when it gives up if it has no lease by then
 * @param leaseUntil the end of the lease; {@link #NO_LEASE} before the first
 * @param announced whether the leadership has been announced; not before the users of all earlier ones have stopped
 * @param retiring present if the users were told to stop while the lease is still renewed (R9)
 * @param acks the acknowledgements of the voters
 * @param roundAt s of the newest heartbeat round
 * @param beatAt when the next round is due
 * @param named the succession of the newest round
 */
public record Leader(
        long givesUpAt,
        long leaseUntil,
        boolean announced,
        Optional<Retirement> retiring,
        Acks acks,
        long roundAt,
        long beatAt,
        List<PeerId> named)
        implements Role {

    /** The value of {@code leaseUntil} before a majority has acknowledged a round. */
    public static final long NO_LEASE = Long.MIN_VALUE;

    /**
     * For how many election timeouts a leader that hands over waits for its users and renews its lease. Users that never answer
     * must not prevent the next leader for ever.
     */
    public static final int PATIENCE_IN_ELECTIONS = 10;

    /**
     * For how many halves of an election timeout a leader that has handed over does not stand of its own accord. The time is
     * enough for two other peers to stand, since the first may lose its first lease. Otherwise the vote for the first would end
     * the wait of the former leader, which would then be as likely to win next as a peer that is meant to lead.
     */
    private static final int YIELDS_FOR_HALF_ELECTIONS = 3;

    /**
     * The state of a leader whose users were told to stop while the lease is still renewed (R9).
     *
     * @param reason why
     * @param renewsUntil when renewing ends, and with the lease the leadership
     * @param successor the peer to which the operator hands over; empty: the first in the succession
     */
    public record Retirement(Effect.Reason reason, long renewsUntil, Optional<PeerId> successor) {}

    /**
     * Starts after a majority has voted for this peer and its own ballot is durable: it sends heartbeats, but does not lead
     * before its first lease.
     */
    static void begin(Turn turn) {
        turn.role = new Leader(
                turn.now + turn.pace.firstLeaseNanos(turn.self.settings()),
                NO_LEASE,
                false,
                Optional.empty(),
                Acks.none(turn.self.settings().voters().size()),
                turn.now,
                turn.now,
                List.of());
        beat(turn);
    }

    /** Sends a round of heartbeats. {@code now} was read before, so a message that waits in a queue only shortens a lease. */
    private static void beat(Turn turn) {
        Leader leader = (Leader) turn.role;
        List<PeerId> succession = Succession.of(turn, leader.acks);
        turn.role = new Leader(
                leader.givesUpAt,
                leader.leaseUntil,
                leader.announced,
                leader.retiring,
                leader.acks,
                turn.now,
                nextBeat(turn),
                succession);
        turn.sendToAll(new Message.Heartbeat(turn.ballot.term(), turn.now, succession));
        renew(turn);
    }

    /**
     * Returns the next multiple of H on this node's clock. All leaders of a node send their heartbeats at the same instants, so
     * that the rounds of a thousand elections travel together. The first round of a leader does not wait for that instant, so its
     * second may follow a moment later, which only costs a message: no interval is longer than H, and s is read when a round is
     * created (R7).
     */
    private static long nextBeat(Turn turn) {
        long interval = turn.self.settings().heartbeatNanos();
        return (Math.floorDiv(turn.now, interval) + 1) * interval;
    }

    /** R7: renews the lease from the newest round that a majority has acknowledged; this peer counts itself if it is a voter. */
    private static void renew(Turn turn) {
        Leader leader = (Leader) turn.role;
        List<PeerId> voters = turn.self.settings().voters();
        long[] acknowledged = new long[voters.size()];
        for (int place = 0; place < acknowledged.length; place++) {
            acknowledged[place] = voters.get(place).equals(turn.self.id()) ? leader.roundAt : leader.acks.of(place);
        }
        long since = Quorum.acknowledgedByMajority(acknowledged);
        if (since == Long.MIN_VALUE) {
            return;
        }
        long until = since + turn.self.settings().leaseNanos();
        if (until > leader.leaseUntil && leader.mayRenew(turn)) {
            turn.role = leader.withLease(until);
            if (turn.now - since > turn.self.settings().longPathNanos()) {
                turn.effect(new Effect.Slow(Effect.Slow.What.PATH, turn.now - since));
            }
            if (leader.announced && leader.retiring.isEmpty()) {
                turn.effect(new Effect.Renewed(turn.ballot.term(), until));
            }
        }
    }

    private Leader withLease(long until) {
        return new Leader(givesUpAt, until, announced, retiring, acks, roundAt, beatAt, named);
    }

    private Leader withAcks(Acks changed) {
        return new Leader(givesUpAt, leaseUntil, announced, retiring, changed, roundAt, beatAt, named);
    }

    private Leader beatingAt(long at) {
        return new Leader(givesUpAt, leaseUntil, announced, retiring, acks, roundAt, at, named);
    }

    private boolean mayRenew(Turn turn) {
        return retiring.isEmpty() || turn.now < retiring.get().renewsUntil();
    }

    boolean isAnnounced() {
        return announced;
    }

    boolean isRetiring() {
        return retiring.isPresent();
    }

    @Override
    public String name() {
        return "Leader";
    }

    @Override
    public boolean holdsLease() {
        return leaseUntil != NO_LEASE;
    }

    @Override
    public boolean standsOrLeads() {
        return true;
    }

    @Override
    public long wakeAt(Peer.Self self) {
        if (leaseUntil == NO_LEASE) {
            return Math.min(beatAt, givesUpAt);
        }
        return Math.min(beatAt, retiring.isPresent() || !announced ? leaseUntil : leaseUntil - self.stopMarginNanos());
    }

    // ---- the end

    /** R8: a margin before the end of its lease the leadership is over for good; no later acknowledgement renews it. */
    @Override
    public void lookAtTheClock(Turn turn) {
        if (leaseUntil == NO_LEASE) {
            if (turn.now >= givesUpAt) {
                end(turn, Effect.Reason.LEASE_EXPIRED);
            }
        } else if (turn.now
                >= (announced && retiring.isEmpty() ? leaseUntil - turn.self.stopMarginNanos() : leaseUntil)) {
            end(turn, Effect.Reason.LEASE_EXPIRED);
        }
    }

    /**
     * Ends the leadership, finally for this term. If it was announced, its users are told to stop unless they already were, and
     * have until the end of the lease; the term is released when they have stopped (R9).
     */
    private void end(Turn turn, Effect.Reason why) {
        end(turn, why, retiring.flatMap(Retirement::successor));
    }

    /** The same with the successor that the operator named. */
    private void end(Turn turn, Effect.Reason why, Optional<PeerId> to) {
        Effect.Reason reason = retiring.map(Retirement::reason).orElse(why);
        turn.role = Follower.IDLE;
        if (announced) {
            if (retiring.isEmpty()) {
                turn.effect(new Effect.Dismissed(turn.ballot.term(), reason, leaseUntil));
            }
            turn.addReign(new Reign(turn.ballot.term(), reason, leaseUntil, false));
            turn.endReigns(reign -> turn.now >= reign.until());
        }
        turn.ended = Optional.of(new Peer.EndedTerm(
                turn.ballot.term(),
                successor(turn, to),
                Peer.NEVER,
                Math.max(turn.now, leaseUntil) + turn.self.settings().electionNanos()));
        if (reason == Effect.Reason.HAND_OVER) {
            turn.yieldsUntil =
                    turn.now + YIELDS_FOR_HALF_ELECTIONS * turn.self.settings().electionNanos() / 2;
        }
        turn.role = Follower.waiting(
                turn,
                turn.self.settings().electionNanos()
                        + turn.jitter(turn.self.settings().electionNanos() / 2));
    }

    /** R9: the peer that the operator named, if it still is a candidate; otherwise the first in the succession. */
    private Optional<PeerId> successor(Turn turn, Optional<PeerId> to) {
        return to.filter(named -> Succession.mayFollow(turn, acks, named))
                .or(() -> Succession.of(turn, acks).stream().findFirst());
    }

    private void retire(Turn turn, Effect.Reason why) {
        retire(turn, why, Optional.empty());
    }

    /**
     * R9: tells the users to stop; keeps sending heartbeats and renewing the lease until they have stopped. If that is under way
     * already, only the name of the successor is added.
     */
    private void retire(Turn turn, Effect.Reason why, Optional<PeerId> to) {
        if (retiring.isPresent()) {
            Retirement begun = retiring.get();
            turn.role = to.isPresent() ? retiring(new Retirement(begun.reason(), begun.renewsUntil(), to)) : this;
            return;
        }
        if (!announced) {
            end(turn, why, to);
            return;
        }
        turn.effect(new Effect.Dismissed(turn.ballot.term(), why, leaseUntil));
        turn.role = retiring(new Retirement(
                why, turn.now + PATIENCE_IN_ELECTIONS * turn.self.settings().electionNanos(), to));
    }

    private Leader retiring(Retirement retirement) {
        return new Leader(givesUpAt, leaseUntil, announced, Optional.of(retirement), acks, roundAt, beatAt, named);
    }

    /**
     * R1: reacts to a higher term. With a lease, and unless it is retiring, the leader stands at once above that term: its voters
     * are loyal only to it, so a returning voter with a higher term would otherwise leave everyone without a leader for E.
     */
    private void meet(Turn turn, long term) {
        if (term <= turn.ballot.term()) {
            return;
        }
        boolean standsAbove = holdsLease() && retiring.isEmpty() && turn.mayStand();
        end(turn, Effect.Reason.HIGHER_TERM);
        if (standsAbove) {
            Candidate.standAbove(turn, term);
        } else {
            turn.adopt(term);
        }
    }

    @Override
    public void giveWay(Turn turn) {
        end(turn, Effect.Reason.HIGHER_TERM);
    }

    /** R7: announces the leadership when the first lease is held and the users of all earlier leaderships have stopped. */
    @Override
    public void settle(Turn turn) {
        if (!announced
                && leaseUntil != NO_LEASE
                && turn.now < leaseUntil - turn.self.stopMarginNanos()
                && turn.reigns.isEmpty()) {
            turn.role = new Leader(givesUpAt, leaseUntil, true, retiring, acks, roundAt, beatAt, named);
            turn.ended = Optional.empty();
            turn.effect(new Effect.Elected(turn.ballot.term(), leaseUntil));
        }
    }

    // ---- inputs

    @Override
    public void onTick(Turn turn) {
        if (turn.now >= beatAt) {
            beat(turn);
        }
    }

    @Override
    public void onRequestPreVote(Turn turn, PeerId from, Incarnation incarnation, Message.RequestPreVote asked) {
        Voting.answerPreVote(turn, from, incarnation, asked);
    }

    @Override
    public void onPreVoteGranted(Turn turn, PeerId from, Message.PreVoteGranted granted) {
        // Late: this peer was elected already.
    }

    @Override
    public void onPreVoteRefused(Turn turn, PeerId from, Message.PreVoteRefused refused) {
        meet(turn, refused.term());
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
        meet(turn, refused.term());
    }

    /** A leader of a higher term was elected by a majority: follow it. There cannot be another leader in the own term (S1). */
    @Override
    public void onHeartbeat(Turn turn, PeerId from, Incarnation incarnation, Message.Heartbeat heartbeat) {
        if (heartbeat.term() < turn.ballot.term()) {
            Voting.refuseHeartbeat(turn, from);
        } else if (heartbeat.term() > turn.ballot.term() && !turn.isGone(from, incarnation)) {
            end(turn, Effect.Reason.HIGHER_TERM);
            Follower.obey(turn, from, incarnation, heartbeat);
        }
    }

    /** R4: counts acknowledgements per voter and for this term; ignores those of rounds that were not sent yet. */
    @Override
    public void onHeartbeatAck(Turn turn, PeerId from, Message.HeartbeatAck ack) {
        if (ack.term() > turn.ballot.term()) {
            meet(turn, ack.term());
            return;
        }
        if (ack.term() < turn.ballot.term() || ack.sentAt() > roundAt) {
            return;
        }
        int place = turn.self.settings().voters().indexOf(from);
        if (place < 0) {
            boolean asBefore = Succession.isNamedAs(turn, from, ack.stands());
            turn.noteObserver(from, ack.stands());
            if (asBefore) {
                // Computing the succession of thousands of candidates at each acknowledgement would take longer than a
                // round.
                return;
            }
        } else {
            turn.role = withAcks(acks.with(place, ack.sentAt(), ack.stands()));
            renew(turn);
        }
        Leader changed = (Leader) turn.role;
        if (isPrompt(turn, ack) && !Succession.of(turn, changed.acks).equals(named)) {
            turn.role = changed.beatingAt(turn.now);
        }
    }

    /**
     * Whether the answer came so soon that an additional round does no harm. Where answers take long, many elections wait for
     * each other or the path is long, and a changed succession waits for the next regular round.
     */
    private static boolean isPrompt(Turn turn, Message.HeartbeatAck ack) {
        return turn.now - ack.sentAt() <= turn.self.settings().stepNanos() / 2;
    }

    @Override
    public void onHeartbeatRefused(Turn turn, PeerId from, Message.HeartbeatRefused refused) {
        meet(turn, refused.term());
    }

    @Override
    public void onRelease(Turn turn, PeerId from, Message.Release release) {
        // The release is of another term: this peer leads the current one.
    }

    @Override
    public void onObserve(Turn turn, PeerId from, Message.Observe observe) {
        if (observe.of().isPresent() && turn.bit(from) == 0) {
            return;
        }
        PeerId observer = observe.of().orElse(from);
        boolean known = turn.observers.containsKey(observer);
        turn.noteObserver(observer, observe.stands());
        if (!known && turn.observers.containsKey(observer)) {
            turn.send(observer, new Message.Heartbeat(turn.ballot.term(), roundAt, named));
        }
    }

    @Override
    public void onPersisted(Turn turn) {
        // A leader starts after its ballot is durable, and writes no other ballot.
    }

    @Override
    public void onStand(Turn turn) {
        turn.stands = true;
    }

    @Override
    public void onWithdraw(Turn turn) {
        turn.stands = false;
        retire(turn, Effect.Reason.WITHDRAWN);
    }

    @Override
    public void onHandOver(Turn turn, Optional<PeerId> to) {
        Optional<Effect.Refusal> refusal = to.isPresent() ? refusal(turn, to.get()) : refusal(turn);
        if (refusal.isPresent()) {
            turn.effect(new Effect.HandOverRefused(turn.ballot.term(), refusal.get()));
            return;
        }
        retire(turn, Effect.Reason.HAND_OVER, to);
    }

    private Optional<Effect.Refusal> refusal(Turn turn) {
        return retiring.isEmpty() && Succession.of(turn, acks).isEmpty()
                ? Optional.of(Effect.Refusal.NO_OTHER_CANDIDATE)
                : Optional.empty();
    }

    private Optional<Effect.Refusal> refusal(Turn turn, PeerId to) {
        Optional<PeerId> before = retiring.flatMap(Retirement::successor);
        if (before.isPresent()) {
            return before.get().equals(to) ? Optional.empty() : Optional.of(Effect.Refusal.OTHER_SUCCESSOR);
        }
        if (Succession.mayFollow(turn, acks, to)) {
            return Optional.empty();
        }
        boolean isKnown = turn.bit(to) != 0 || turn.observers.containsKey(to);
        return Optional.of(isKnown ? Effect.Refusal.NOT_A_CANDIDATE : Effect.Refusal.UNKNOWN);
    }

    @Override
    public void onLeave(Turn turn) {
        turn.leaving = true;
        retire(turn, Effect.Reason.LEAVING);
    }

    @Override
    public void onUsersStopped(Turn turn, long term) {
        if (retiring.isPresent() && term == turn.ballot.term()) {
            end(turn, retiring.get().reason());
        }
        turn.endReigns(reign -> reign.term() == term);
    }

    @Override
    public void onProcessGone(Turn turn, PeerId peer, Incarnation incarnation) {
        turn.noteGone(peer, incarnation);
        int place = turn.self.settings().voters().indexOf(peer);
        if (place >= 0 && acks.stands(place)) {
            turn.role = withAcks(acks.with(place, Long.MIN_VALUE, false)).beatingAt(turn.now);
        } else if (turn.observers.containsKey(peer)) {
            turn.forgetObserver(peer);
            if (named.contains(peer)) {
                turn.role = beatingAt(turn.now);
            }
        }
    }

    @Override
    public void onIdentityReplaced(Turn turn, PeerId peer) {
        turn.strikePushed(peer);
        int place = turn.self.settings().voters().indexOf(peer);
        if (place >= 0) {
            turn.role = withAcks(acks.without(place));
        }
    }

    @Override
    public void onAdmitted(Turn turn, long floor, long loyalForNanos) {
        // A leader takes part already.
    }

    @Override
    public void onLeadershipVoid(Turn turn) {
        // The leadership no longer holds from this instant; but its users must stop before the term is released.
        end(turn, Effect.Reason.VOID);
        turn.voidReigns();
    }
}
