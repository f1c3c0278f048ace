package dev.conclave.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One step while it is being made: the state that the roles change, and the effects in the order in which they came about.
 * It lives for the length of {@link Peer#step} and never leaves it.
 */
public final class Turn {

    /** By how much a message's term may be above the own. Elections raise it by one; this is years of them (R13). */
    static final long MAX_JUMP = 1L << 32;

    /** How many observers a peer notifies; its node hears no more peers either. */
    static final int MAX_OBSERVERS = Node.MAX_PEERS;

    /** How many dead non-voters a peer remembers: more than could have led while their last messages are under way. */
    static final int MAX_GONE = 64;

    /** Observers that are not heard from any more are looked for once in so many new ones. */
    private static final int SWEEP_EVERY = 64;

    private final long draw;

    final Peer.Self self;
    final long now;

    Ballot ballot;
    Optional<Incarnation> votedLife;
    Gate gate;
    Loyalty loyalty;
    List<Reign> reigns;
    Optional<Peer.EndedTerm> ended;
    long released;
    Map<PeerId, Long> pushed;
    Map<PeerId, Incarnation> gone;
    PeerMap<Peer.Observer> observers;
    Optional<Effect.Following> told;
    long yieldsUntil;
    Pace pace;
    boolean takesPart;
    boolean stands;
    boolean leaving;
    Role role;

    private List<Effect> effects = List.of();

    Turn(Peer peer, long now, long draw) {
        this.draw = draw;
        this.self = peer.self();
        this.now = now;
        ballot = peer.ballot();
        votedLife = peer.votedLife();
        gate = peer.gate();
        loyalty = peer.loyalty();
        reigns = peer.reigns();
        ended = peer.ended();
        released = peer.released();
        pushed = peer.pushed();
        gone = peer.gone();
        observers = peer.observers();
        told = peer.told();
        yieldsUntil = peer.yieldsUntil();
        pace = peer.pace();
        takesPart = peer.takesPart();
        stands = peer.stands();
        leaving = peer.leaving();
        role = peer.role();
    }

    /** R8: before every input, not only on a tick, since a process may have slept since the last. */
    void lookAtTheClock() {
        endReigns(reign -> now >= reign.until());
        role.lookAtTheClock(this);
    }

    /** What follows from the input whatever it was: a leadership to announce, a term to release. */
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
                        reigns,
                        ended,
                        released,
                        pushed,
                        gone,
                        observers,
                        told,
                        yieldsUntil,
                        pace,
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

    /** Who was last heard before this instant takes no interest any more. */
    private long forgottenBefore() {
        return now - 10 * self.settings().electionNanos();
    }

    /** Takes a higher ballot. In memory it holds at once; on disk it is when {@link Input.Persisted} comes. */
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

    /** R1: takes over a term that somebody else knows; no vote can be cast in it any more (R2). */
    void adopt(long term) {
        persist(Ballot.learned(term));
    }

    void becameDurable(Ballot durable) {
        List<Effect> let = new ArrayList<>();
        Gate closed = gate;
        gate = gate.release(durable, let, now);
        long took = now - closed.since();
        if (!closed.isOpen() && gate.isOpen() && took > self.settings().slowForceNanos()) {
            effect(new Effect.Slow(Effect.Slow.What.DISK, took));
        }
        let.forEach(this::effect);
    }

    // ---- time

    /** Evenly spread over [0, bound). */
    long jitter(long bound) {
        return bound <= 0 ? 0 : (draw >>> 1) % bound;
    }

    /**
     * When this peer asks for votes after a wait of its own; never if it may not. Where its loyalty lasts longer, jitter comes
     * on top of that, in the order of the seating: after a power failure all peers started together, and their loyalties would
     * end in the same instant.
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

    /** R11: how long this peer leaves to those before it in the succession, with jitter. */
    long successionDelay() {
        long step = unitNanos();
        int place = place();
        return place == 0 ? jitter(step / 4) : place * step + jitter(step);
    }

    /** A step, or as many as an answer needs. */
    long unitNanos() {
        return pace.unitNanos(self.settings());
    }

    /** For how long votes may be on their way. */
    long roundNanos() {
        return pace.roundNanos(self.settings());
    }

    private int place() {
        if (loyalty.obeyed().isEmpty()) {
            return self.firstTurn();
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

    /** Whether the peer names itself as one who would follow. */
    boolean isSuccessor() {
        return stands && takesPart && !leaving;
    }

    /** The voter as a bit; 0 for who is none. */
    long bit(PeerId peer) {
        int index = Collections.binarySearch(self.settings().voters(), peer);
        return index < 0 ? 0 : 1L << index;
    }

    /** Whether users of a leadership of this very peer may still be at work (R6). */
    boolean isLoyalToItself() {
        return !reigns.isEmpty() || role.holdsLease();
    }

    /**
     * R2: what a vote is bound to beside the candidate's name. A voter is the same candidate through all its lives, since its
     * disk remembers which terms it opened. Who is no voter remembers nothing, and is another candidate in each life.
     */
    Optional<Incarnation> boundTo(PeerId candidate, Incarnation life) {
        return bit(candidate) != 0 ? Optional.empty() : Optional.of(life);
    }

    /** Whether the vote was given to this peer as it is now. */
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

    /** Whether what follows from a message still finds room among what waits for the disk. */
    boolean canHear(PeerId from) {
        if (gate.isFull()) {
            effect(new Effect.DiskBehind(from));
            return false;
        }
        return true;
    }

    /** R13: drops a message that speaks of a term which elections can't have brought about. */
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

    /** Voters whose pushed vote is for the term. */
    long pushedIn(long term) {
        long bits = 0;
        for (Map.Entry<PeerId, Long> vote : pushed.entrySet()) {
            if (vote.getValue() == term) {
                bits |= bit(vote.getKey());
            }
        }
        return bits;
    }

    /** R11: kept in memory until this peer stands in that very term; teaches nothing and makes nobody stand. */
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

    /** A voter has its place for good; of all others, whose addresses may never come again, the newest dead are remembered. */
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

    /** R15: an unasked vote of a former identity counts no more. */
    void strikePushed(PeerId peer) {
        if (pushed.containsKey(peer)) {
            Map<PeerId, Long> rest = new TreeMap<>(pushed);
            rest.remove(peer);
            pushed = Collections.unmodifiableMap(rest);
        }
    }

    /**
     * Notes that the peer listens. A listener that is heard from keeps its place: a new one is turned away when there are
     * {@link #MAX_OBSERVERS}, so that neither a crowd nor ever new names take it.
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

    /** A process that is proven gone listens no more; if there is another one already, it says so again within E/2. */
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
        boolean isOver(Reign reign);
    }

    void endReigns(ReignTest test) {
        if (reigns.isEmpty()) {
            return;
        }
        List<Reign> left = new ArrayList<>(reigns.size());
        for (Reign reign : reigns) {
            if (test.isOver(reign)) {
                if (!reign.isVoid()) {
                    effect(new Effect.Ended(reign.term(), reign.reason(), Math.min(now, reign.until())));
                }
            } else {
                left.add(reign);
            }
        }
        reigns = List.copyOf(left);
    }

    /** R10: they are over as of now; but as long as their users may be at work, this peer stays loyal to itself. */
    void voidReigns() {
        List<Reign> voided = new ArrayList<>(reigns.size());
        for (Reign reign : reigns) {
            if (!reign.isVoid()) {
                effect(new Effect.Ended(reign.term(), Effect.Reason.VOID, now));
            }
            voided.add(new Reign(reign.term(), Effect.Reason.VOID, reign.until(), true));
        }
        reigns = List.copyOf(voided);
    }

    void addReign(Reign reign) {
        List<Reign> more = new ArrayList<>(reigns);
        more.add(reign);
        reigns = List.copyOf(more);
    }

    /**
     * R9: tells everybody that a term of this peer is over, and again, until somebody leads a higher one. Not before the
     * users of every leadership of this node have stopped, whatever its term: the release frees voters from all of them. And
     * not while this peer itself stands or leads above: it would name a successor against itself.
     */
    private void release(Peer.EndedTerm term) {
        if (now >= term.until()) {
            ended = Optional.empty();
            return;
        }
        if (!reigns.isEmpty() || role.standsOrLeads() || (term.repeatAt() != Peer.NEVER && now < term.repeatAt())) {
            return;
        }
        released = Math.max(released, term.term());
        ended = Optional.of(new Peer.EndedTerm(
                term.term(), term.successor(), now + self.settings().heartbeatNanos(), term.until()));
        sendToAll(new Message.Release(term.term(), term.successor()));
    }
}
