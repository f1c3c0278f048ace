package dev.conclave.explore.world;

import dev.conclave.core.Ballot;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.Peer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Peers, their disks and clocks, and the messages between them. Nothing happens in it by itself: an explorer or a recorded run
 * makes each choice. After each the {@link Oracle} has judged.
 */
public final class World implements RegisterOracle.View {

    private final PeerGroup group;
    private final Core core;
    private final Oracle oracle;
    private final RegisterOracle registers;
    private final EventCounts counts;
    private final MilestoneDetector milestones;
    private final Clocks clocks;
    private final Disks disks;
    private final InFlightMessages messages;

    private final @Nullable Peer[] peers;
    private final int[] lives;
    private final int[] voidLife;

    /** The newest life of each peer whose process lives on beside its next one; 0 for none. */
    private final int[] outlived;

    /** The term in which each peer has voted and forgotten its vote, for {@link Milestone}s only; 0 for none. */
    private final long[] forgottenVotes;

    /** Hashes of the peers as they are now; 0 where it must be taken anew. */
    private final long[] prints;

    private Follow follow = Follow.NOBODY;

    /** The violations, where the world goes on after one; null where the first violation ends it. */
    private @Nullable List<Violation> broken;

    /** Receives the effects of steps. */
    public interface Follow {
        Follow NOBODY = new Follow() {};

        /** A peer has made a step, whose effects follow. */
        default void stepped(int peer, Peer.Step step) {}

        /** A message was sent. */
        default void sent(int slot, InFlight inFlight) {}

        /** A ballot was written and waits to be forced. */
        default void written(int peer) {}

        /** Any other effect. */
        default void effect(int peer, Effect effect) {}
    }

    public World(PeerGroup group, Core core, EventCounts counts) {
        this(group, core, counts, true);
    }

    /** With clocks that are not judged if {@code timed} is false. */
    public World(PeerGroup group, Core core, EventCounts counts, boolean timed) {
        this.group = group;
        this.core = core;
        this.counts = counts;
        milestones = new MilestoneDetector(this, counts);
        oracle = new Oracle(group, timed);
        registers = new RegisterOracle(group.size());
        int n = group.size();
        clocks = new Clocks(n);
        disks = new Disks(n);
        messages = new InFlightMessages();
        peers = new Peer[n];
        lives = new int[n];
        voidLife = new int[n];
        outlived = new int[n];
        prints = new long[n];
        forgottenVotes = new long[n];
    }

    /** An independent copy; it shares the values that never change. */
    public World(World other, EventCounts counts) {
        group = other.group;
        core = other.core;
        this.counts = counts;
        milestones = new MilestoneDetector(this, counts);
        oracle = new Oracle(other.oracle);
        registers = new RegisterOracle(other.registers);
        clocks = new Clocks(other.clocks);
        disks = new Disks(other.disks);
        messages = new InFlightMessages(other.messages);
        peers = other.peers.clone();
        lives = other.lives.clone();
        voidLife = other.voidLife.clone();
        outlived = other.outlived.clone();
        prints = other.prints.clone();
        forgottenVotes = other.forgottenVotes.clone();
    }

    public void followedBy(Follow who) {
        follow = who;
    }

    /** Collects violations here from now on and goes on, so that they can be compared with those of another judge. */
    public void goesOnAfter(List<Violation> violations) {
        broken = violations;
    }

    // ---- questions

    public PeerGroup group() {
        return group;
    }

    public Oracle oracle() {
        return oracle;
    }

    public RegisterOracle registers() {
        return registers;
    }

    public InFlightMessages messages() {
        return messages;
    }

    public long micros() {
        return clocks.micros();
    }

    @Override
    public String name(int peer) {
        return group.id(peer).toString();
    }

    @Override
    public long held(int peer) {
        return oracle.held(peer);
    }

    @Override
    public boolean holds(int peer) {
        return oracle.holds(this, peer);
    }

    @Override
    public long lastLed() {
        return oracle.lastLed();
    }

    @Override
    public boolean isDown(int peer) {
        return peers[peer] == null;
    }

    @Override
    public Peer peer(int peer) {
        Peer up = peers[peer];
        if (up == null) {
            throw new IllegalStateException("p" + peer + " is down");
        }
        return up;
    }

    public int life(int peer) {
        return lives[peer];
    }

    /** The newest life of the peer whose listener has ended though it lived on; 0 for none. */
    public int voidLife(int peer) {
        return voidLife[peer];
    }

    /** The reading of the peer's clock. */
    public long now(int peer) {
        return clocks.now(peer);
    }

    /** The first instant of true time at which the peer's clock shows at least this. */
    public long microsAt(int peer, long clock) {
        return clocks.microsAt(peer, clock);
    }

    public Ballot durable(int peer) {
        return disks.durable(peer);
    }

    public boolean hasPending(int peer) {
        return disks.pending(peer) > 0;
    }

    public RegisterEntry register(int peer) {
        return disks.register(peer);
    }

    public boolean hasPendingBallot(int peer) {
        return disks.hasPendingBallot(peer);
    }

