package dev.conclave.core.peer;

import dev.conclave.core.Ballot;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.PeerMap;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.Settings;
import dev.conclave.core.Terms;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The mutable state of one step: the fields of the peer, which the roles change, and the effects in their order. Used only within
 * {@link Peer#step}.
 */
public final class PeerStep {

    private final long draw;

    final long now;

    Peer.Self self;

    Ballot ballot;
    Optional<Incarnation> votedLife;
    DurabilityGate gate;
    Loyalty loyalty;
    List<EndingLeadership> endingLeaderships;
    Optional<Peer.EndedTerm> ended;
    long released;
    Map<PeerId, PushedVotes.Pushed> pushed;
    Map<PeerId, Incarnation> gone;
    PeerMap<Peer.Observer> observers;
    Optional<Effect.Following> told;
    long yieldsUntil;
    ResponseTimes responseTimes;
    boolean takesPart;
    boolean stands;
    boolean leaving;
    HeldRegister register;
    Role role;

    private List<Effect> effects = List.of();

    PeerStep(Peer peer, long now, long draw) {
        this.draw = draw;
        this.self = peer.self();
        this.now = now;
        ballot = peer.ballot();
        votedLife = peer.votedLife();
        gate = peer.gate();
        loyalty = peer.loyalty();
        endingLeaderships = peer.endingLeaderships();
        ended = peer.ended();
        released = peer.released();
        pushed = peer.pushed();
        gone = peer.gone();
        observers = peer.observers();
        told = peer.told();
        yieldsUntil = peer.yieldsUntil();
        responseTimes = peer.responseTimes();
        takesPart = peer.takesPart();
        stands = peer.stands();
        leaving = peer.leaving();
        register = peer.register();
        role = peer.role();
    }

    /** R8: handles deadlines before every input, not only on a tick, since the process may have been paused. */
    void lookAtTheClock() {
        EndingLeaderships.lookAtTheClock(this);
        role.lookAtTheClock(this);
    }

    /** Runs after every input: announces a leadership or releases a term if it is time. */
    void settle() {
        role.settle(this);
        EndingLeaderships.releaseIfDue(this);
    }

    Peer.Step end() {
        return new Peer.Step(
                new Peer(
                        self,
                        ballot,
                        votedLife,
                        gate,
                        loyalty,
                        endingLeaderships,
                        ended,
                        released,
                        pushed,
                        gone,
                        observers,
                        told,
                        yieldsUntil,
                        responseTimes,
                        takesPart,
                        stands,
                        leaving,
                        register,
                        role),
                effects);
    }

    // ---- effects

    void effect(Effect effect) {
        if (effects.isEmpty()) {
            effects = new ArrayList<>(6);
        }
        effects.add(effect);
    }

    void send(PeerId to, Message message) {
        Effect.Send send = new Effect.Send(to, message);
        if (message.gains() && !gate.isOpen()) {
            gate = gate.with(send, now);
        } else {
            effect(send);
        }
    }

    void sendToVoters(Message message) {
        for (PeerId voter : self.settings().voters()) {
            if (!voter.equals(self.id())) {
                send(voter, message);
            }
        }
    }

    void sendToAll(Message message) {
        sendToVoters(message);
        observers.forEach((observer, heard) -> {
            if (Observers.isListening(this, heard)) {
                send(observer, message);
            }
        });
    }

    /** Adopts a higher ballot. It applies in memory at once and is durable when {@link Input.Persisted} comes. */
    void persist(Ballot higher) {
        ballot = higher;
        votedLife = Optional.empty();
        Effect.Persist persist = new Effect.Persist(higher);
        gate = gate.with(persist, now);
        effect(persist);
    }

    /**
     * U1: stores an entry of the register. It applies in memory at once and is durable when {@link Input.RegisterPersisted}
     * comes; no message but its own acknowledgement waits for that.
     */
    void store(RegisterEntry entry, Optional<PeerId> owesTo) {
        register = register.with(entry, owesTo);
        effect(new Effect.PersistRegister(entry));
    }

    /** Votes for another peer. */
    void vote(long term, PeerId candidate, Incarnation life) {
        persist(Ballot.vote(term, candidate));
        votedLife = Voting.boundTo(this, candidate, life);
    }

    /** R1: adopts a term that another peer knows; this peer can no longer vote in it (R2). */
    void adopt(long term) {
        persist(Ballot.learned(term));
    }

    void becameDurable(Ballot durable) {
        List<Effect> let = new ArrayList<>();
        DurabilityGate closed = gate;
        gate = gate.release(durable, let, now);
        long took = now - closed.since();
        if (!closed.isOpen() && gate.isOpen() && took > self.settings().slowForceNanos()) {
            effect(new Effect.Slow(Effect.Slow.What.DISK, took));
        }
        let.forEach(this::effect);
    }

    /**
     * E5: obeys a later configuration from now on. Ballots, loyalty, reigns, releases and proofs stay, and so do ballots on their
     * way to the disk; messages that wait for them were made under the former configuration and are thrown away.
     */
    void switchTo(int configuration, Settings settings, boolean isHeard) {
        if (configuration <= self.configuration()) {
            return;
        }
        self = self.under(configuration, settings);
        gate = gate.withoutMessages();
        pushed = Map.of();
        for (PeerId voter : settings.voters()) {
            observers = observers.without(voter);
        }
        takesPart &= isHeard;
        role.onSwitched(this);
    }

    // ---- questions

    /** A random time, evenly distributed over [0, bound). */
    long jitter(long bound) {
        return bound <= 0 ? 0 : (draw >>> 1) % bound;
    }

    boolean isVoter() {
        return self.isVoter();
    }

    /** Whether this peer may stand, so that a leader may name it as a successor. */
    boolean mayStand() {
        return stands && takesPart && !leaving && self.hasRoomForMargin();
    }

    /** The term that this peer opens above another one (E2). */
    long termAbove(long met) {
        return Terms.next(met, self.configuration());
    }

    /** Whether a vote may be cast in this term under the configuration that this peer obeys (E2). */
    boolean isOfThisConfiguration(long term) {
        return Terms.belongs(term, self.configuration());
    }

    /** The voter's bit in a vote mask; 0 if the peer is not a voter. */
    long bit(PeerId peer) {
        int index = Collections.binarySearch(self.settings().voters(), peer);
        return index < 0 ? 0 : 1L << index;
    }

    /** Whether users of a leadership of this peer may still be active (R6). */
    boolean isLoyalToItself() {
        return !endingLeaderships.isEmpty() || role.holdsLease();
    }

    /** Whether the gate has room for the effects of a message; if not, the message is dropped. */
    boolean canHear(PeerId from) {
        if (gate.isFull()) {
            effect(new Effect.DiskBehind(from));
            return false;
        }
        return true;
    }

    /** R13 and E2: returns false for a message whose term belongs to a later configuration than the message itself. */
    boolean isPlausible(PeerId from, Message message) {
        if (Terms.configurationOf(message.highestTerm()) <= Math.max(0, self.configuration())) {
            return true;
        }
        effect(new Effect.Implausible(from, message.highestTerm()));
        return false;
    }

    /** Notifies the subscribers, once, that no leader is known any longer. */
    void forgetLeader() {
        if (told.isPresent()) {
            told = Optional.empty();
            effect(new Effect.Leaderless(ballot.term()));
        }
    }
}
