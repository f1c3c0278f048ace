package dev.conclave.core.peer;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.Quorum;
import dev.conclave.core.RegisterVersion;
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
 * @param register what it writes (U3, U4)
 */
public record Leader(
        long givesUpAt,
        long leaseUntil,
        boolean announced,
        Optional<Retirement> retiring,
        Acks acks,
        long roundAt,
        long beatAt,
        List<PeerId> named,
        LeaderRegister register)
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
     *
     * @param votes the newest version of the register that its votes named (U2)
     */
    static void begin(PeerStep step, RegisterVersion votes) {
        long givesUpAt = step.now + step.responseTimes.firstLeaseNanos(step.self.settings());
        step.role = new Leader(
                givesUpAt,
                NO_LEASE,
                false,
                Optional.empty(),
                Acks.none(step.self.settings().voters().size()),
                step.now,
                step.now,
                List.of(),
                Registers.ofWinner(step, votes, givesUpAt + step.self.settings().electionNanos()));
        beat(step);
        Registers.lead(step);
    }

    /** Sends a round of heartbeats. {@code now} was read before, so a message that waits in a queue only shortens a lease. */
    private static void beat(PeerStep step) {
        Leader leader = (Leader) step.role;
        List<PeerId> succession = Succession.of(step, leader.acks);
        step.role = new Leader(
                leader.givesUpAt,
                leader.leaseUntil,
                leader.announced,
                leader.retiring,
                leader.acks,
                step.now,
                nextBeat(step),
                succession,
                leader.register);
        step.sendToAll(heartbeat(step, leader.register, step.now, succession));
        Registers.askForNeeded(step);
        renew(step);
    }

    /** A heartbeat names the newest entry of the register in this term, and the newest that a quorum has stored. */
    private static Message.Heartbeat heartbeat(
            PeerStep step, LeaderRegister register, long sentAt, List<PeerId> succession) {
        long written = register.issued().map(entry -> entry.version().count()).orElse(-1L);
        return new Message.Heartbeat(
                step.ballot.term(),
                sentAt,
                succession,
                written,
                register.isDone() ? written : Math.max(-1, written - 1));
    }

    /**
     * Returns the next multiple of H on this node's clock. All leaders of a node send their heartbeats at the same instants, so
     * that the rounds of a thousand elections travel together. The first round of a leader does not wait for that instant, so its
     * second may follow a moment later, which only costs a message: no interval is longer than H, and s is read when a round is
     * created (R7).
     */
    private static long nextBeat(PeerStep step) {
        long interval = step.self.settings().heartbeatNanos();
        return (Math.floorDiv(step.now, interval) + 1) * interval;
    }

    /** R7: renews the lease from the newest round that a majority has acknowledged; this peer counts itself if it is a voter. */
    private static void renew(PeerStep step) {
        Leader leader = (Leader) step.role;
        List<PeerId> voters = step.self.settings().voters();
        long[] acknowledged = new long[voters.size()];
        for (int place = 0; place < acknowledged.length; place++) {
            acknowledged[place] = voters.get(place).equals(step.self.id()) ? leader.roundAt : leader.acks.of(place);
        }
        long since = Quorum.acknowledgedByMajority(acknowledged);
        if (since == Long.MIN_VALUE) {
            return;
        }
        long until = since + step.self.settings().leaseNanos();
        if (until > leader.leaseUntil && leader.mayRenew(step)) {
            step.role = leader.withLease(until);
            if (step.now - since > step.self.settings().longPathNanos()) {
                step.effect(new Effect.Slow(Effect.Slow.What.PATH, step.now - since));
            }
            if (leader.announced && leader.retiring.isEmpty()) {
                step.effect(new Effect.Renewed(step.ballot.term(), until));
            }
        }
    }

    private Leader withLease(long until) {
        return new Leader(givesUpAt, until, announced, retiring, acks, roundAt, beatAt, named, register);
    }

    Leader withRegister(LeaderRegister changed) {
        return new Leader(givesUpAt, leaseUntil, announced, retiring, acks, roundAt, beatAt, named, changed);
    }

    private Leader withAcks(Acks changed) {
        return new Leader(givesUpAt, leaseUntil, announced, retiring, changed, roundAt, beatAt, named, register);
    }

    private Leader beatingAt(long at) {
        return new Leader(givesUpAt, leaseUntil, announced, retiring, acks, roundAt, at, named, register);
    }

    private boolean mayRenew(PeerStep step) {
        return retiring.isEmpty() || step.now < retiring.get().renewsUntil();
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
        if (!announced) {
            return Math.min(beatAt, register.isSettled() ? leaseUntil : Math.min(leaseUntil, register.givesUpAt()));
        }
        return Math.min(beatAt, retiring.isPresent() ? leaseUntil : leaseUntil - self.stopMarginNanos());
    }

    // ---- the end

    /** R8: a margin before the end of its lease the leadership is over for good; no later acknowledgement renews it. */
    @Override
    public void lookAtTheClock(PeerStep step) {
        if (leaseUntil == NO_LEASE) {
            if (step.now >= givesUpAt) {
                end(step, Effect.Reason.LEASE_EXPIRED);
            }
        } else if (step.now
                >= (announced && retiring.isEmpty() ? leaseUntil - step.self.stopMarginNanos() : leaseUntil)) {
            end(step, Effect.Reason.LEASE_EXPIRED);
        } else if (!announced && !register.isSettled() && step.now >= register.givesUpAt()) {
            // U3: what it should repeat is not to be had; another winner may have it, or count other votes.
            end(step, Effect.Reason.LEASE_EXPIRED);
        }
    }

    /**
     * Ends the leadership, finally for this term. If it was announced, its users are told to stop unless they already were, and
     * have until the end of the lease; the term is released when they have stopped. The release of a lease that ran out names no
     * successor, since the candidates that this peer still hears may be unable to keep a lease, too (R9).
     */
    private void end(PeerStep step, Effect.Reason why) {
        end(step, why, retiring.flatMap(Retirement::successor));
    }

    /** The same with the successor that the operator named. */
    private void end(PeerStep step, Effect.Reason why, Optional<PeerId> to) {
        Effect.Reason reason = retiring.map(Retirement::reason).orElse(why);
        step.role = Follower.IDLE;
        Registers.end(step, register);
        if (announced) {
            if (retiring.isEmpty()) {
                step.effect(new Effect.Dismissed(step.ballot.term(), reason, leaseUntil));
            }
            EndingLeaderships.add(step, new EndingLeadership(step.ballot.term(), reason, leaseUntil, false));
            EndingLeaderships.lookAtTheClock(step);
        }
        step.ended = Optional.of(new Peer.EndedTerm(
                step.ballot.term(),
                reason == Effect.Reason.LEASE_EXPIRED ? Optional.empty() : successor(step, to),
                Peer.NEVER,
                Math.max(step.now, leaseUntil) + step.self.settings().electionNanos()));
        if (reason == Effect.Reason.HAND_OVER) {
            step.yieldsUntil =
                    step.now + YIELDS_FOR_HALF_ELECTIONS * step.self.settings().electionNanos() / 2;
        }
        step.role = Follower.waiting(
                step,
                step.self.settings().electionNanos()
                        + step.jitter(step.self.settings().electionNanos() / 2));
    }

    /** R9: the peer that the operator named, if it still is a candidate; otherwise the first in the succession. */
    private Optional<PeerId> successor(PeerStep step, Optional<PeerId> to) {
        return to.filter(named -> Succession.mayFollow(step, acks, named))
                .or(() -> Succession.of(step, acks).stream().findFirst());
    }

    private void retire(PeerStep step, Effect.Reason why) {
        retire(step, why, Optional.empty());
    }

    /**
     * R9: tells the users to stop; keeps sending heartbeats and renewing the lease until they have stopped. If that is under way
     * already, only the name of the successor is added.
     */
    private void retire(PeerStep step, Effect.Reason why, Optional<PeerId> to) {
        if (retiring.isPresent()) {
            Retirement begun = retiring.get();
            step.role = to.isPresent() ? retiring(new Retirement(begun.reason(), begun.renewsUntil(), to)) : this;
            return;
        }
        if (!announced) {
            end(step, why, to);
            return;
        }
        step.effect(new Effect.Dismissed(step.ballot.term(), why, leaseUntil));
        step.role = retiring(new Retirement(
                why, step.now + PATIENCE_IN_ELECTIONS * step.self.settings().electionNanos(), to));
    }

    private Leader retiring(Retirement retirement) {
        return new Leader(
                givesUpAt, leaseUntil, announced, Optional.of(retirement), acks, roundAt, beatAt, named, register);
    }

    /**
     * R1: reacts to a higher term. With a lease, and unless it is retiring, the leader stands at once above that term: its voters
     * are loyal only to it, so a returning voter with a higher term would otherwise leave everyone without a leader for E.
     */
    @Override
    public void meet(PeerStep step, long term) {
        if (term <= step.ballot.term()) {
            return;
        }
        boolean standsAbove = holdsLease() && retiring.isEmpty() && step.mayStand();
        end(step, Effect.Reason.HIGHER_TERM);
        if (standsAbove) {
            Candidate.standAbove(step, term);
        } else {
            step.adopt(term);
        }
    }

    @Override
    public void giveWay(PeerStep step) {
        end(step, Effect.Reason.HIGHER_TERM);
    }

    /** R7 and U3: announces the leadership when the first lease is held, a quorum has stored what was repeated, and the users of all earlier leaderships have stopped. */
    @Override
    public void settle(PeerStep step) {
        if (!announced
                && leaseUntil != NO_LEASE
                && register.isSettled()
                && step.now < leaseUntil - step.self.stopMarginNanos()
                && step.endingLeaderships.isEmpty()) {
            step.role = new Leader(givesUpAt, leaseUntil, true, retiring, acks, roundAt, beatAt, named, register);
            step.ended = Optional.empty();
            step.effect(new Effect.Elected(step.ballot.term(), leaseUntil));
        }
    }

    // ---- inputs

    @Override
    public void onTick(PeerStep step) {
        if (step.now >= beatAt) {
            beat(step);
        }
    }

    /** A majority has elected a leader in a higher term: follow it. There cannot be another leader in the own term (S1). */
    @Override
    public void onHeartbeat(PeerStep step, PeerId from, Incarnation incarnation, Message.Heartbeat heartbeat) {
        if (heartbeat.term() < step.ballot.term()) {
            Voting.refuseHeartbeat(step, from);
        } else if (heartbeat.term() > step.ballot.term() && !DeadProcesses.contain(step, from, incarnation)) {
            end(step, Effect.Reason.HIGHER_TERM);
            Follower.obey(step, from, incarnation, heartbeat);
        }
    }

    /** R4: counts acknowledgements per voter and for this term; ignores those of rounds that were not sent yet. */
    @Override
    public void onHeartbeatAck(PeerStep step, PeerId from, Message.HeartbeatAck ack) {
        if (ack.term() > step.ballot.term()) {
            meet(step, ack.term());
            return;
        }
        if (ack.term() < step.ballot.term() || ack.sentAt() > roundAt) {
            return;
        }
        Registers.onStored(step, from, ack.term(), ack.stored());
        ((Leader) step.role).count(step, from, ack);
    }

    private void count(PeerStep step, PeerId from, Message.HeartbeatAck ack) {
        int place = step.self.settings().voters().indexOf(from);
        if (place < 0) {
            boolean asBefore = Succession.isNamedAs(step, from, ack.stands());
            Observers.note(step, from, ack.stands());
            if (asBefore) {
                // Computing the succession of thousands of candidates at each acknowledgement would take longer than a
                // round.
                return;
            }
        } else {
            step.role = withAcks(acks.with(place, ack.sentAt(), ack.stands()));
            renew(step);
        }
        Leader changed = (Leader) step.role;
        if (isPrompt(step, ack) && !Succession.of(step, changed.acks).equals(named)) {
            step.role = changed.beatingAt(step.now);
        }
    }

    /**
     * Whether the answer came so soon that an additional round does no harm. Where answers take long, many elections wait for
     * each other or the path is long, and a changed succession waits for the next regular round.
     */
    private static boolean isPrompt(PeerStep step, Message.HeartbeatAck ack) {
        return step.now - ack.sentAt() <= step.self.settings().stepNanos() / 2;
    }

    @Override
    public void onRelease(PeerStep step, PeerId from, Message.Release release) {
        // The release is of another term: this peer leads the current one.
    }

    @Override
    public void onObserve(PeerStep step, PeerId from, Message.Observe observe) {
        if (observe.of().isPresent() && step.bit(from) == 0) {
            return;
        }
        PeerId observer = observe.of().orElse(from);
        boolean known = step.observers.containsKey(observer);
        Observers.note(step, observer, observe.stands());
        if (!known && step.observers.containsKey(observer)) {
            step.send(observer, heartbeat(step, register, roundAt, named));
            Registers.offer(step, observer, RegisterVersion.NONE);
        }
    }

    @Override
    public void onWithdraw(PeerStep step) {
        step.stands = false;
        retire(step, Effect.Reason.WITHDRAWN);
    }

    @Override
    public void onHandOver(PeerStep step, Optional<PeerId> to) {
        Optional<Effect.Refusal> refusal = to.isPresent() ? refusal(step, to.get()) : refusal(step);
        if (refusal.isPresent()) {
            step.effect(new Effect.HandOverRefused(step.ballot.term(), refusal.get()));
            return;
        }
        retire(step, Effect.Reason.HAND_OVER, to);
    }

    private Optional<Effect.Refusal> refusal(PeerStep step) {
        return retiring.isEmpty() && Succession.of(step, acks).isEmpty()
                ? Optional.of(Effect.Refusal.NO_OTHER_CANDIDATE)
                : Optional.empty();
    }

    private Optional<Effect.Refusal> refusal(PeerStep step, PeerId to) {
        Optional<PeerId> before = retiring.flatMap(Retirement::successor);
        if (before.isPresent()) {
            return before.get().equals(to) ? Optional.empty() : Optional.of(Effect.Refusal.OTHER_SUCCESSOR);
        }
        if (Succession.mayFollow(step, acks, to)) {
            return Optional.empty();
        }
        boolean isKnown = step.bit(to) != 0 || step.observers.containsKey(to);
        return Optional.of(isKnown ? Effect.Refusal.NOT_A_CANDIDATE : Effect.Refusal.UNKNOWN);
    }

    @Override
    public void onLeave(PeerStep step) {
        step.leaving = true;
        retire(step, Effect.Reason.LEAVING);
    }

    @Override
    public void onUsersStopped(PeerStep step, long term) {
        if (retiring.isPresent() && term == step.ballot.term()) {
            end(step, retiring.get().reason());
        }
        EndingLeaderships.usersStopped(step, term);
    }

    @Override
    public void onProcessGone(PeerStep step, PeerId peer, Incarnation incarnation) {
        DeadProcesses.note(step, peer, incarnation);
        int place = step.self.settings().voters().indexOf(peer);
        if (place >= 0 && acks.stands(place)) {
            step.role = withAcks(acks.with(place, Long.MIN_VALUE, false)).beatingAt(step.now);
        } else if (step.observers.containsKey(peer)) {
            Observers.forget(step, peer);
            if (named.contains(peer)) {
                step.role = beatingAt(step.now);
            }
        }
    }

    /**
     * E5: with a lease, leads on: forgets all acknowledgements, which are counted anew among the voters of the new configuration,
     * and sends a round at once. Without a lease it ends, since its votes were counted among other voters.
     */
    @Override
    public void onSwitched(PeerStep step) {
        Leader forgetful =
                withAcks(Acks.none(step.self.settings().voters().size())).withRegister(register.countedAnew());
        step.role = forgetful;
        if (holdsLease() && step.takesPart) {
            beat(step);
            // U6: what is under way is sent again under the new number.
            register.issued().ifPresent(entry -> step.sendToAll(new Message.StoreRegister(entry)));
            Registers.lead(step);
        } else {
            forgetful.end(step, Effect.Reason.VOID);
        }
    }

    @Override
    public void onLeadershipVoid(PeerStep step) {
        // The leadership no longer holds from this instant; but its users must stop before the term is released.
        end(step, Effect.Reason.VOID);
        EndingLeaderships.voidAll(step);
    }
}