    public int pending(int peer) {
        return disks.pending(peer);
    }

    /** The term in which the peer has voted and forgotten its vote; 0 for none. */
    long forgottenVote(int peer) {
        return forgottenVotes[peer];
    }

    public Ballot newestBallot(int peer) {
        return disks.newest(peer);
    }

    // ---- choices

    /** Makes a choice; false if it cannot be made. */
    public boolean apply(Choice choice) {
        int peer = choice.peer();
        boolean aboutTheWorld = switch (choice.what()) {
            case ADVANCE, RATE, JUMP, DELIVER, REPEAT, DROP, START, PROOF -> true;
            default -> false;
        };
        if (!aboutTheWorld && isDown(peer)) {
            return false;
        }
        switch (choice.what()) {
            case ADVANCE -> advance(choice.number());
            case RATE -> clocks.setRate(peer, (int) choice.number());
            case JUMP -> {
                clocks.jump(peer, choice.number());
                Arrays.fill(prints, 0);
            }
            case DELIVER, REPEAT, DROP -> {
                return handle(choice);
            }
            case FORCE -> {
                return force(peer, (int) choice.number(), choice.draw());
            }
            case CRASH -> crash(peer, (int) choice.number());
            case SUPPLANT -> {
                return supplant(peer);
            }
            case START -> {
                return isDown(peer) && start(peer, choice.draw());
            }
            case PROOF -> {
                return prove(peer, choice.other(), (int) choice.number(), choice.draw());
            }
            case WRITE -> {
                return write(peer, choice.draw());
            }
            case USERS_STOPPED -> step(peer, new Input.UsersStopped(choice.number()), choice.draw());
            case FORGET -> {
                return forget(peer, choice.number(), choice.draw());
            }
            case TICK, STAND, WITHDRAW, HAND_OVER, LEAVE, VOID ->
                tell(choice.what(), peer, choice.number(), choice.draw());
        }
        return true;
    }

    public void advance(long by) {
        clocks.advance(by);
        Arrays.fill(prints, 0);
    }

    private boolean handle(Choice choice) {
        int slot = messages.find(choice);
        if (slot < 0) {
            return false;
        }
        if (choice.what() == Choice.What.DROP) {
            messages.remove(slot);
        } else {
            deliver(slot, choice.what() == Choice.What.REPEAT, choice.draw());
        }
        return true;
    }

    public void deliver(int slot, boolean again, long draw) {
        InFlight inFlight = messages.at(slot);
        if (again) {
            counts.reach(Milestone.REPEATED);
        } else {
            messages.remove(slot);
        }
        int to = inFlight.to();
        if (isDown(to)) {
            return;
        }
        if (lives[to] == inFlight.toLife()) {
            step(
                    to,
                    new Input.Received(
                            group.id(inFlight.from()),
                            PeerGroup.incarnation(inFlight.from(), inFlight.fromLife()),
                            inFlight.message()),
                    draw);
        }
    }

    private boolean force(int peer, int count, long draw) {
        Ballot ballot = disks.durable(peer);
        RegisterEntry held = disks.register(peer);
        if (!disks.force(peer, count)) {
            return false;
        }
        boolean isEntry = disks.register(peer).isAbove(held);
        if (disks.durable(peer).isAbove(ballot) || !isEntry) {
            step(peer, new Input.Persisted(disks.durable(peer)), draw);
        }
        if (isEntry) {
            step(peer, new Input.RegisterPersisted(disks.register(peer).version()), draw);
        }
        return true;
    }

    /** The leader that the peer was announced as writes the next value. */
    private boolean write(int peer, long draw) {
        if (oracle.held(peer) == 0) {
            return false;
        }
        long number = registers.nextWrite();
        registers.wrote();
        step(peer, new Input.WriteRegister(oracle.held(peer), number, Optional.of(RegisterOracle.value(number))), draw);
        return true;
    }

    private void crash(int peer, int survive) {
        milestones.crashed(peer, survive);
        end(peer, survive);
    }

    private void end(int peer, int survive) {
        disks.end(peer, survive);
        if (!group.isVoter(peer)) {
            // Its ballot was in memory.
            disks.wipe(peer);
        }
        peers[peer] = null;
        oracle.died(peer);
        registers.died(peer);
    }

    private boolean supplant(int peer) {
        if (group.isVoter(peer)) {
            return false;
        }
        milestones.supplanted(peer);
        oracle.supplanted(this, peer);
        outlived[peer] = lives[peer];
        end(peer, 0);
        return true;
    }

    /** A new life. The ballot that was read is forced before the first message, so here it is durable. */
    private boolean start(int peer, long draw) {
        lives[peer]++;
        Peer.Self self = group.self(peer, lives[peer]);
        peers[peer] = core.start(self, disks.durable(peer), disks.register(peer));
        step(peer, new Input.Admitted(core.loyalForNanos(self, disks.durable(peer))), draw);
        if (group.stands(peer)) {
            step(peer, new Input.Stand(), draw);
        }
        return true;
    }

