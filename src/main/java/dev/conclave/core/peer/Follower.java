package dev.conclave.core.peer;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
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
    static Follower waiting(PeerStep step, long nanos) {
        return new Follower(
                CampaignDelays.standAfter(step, nanos), Peer.NEVER, step.isVoter() ? Peer.NEVER : step.now, false, 0);
    }

    /**
     * A voter that has just voted and gives its candidate this much time, counted from when the vote is durable: with a disk
     * slower than that wait it would otherwise open the next term before the candidate has the vote.
     */
    static Follower waitingForVote(long nanos) {
        return new Follower(Peer.NEVER, Peer.NEVER, Peer.NEVER, false, nanos);
    }

    /** Processes a heartbeat of the own term or a higher one, in any role: another peer was elected. */
    static void obey(PeerStep step, PeerId from, Incarnation incarnation, Message.Heartbeat heartbeat) {
        if (DeadProcesses.contain(step, from, incarnation)) {
            return;
        }
        Loyalty.Obeyed last = step.loyalty.obeyed().orElse(null);
        if (last != null
                && last.is(from, incarnation)
                && last.term() == heartbeat.term()
                && heartbeat.sentAt() <= last.sentAt()) {
            return;
        }
        if (heartbeat.term() > step.ballot.term()) {
            step.adopt(heartbeat.term());
        }
        long patience = step.self.settings().electionNanos();
        step.loyalty = new Loyalty(
                Optional.of(new Loyalty.Obeyed(
                        from, incarnation, heartbeat.term(), heartbeat.sentAt(), heartbeat.succession())),
                step.takesPart ? Math.max(step.loyalty.until(), step.now + patience) : step.loyalty.until());
        if (acknowledges(step)) {
            step.send(
                    from,
                    new Message.HeartbeatAck(
                            heartbeat.term(),
                            heartbeat.sentAt(),
                            step.mayStand(),
                            Registers.stored(step, heartbeat.term())));
        }
        if (step.ended.isPresent() && step.ended.get().term() < heartbeat.term()) {
            step.ended = Optional.empty();
        }
        step.role = new Follower(
                CampaignDelays.standAfter(step, patience + CampaignDelays.succession(step)),
                step.now + patience,
                observeAt(step),
                false,
                0);
        step.responseTimes = step.responseTimes.yielding(false);
        Registers.onHeartbeat(step, from, heartbeat);
        Effect.Following following = new Effect.Following(from, heartbeat.term());
        if (step.told.filter(following::equals).isEmpty()) {
            step.told = Optional.of(following);
            step.effect(following);
            step.observers.keySet().forEach(observer -> introduce(step, from, observer));
        }
    }

    /** Tells a non-voting leader about an observer: observers announce themselves to voters only. */
    private static void introduce(PeerStep step, PeerId leader, PeerId observer) {
        Peer.Observer known = step.observers.get(observer);
        boolean areStrangers = step.isVoter() && step.bit(leader) == 0 && !leader.equals(observer);
        if (areStrangers && known != null && Observers.isListening(step, known)) {
            step.send(leader, new Message.Observe(step.ballot.term(), known.stands(), Optional.of(observer)));
        }
    }

    /** Pure observers do not acknowledge heartbeats. */
    private static boolean acknowledges(PeerStep step) {
        return step.takesPart && (step.isVoter() || step.stands);
    }

    /**
     * The leader knows that a peer which acknowledges is there, so such a peer announces itself again only after a silence. A
     * pure observer does so at fixed times; heartbeats must not postpone it, or it would be dropped.
     */
    private static long observeAt(PeerStep step) {
        if (step.isVoter()) {
            return Peer.NEVER;
        }
        long later = step.now + observeNanos(step);
        return !acknowledges(step) && step.role instanceof Follower before && before.silentAt != Peer.NEVER
                ? Math.min(before.observeAt, later)
                : later;
    }

    /** Less than half of the time after which a leader drops an observer: one of two messages may be lost. */
    private static long observeNanos(PeerStep step) {
        return 4 * step.self.settings().electionNanos();
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
    public void onTick(PeerStep step) {
        Follower next = afterTick(step);
        if (step.now >= standAt) {
            if (sleeps(step)) {
                next.drain(step);
            } else {
                Candidate.canvass(step);
            }
        }
    }

    @Override
    public void onDeferred(PeerStep step, long until) {
        Follower next = afterTick(step);
        if (step.now >= standAt) {
            if (sleeps(step)) {
                next.drain(step);
            } else {
                step.role = new Follower(until, next.silentAt, next.observeAt, drained, afterVote);
            }
        }
    }

    /** Does everything that a tick asks of a follower, except starting a campaign; returns the follower after it. */
    private Follower afterTick(PeerStep step) {
        Follower next = this;
        if (step.now >= silentAt) {
            step.forgetLeader();
            next = new Follower(standAt, Peer.NEVER, Math.min(observeAt, step.now), drained, afterVote);
        }
        if (step.now >= next.observeAt) {
            if (step.isVoter()) {
                next = new Follower(next.standAt, next.silentAt, Peer.NEVER, drained, afterVote);
            } else {
                step.sendToVoters(new Message.Observe(step.ballot.term(), step.mayStand()));
                boolean follows = next.silentAt != Peer.NEVER;
                long again = follows ? observeNanos(step) : step.self.settings().electionNanos() / 2;
                next = new Follower(next.standAt, next.silentAt, step.now + again, drained, afterVote);
            }
        }
        step.role = next;
        return next;
    }

    /**
     * R12: a timer that fires much later than requested means that this process was paused, not that the leader is silent. So
     * messages that queued meanwhile are processed first; once per silence, since a node that is always late would otherwise
     * never stand.
     */
    private boolean sleeps(PeerStep step) {
        return !drained && step.now - standAt > step.self.settings().heartbeatNanos();
    }

    private void drain(PeerStep step) {
        step.role = new Follower(
                CampaignDelays.standAfter(step, step.self.settings().stepNanos()), silentAt, observeAt, true, 0);
    }

    @Override
    public void onObserve(PeerStep step, PeerId from, Message.Observe observe) {
        if (observe.of().isPresent()) {
            return;
        }
        Observers.note(step, from, observe.stands());
        if (silentAt != Peer.NEVER && step.loyalty.obeyed().isPresent()) {
            introduce(step, step.loyalty.obeyed().get().leader(), from);
        }
    }

    @Override
    public void onPersisted(PeerStep step) {
        if (afterVote > 0 && step.gate.isOpen()) {
            step.role = new Follower(CampaignDelays.standAfter(step, afterVote), silentAt, observeAt, drained, 0);
        }
    }

    @Override
    public void onStand(PeerStep step) {
        step.stands = true;
        if (standAt == Peer.NEVER && afterVote == 0) {
            long wait = silentAt == Peer.NEVER ? 0 : Math.max(0, silentAt - step.now);
            step.role = new Follower(
                    CampaignDelays.standAfter(step, wait + CampaignDelays.succession(step)),
                    silentAt,
                    observeAt,
                    drained,
                    0);
        }
    }

    @Override
    public void onWithdraw(PeerStep step) {
        step.stands = false;
        step.role = new Follower(Peer.NEVER, silentAt, observeAt, drained, afterVote);
    }

    @Override
    public void onLeave(PeerStep step) {
        step.leaving = true;
        step.role = new Follower(Peer.NEVER, silentAt, observeAt, drained, afterVote);
    }

    /** E5: follows and waits as before; a peer that has lost its vote announces itself to the voters, at once. */
    @Override
    public void onSwitched(PeerStep step) {
        boolean waits = standAt != Peer.NEVER || afterVote > 0;
        long silence = silentAt == Peer.NEVER ? 0 : Math.max(0, silentAt - step.now);
        step.role = new Follower(
                waits && step.mayStand()
                        ? Math.min(standAt, step.now + 2 * step.self.settings().electionNanos())
                        : CampaignDelays.standAfter(step, silence + CampaignDelays.succession(step)),
                silentAt,
                step.isVoter() ? Peer.NEVER : step.now,
                drained,
                afterVote);
    }

    @Override
    public void onAdmitted(PeerStep step, long loyalForNanos) {
        Voting.admit(step, loyalForNanos);
        if (step.stands && standAt == Peer.NEVER) {
            step.role = new Follower(
                    CampaignDelays.standAfter(step, CampaignDelays.succession(step)), silentAt, observeAt, drained, 0);
        }
    }
}
