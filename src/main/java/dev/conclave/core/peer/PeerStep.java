package dev.conclave.core.peer;

import dev.conclave.core.Ballot;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.PeerMap;
import dev.conclave.core.node.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The mutable state of one step: the fields of the peer, which the roles change, and the effects in their order. Used only within
 * {@link Peer#step}.
 */
public final class PeerStep {

    /** By how much a message's term may exceed the own one. An election raises the term by one; this many take years (R13). */
    static final long MAX_JUMP = 1L << 32;

    /** How many observers a peer notifies; its node does not accept more peers either. */
    public static final int MAX_OBSERVERS = Node.MAX_PEERS;

    /** How many dead non-voters a peer remembers: more than could have led while their last messages are on their way. */
    public static final int MAX_GONE = 64;

    /** Silent observers are removed once per so many new ones. */
    private static final int SWEEP_EVERY = 64;

    private final long draw;

    final Peer.Self self;
    final long now;

    Ballot ballot;
    Optional<Incarnation> votedLife;
    DurabilityGate gate;
    Loyalty loyalty;
    List<EndingLeadership> endingLeaderships;
    Optional<Peer.EndedTerm> ended;
    long released;
    Map<PeerId, Long> pushed;
    Map<PeerId, Incarnation> gone;
    PeerMap<Peer.Observer> observers;
    Optional<Effect.Following> told;
    long yieldsUntil;
    ResponseTimes responseTimes;
    boolean takesPart;
    boolean stands;
    boolean leaving;
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
        role = peer.role();
    }

    /** R8: handles deadlines before every input, not only on a tick, since the process may have been paused. */
    void lookAtTheClock() {
        endLeaderships(ending -> now >= ending.until());
        role.lookAtTheClock(this);
    }

    /** Runs after every input: announces a leadership or releases a term if it is time. */
    void settle() {
        role.settle(this);
        if (ended.isPresent()) {
            release(ended.get());
        }
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
            if (isListening(heard)) {
                send(observer, message);
            }
        });
    }

    boolean isListening(Peer.Observer observer) {
        return observer.heardAt() >= forgottenBefore();
    }

    /** Observers not heard from since this instant are dropped. */
    private long forgottenBefore() {
        return now - 10 * self.settings().electionNanos();
    }

    /** Adopts a higher ballot. It applies in memory at once and is durable when {@link Input.Persisted} comes. */
    void persist(Ballot higher) {
        ballot = higher;
        votedLife = Optional.empty();
        Effect.Persist persist = new Effect.Persist(higher);
        gate = gate.with(persist, now);
        effect(persist);
    }

    /** Votes for another peer. */
    void vote(long term, PeerId candidate, Incarnation life) {
        persist(Ballot.vote(term, candidate));
        votedLife = boundTo(candidate, life);
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

    // ---- time

    /** A random time, evenly distributed over [0, bound). */
    long jitter(long bound) {
        return bound <= 0 ? 0 : (draw >>> 1) % bound;
    }

    /**
     * When this peer asks for votes after a wait; {@link Peer#NEVER} if it may not stand. If its loyalty lasts longer, a delay in
     * the order of the seats and jitter are added to the end of the loyalty: after a power failure all peers restart together,
     * and their loyalties would end at the same instant.
     */
    long standAfter(long nanos) {
        if (!mayStand()) {
            return Peer.NEVER;
        }
        long wanted = now + nanos;
        if (wanted < yieldsUntil) {
            wanted = yieldsUntil + jitter(unitNanos());
        }
        if (wanted >= loyalty.until()) {
            return wanted;
        }
        long step = unitNanos();
        boolean inOrder = self.seating().isDrawn() && loyalty.obeyed().isEmpty();
        return loyalty.until() + (inOrder ? place() * step / 2 + jitter(step / 2) : jitter(step));
    }

    /** R11: how long this peer waits for those before it in the succession, with jitter. */
    long successionDelay() {
        long step = unitNanos();
        int place = place();
        return place == 0 ? jitter(step / 4) : place * step + jitter(step);
    }

    /** A step, or as many steps as an answer needs. */
    long unitNanos() {
        return responseTimes.unitNanos(self.settings());
    }

    /** How long votes may be on their way. */
    long roundNanos() {
        return responseTimes.roundNanos(self.settings());
    }

    private int place() {
        if (loyalty.obeyed().isEmpty()) {
            return self.firstStep();
        }
        List<PeerId> succession = loyalty.obeyed().get().succession();
        int at = succession.indexOf(self.id());
        return at >= 0 ? at : Math.max(1, succession.size());
    }

    // ---- questions

    boolean isVoter() {
        return self.isVoter();
    }

    boolean mayStand() {
        return stands && takesPart && !leaving;
    }

    /** Whether the leader may name this peer as a successor. */
    boolean isSuccessor() {
        return stands && takesPart && !leaving;
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

    /**
     * R2: the life to which a vote for the candidate is bound. A voter is the same candidate in all its lives, since its disk
     * remembers which terms it opened. A non-voter has no disk; after a restart it counts as a different candidate.
     */
    Optional<Incarnation> boundTo(PeerId candidate, Incarnation life) {
        return bit(candidate) != 0 ? Optional.empty() : Optional.of(life);
    }

    /** Whether the vote counts for this peer in its current life. */
    boolean isForThisLife(Message.VoteGranted vote) {
        return vote.life().equals(boundTo(self.id(), self.incarnation()));
    }

    /**
     * R6 and R9: whether a vote for the candidate is barred now.
     *
     * @param knownReleased a term that the candidate, or this peer, knows to be released
     */
    boolean isBarred(PeerId candidate, Incarnation life, long knownReleased) {
        if (!candidate.equals(self.id()) && isLoyalToItself()) {
            return true;
        }
        boolean freed = knownReleased > 0 && ballot.term() <= knownReleased;
        return !freed && loyalty.bars(candidate, boundTo(candidate, life), now);
    }

    boolean isGone(PeerId peer, Incarnation incarnation) {
        return incarnation.equals(gone.get(peer));
    }

    /** Whether the gate has room for the effects of a message; if not, the message is dropped. */
    boolean canHear(PeerId from) {
        if (gate.isFull()) {
            effect(new Effect.DiskBehind(from));
            return false;
        }
        return true;
    }

    /** R13: returns false for a message whose term is too far above this peer's to be the result of elections. */
    boolean isPlausible(PeerId from, Message message) {
        if (message.highestTerm() - ballot.term() <= MAX_JUMP) {
            return true;
        }
        effect(new Effect.Implausible(from, message.highestTerm()));
        return false;
    }

    // ---- what the roles share

    void forgetLeader() {
        if (told.isPresent()) {
            told = Optional.empty();
            effect(new Effect.Leaderless(ballot.term()));
        }
    }

    /** The voters whose pushed vote is for the term. */
    long pushedIn(long term) {
        long bits = 0;
        for (Map.Entry<PeerId, Long> vote : pushed.entrySet()) {
            if (vote.getValue() == term) {
                bits |= bit(vote.getKey());
            }
        }
        return bits;
    }

    /** R11: keeps a pushed vote until this peer stands in that term; it does not raise the term or make this peer stand. */
    void keepPushed(PeerId voter, Message.VoteGranted vote) {
        if (vote.term() > ballot.term() && bit(voter) != 0 && isForThisLife(vote)) {
            pushed = with(pushed, voter, Math.max(vote.term(), pushed.getOrDefault(voter, 0L)));
        }
    }

    void noteGone(PeerId peer, Incarnation incarnation) {
        if (!peer.equals(self.id()) && (bit(peer) != 0 || observers.containsKey(peer) || isObeyed(peer))) {
            rememberGone(peer, incarnation);
        }
        if (loyalty.obeyed().isPresent() && loyalty.obeyed().get().is(peer, incarnation)) {
            loyalty = loyalty.dropped();
        }
    }

    /**
     * Remembers a dead life: for each voter without limit of time, and for the most recent non-voters, since their addresses may
     * never return.
     */
    private void rememberGone(PeerId peer, Incarnation incarnation) {
        if (isGone(peer, incarnation)) {
            return;
        }
        Map<PeerId, Incarnation> changed = new LinkedHashMap<>(gone);
        changed.remove(peer);
        List<PeerId> others =
                changed.keySet().stream().filter(dead -> bit(dead) == 0).toList();
        if (bit(peer) == 0 && others.size() >= MAX_GONE) {
            changed.remove(others.get(0));
        }
        changed.put(peer, incarnation);
        gone = Collections.unmodifiableMap(changed);
    }

    private boolean isObeyed(PeerId peer) {
        return loyalty.obeyed().isPresent() && loyalty.obeyed().get().leader().equals(peer);
    }

    /** R15: discards a pushed vote of a replaced identity. */
    void strikePushed(PeerId peer) {
        if (pushed.containsKey(peer)) {
            Map<PeerId, Long> rest = new TreeMap<>(pushed);
            rest.remove(peer);
            pushed = Collections.unmodifiableMap(rest);
        }
    }

    /**
     * Notes an observer. An active observer keeps its place: a new one is turned away when there are {@link #MAX_OBSERVERS}, so
     * that a crowd or a flood of new names cannot displace it.
     */
    void noteObserver(PeerId peer, boolean standing) {
        if (bit(peer) != 0 || peer.equals(self.id())) {
            return;
        }
        if (!observers.containsKey(peer)) {
            int size = observers.size();
            if (size < SWEEP_EVERY || size % SWEEP_EVERY == 0 || size >= MAX_OBSERVERS) {
                observers = observers.withoutAll(observer -> !isListening(observer));
            }
            if (observers.size() >= MAX_OBSERVERS) {
                effect(new Effect.Crowded(peer));
                return;
            }
        }
        observers = observers.with(peer, new Peer.Observer(now, standing));
    }

    /**
     * Removes the observer of a process that has ended; if another process runs there already, it announces itself again within
     * E/2.
     */
    void forgetObserver(PeerId peer) {
        observers = observers.without(peer);
    }

    private static <V> Map<PeerId, V> with(Map<PeerId, V> map, PeerId key, V value) {
        if (value.equals(map.get(key))) {
            return map;
        }
        Map<PeerId, V> changed = new TreeMap<>(map);
        changed.put(key, value);
        return Collections.unmodifiableMap(changed);
    }

    // ---- the end of leaderships

    interface ReignTest {
        boolean isOver(EndingLeadership ending);
    }

    void endLeaderships(ReignTest test) {
        if (endingLeaderships.isEmpty()) {
            return;
        }
        List<EndingLeadership> left = new ArrayList<>(endingLeaderships.size());
        for (EndingLeadership ending : endingLeaderships) {
            if (test.isOver(ending)) {
                if (!ending.isVoid()) {
                    effect(new Effect.Ended(ending.term(), ending.reason(), Math.min(now, ending.until())));
                }
            } else {
                left.add(ending);
            }
        }
        endingLeaderships = List.copyOf(left);
    }

    /**
     * R10: ends all leaderships that are still ending, without waiting for their users. While those users may be active, this
     * peer votes for no other candidate.
     */
    void voidEndingLeaderships() {
        List<EndingLeadership> voided = new ArrayList<>(endingLeaderships.size());
        for (EndingLeadership ending : endingLeaderships) {
            if (!ending.isVoid()) {
                effect(new Effect.Ended(ending.term(), Effect.Reason.VOID, now));
            }
            voided.add(new EndingLeadership(ending.term(), Effect.Reason.VOID, ending.until(), true));
        }
        endingLeaderships = List.copyOf(voided);
    }

    void addEndingLeadership(EndingLeadership ending) {
        List<EndingLeadership> more = new ArrayList<>(endingLeaderships);
        more.add(ending);
        endingLeaderships = List.copyOf(more);
    }

    /**
     * R9: sends the release of this peer's term to all, and repeats it until there is a leader of a higher term. Not before the
     * users of all leaderships of this node have stopped, since the release frees voters from all of them. And not while this
     * peer itself stands or leads in a higher term, since it would name a successor against itself.
     */
    private void release(Peer.EndedTerm term) {
        if (now >= term.until()) {
            ended = Optional.empty();
            return;
        }
        if (!endingLeaderships.isEmpty()
                || role.standsOrLeads()
                || (term.repeatAt() != Peer.NEVER && now < term.repeatAt())) {
            return;
        }
        released = Math.max(released, term.term());
        ended = Optional.of(new Peer.EndedTerm(
                term.term(), term.successor(), now + self.settings().heartbeatNanos(), term.until()));
        sendToAll(new Message.Release(term.term(), term.successor()));
    }
}