    /**
     * Other elections have raised the floor to a term at or above this one's, and the node forgets an election that it does
     * not need; the next message starts the peer again. It is idle, so the loyalty of its start is over.
     */
    private boolean forget(int peer, long above, long draw) {
        Peer idle = peer(peer);
        if (!idle.isIdle(now(peer))
                || !idle.takesPart()
                || hasPending(peer)
                || idle.register().entry().version().exists()) {
            return false;
        }
        counts.reach(Milestone.FORGOTTEN);
        forgottenVotes[peer] =
                durable(peer).votedFor().isPresent() ? durable(peer).term() : 0;
        Ballot left = core.forgotten(durable(peer), durable(peer).term() + above);
        disks.forget(peer, left);
        peers[peer] = core.start(group.self(peer, lives[peer]), left);
        step(peer, new Input.Admitted(0), draw);
        return true;
    }

    private boolean prove(int peer, int other, int life, long draw) {
        boolean over = life > outlived[other]
                && (life < lives[other] || (life == lives[other] && (isDown(other) || voidLife[other] == life)));
        if (isDown(peer) || peer == other || life == 0 || (!over && core.isLifelineTrue())) {
            return false;
        }
        step(peer, new Input.ProcessGone(group.id(other), PeerGroup.incarnation(other, life)), draw);
        return true;
    }

    public void tick(int peer, long draw) {
        step(peer, TICK, draw);
    }

    private static final Input TICK = new Input.Tick();

    private void tell(Choice.What what, int peer, long number, long draw) {
        Input input = switch (what) {
            case TICK -> TICK;
            case STAND -> new Input.Stand();
            case WITHDRAW -> new Input.Withdraw();
            case HAND_OVER ->
                number == 0 ? new Input.HandOver() : new Input.HandOver(Optional.of(group.id((int) number - 1)));
            case LEAVE -> new Input.Leave();
            default -> new Input.LeadershipVoid();
        };
        if (what == Choice.What.VOID && number == 1) {
            voidLife[peer] = lives[peer];
            oracle.listenerEnded(peer);
        }
        step(peer, input, draw);
    }

    // ---- a step

    private void step(int peer, Input input, long draw) {
        Peer before = peer(peer);
        long now = now(peer);
        counts.met(before.role(), input);
        oracle.beforeStep(before, now, input instanceof Input.Tick);
        Peer.Step step = core.step(before, now, draw, input);
        Peer after = step.peer();
        peers[peer] = after;
        prints[peer] = 0;
        List<Effect> effects = step.effects();
        follow.stepped(peer, step);
        milestones.step(peer, before, input, after, effects);
        for (int i = 0; i < effects.size(); i++) {
            Effect effect = effects.get(i);
            try {
                oracle.onEffect(this, peer, effect, now);
                registers.onEffect(this, peer, effect);
            } catch (Violation violation) {
                broke(violation);
            }
            carryOut(peer, effect);
        }
        try {
            oracle.afterStep(this, peer, before, after, now);
            registers.afterStep(this, peer, before, after);
        } catch (Violation violation) {
            broke(violation);
        }
    }

    private void broke(Violation violation) {
        if (broken == null) {
            throw violation;
        }
        broken.add(violation);
    }

    private void carryOut(int peer, Effect effect) {
        if (effect instanceof Effect.Send send) {
            send(peer, PeerGroup.indexOf(send.to()), send.message());
        } else if (effect instanceof Effect.Persist persist) {
            disks.write(peer, persist.ballot());
            follow.written(peer);
        } else if (effect instanceof Effect.PersistRegister persist) {
            disks.write(peer, persist.entry());
            follow.written(peer);
        } else {
            counts.happened(effect);
            follow.effect(peer, effect);
        }
    }

    /** No message is sent to a peer that is down: frames name the receiver's life, and there is none. */
    private void send(int from, int to, Message message) {
        if (!isDown(to)) {
            InFlight inFlight = new InFlight(from, lives[from], to, lives[to], message);
            follow.sent(messages.put(inFlight), inFlight);
        }
    }

    /** Hash of the state on which the future depends; messages have no order. */
    public long fingerprint() {
        long hash = Fingerprint.mix(oracle.fingerprint(this), registers.fingerprint());
        for (int i = 0; i < peers.length; i++) {
            Peer peer = peers[i];
            if (prints[i] == 0 && peer != null) {
                prints[i] = Fingerprint.peer(this, i, peer);
            }
            hash = Fingerprint.mix(hash, peer == null ? i : prints[i]);
            hash = Fingerprint.mix(hash, (lives[i] * 64L + voidLife[i]) * 64 + outlived[i]);
            hash = Fingerprint.mix(hash, disks.fingerprint(i));
        }
        return Fingerprint.mix(hash, messages.fingerprint(this));
    }

    /** The leader by its own clock; empty if no peer leads or if the leader is about to end. */
    public Optional<Integer> leader() {
        for (int i = 0; i < group.size(); i++) {
            if (!isDown(i) && oracle.held(i) != 0 && !oracle.isDismissed(i) && oracle.holds(this, i)) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }
}
