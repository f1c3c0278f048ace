package dev.conclave.core;

import java.util.List;
import java.util.Optional;

/**
 * Was elected, and leads as long as it holds a lease (R7, R8).
 *
 * @param givesUpAt when it gives up if it holds no lease by then
 * @param leaseUntil the end of the lease; {@link #NO_LEASE} before the first
 * @param announced whether the leadership has been announced; not before the users of every earlier one have stopped
 * @param retiring that the users were told to stop while the lease is still renewed (R9); empty if they were not
 * @param acks what the others have acknowledged
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

    /** The value of {@code leaseUntil} when no majority has acknowledged anything yet. */
    public static final long NO_LEASE = Long.MIN_VALUE;

    /**
     * For how many election timeouts a leader that was told to hand over waits for its users with its lease renewed. Users
     * that never answer must not keep everybody without a leader for ever.
     */
    public static final int PATIENCE_IN_ELECTIONS = 10;

    /**
     * For how many halves of an election timeout a leader that has handed over stands nowhere of its own accord: time for two
     * others, since the first may lose its first lease. The vote for the first would else end the wait of the former leader,
     * and it would be as likely to come next as a peer that is to lead.
     */
    private static final int YIELDS_FOR_HALF_ELECTIONS = 3;

    /**
     * That the users were told to stop while the lease is still renewed (R9).
     *
     * @param reason why
     * @param renewsUntil when renewing ends, and with the lease the leadership
     */
    public record Retirement(Effect.Reason reason, long renewsUntil) {}

    /** A majority has voted for it and its own ballot is durable: it beats, and leads nothing before the first lease. */
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

    /** Sends a round. {@code now} was read before it is made, so a message that waits in a queue only shortens a lease. */
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
     * The first multiple of H on the clock of this node that is still to come. All leaders of a node beat at the same instants,
     * whenever they were elected, so that the rounds of a thousand elections travel as one. The first round of a leader
     * does not wait for that instant, so its second may follow a moment later, which costs a message and nothing else: no
     * interval is longer than H, and s is read when a round is made (R7), whenever that is.
     */
    private static long nextBeat(Turn turn) {
        long interval = turn.self.settings().heartbeatNanos();
        return (Math.floorDiv(turn.now, interval) + 1) * interval;
    }

    /** R7: the lease runs from the newest round that a majority has acknowledged; this peer counts itself if it votes. */
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
     * Leads no more, for good in this term. If the leadership was announced, its users are told, unless they were before, and
     * have until the end of the lease; the term is released when they have stopped (R9).
     */
    private void end(Turn turn, Effect.Reason why) {
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
                Succession.of(turn, acks).stream().findFirst(),
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

    /** R9: tells the users; goes on beating, and renewing, until they have stopped. */
    private void retire(Turn turn, Effect.Reason why) {
        if (retiring.isPresent()) {
            return;
        }
        if (!announced) {
            end(turn, why);
            return;
        }
        turn.effect(new Effect.Dismissed(turn.ballot.term(), why, leaseUntil));
        Retirement retirement = new Retirement(
                why, turn.now + PATIENCE_IN_ELECTIONS * turn.self.settings().electionNanos());
        turn.role = new Leader(givesUpAt, leaseUntil, true, Optional.of(retirement), acks, roundAt, beatAt, named);
    }

    /**
     * R1. With a lease, and if nobody has told it to end, it stands at once above the term it met: its voters are loyal to it
     * and to nobody else, so without this a returning voter with a higher term would cost everybody E.
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

    /** R7: announces itself when the first lease is held and the users of every earlier leadership have stopped. */
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
        // Late: it has been elected.
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

    /** A leader above was elected by a majority: there is nothing to stand for. In its own term there can be no other (S1). */
    @Override
    public void onHeartbeat(Turn turn, PeerId from, Incarnation incarnation, Message.Heartbeat heartbeat) {
        if (heartbeat.term() < turn.ballot.term()) {
            Voting.refuseHeartbeat(turn, from);
        } else if (heartbeat.term() > turn.ballot.term() && !turn.isGone(from, incarnation)) {
            end(turn, Effect.Reason.HIGHER_TERM);
            Follower.obey(turn, from, incarnation, heartbeat);
        }
    }

    /** R4: counts per voter, for this term; who acknowledges a round that was not sent yet is not believed. */
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
                // Looking through thousands of candidates at the acknowledgement of each would take longer than a
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
     * Whether the answer came so soon that another round at once costs nobody anything. Where answers take long, many elections
     * wait for each other or the path is long, and a changed succession is named with the next round.
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
        // Of another term: it has this one.
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
        // It began when its ballot was durable, and takes no other.
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
    public void onHandOver(Turn turn) {
        if (Succession.of(turn, acks).isEmpty()) {
            turn.effect(new Effect.HandOverRefused(turn.ballot.term()));
        } else {
            retire(turn, Effect.Reason.HAND_OVER);
        }
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
        // Only who takes part leads.
    }

    @Override
    public void onLeadershipVoid(Turn turn) {
        // Whoever asks the handle is told no from this instant; the users still have to stop before anybody is
        // released.
        end(turn, Effect.Reason.VOID);
        turn.voidReigns();
    }
}
