package dev.conclave.explore.simulation;

import dev.conclave.core.peer.Candidate;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.MessageRoute;
import dev.conclave.core.peer.Peer;
import dev.conclave.core.peer.UrgentMessageSelector;
import dev.conclave.explore.world.Choice;
import dev.conclave.explore.world.Choice.What;
import dev.conclave.explore.world.Core;
import dev.conclave.explore.world.EventCounts;
import dev.conclave.explore.world.InFlight;
import dev.conclave.explore.world.PeerGroup;
import dev.conclave.explore.world.SeededRandom;
import dev.conclave.explore.world.Violation;
import dev.conclave.explore.world.World;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A random run: all events and their times come from one seed. Each round is a time with faults, and a time without, in
 * which a leader must be elected and stay (L1, L2).
 */
public final class Simulation implements World.Follow {

    private static final int MESSAGE = 0;
    private static final int FORCE = 1;
    public static final int CRASH = 2;
    public static final int START = 3;
    private static final int PROOF = 4;
    private static final int USERS = 5;
    public static final int PAUSE = 6;
    public static final int PARTITION = 7;
    public static final int HEAL = 8;
    public static final int RATES = 9;
    public static final int OPERATOR = 10;
    public static final int VOID = 11;
    public static final int LIE = 12;
    public static final int FORGET = 13;
    private static final int WRITE = 14;

    private final PeerGroup group;
    private final SeededRandom random;
    private final World world;
    private final EventQueue queue = new EventQueue();
    public final long election;
    private final int n;
    private final @Nullable List<Choice> record;
    private final boolean anyStands;
    public final Core core;

    private Faults faults;
    private @Nullable Faults fixed;
    private boolean forgets;
    private boolean writes;
    private boolean whole;
    private boolean hasLanes;
    private int[] arrivals = new int[64];
    private int[] sentIn = new int[64];
    private MessageRoute[] ways = new MessageRoute[64];
    private int[] lost = new int[64];
    private int lostCount;
    public final long[] tickAt;
    private final long[] wakeAt;
    public final long[] asleepUntil;
    private final boolean[] forcing;
    private final Links links;
    private final UrgentMessageSelector[] urgent;
    private final Peer.@Nullable Step[] steps;
    private final FaultInjector trouble;
    private long spin;
    private long spinAt;
    private int epoch;

    private boolean quiet;
    private boolean cutOff;
    private boolean settled;
    private boolean sawLeader;
    private int restands;

    public Simulation(PeerGroup group, Core core, long seed, EventCounts counts, @Nullable List<Choice> record) {
        this.group = group;
        this.record = record;
        random = new SeededRandom(seed);
        world = new World(group, core, counts);
        world.followedBy(this);
        election = group.settings().electionNanos() / 1000;
        n = group.size();
        tickAt = new long[n];
        wakeAt = new long[n];
        asleepUntil = new long[n];
        forcing = new boolean[n];
        links = new Links(group, random);
        urgent = new UrgentMessageSelector[n];
        Arrays.setAll(urgent, peer -> new UrgentMessageSelector());
        steps = new Peer.Step[n];
        trouble = new FaultInjector(this, world, random);
        boolean any = false;
        for (int i = 0; i < n; i++) {
            any |= group.stands(i);
        }
        anyStands = any;
        faults = Faults.none(election, 0, false);
        this.core = core;
        Arrays.fill(tickAt, Long.MAX_VALUE);
    }

    /** Uses these faults in every round instead of drawn ones. */
    public Simulation under(Faults always) {
        fixed = always;
        return this;
    }

    /** Leaves all links whole in quiet times too. */
    public Simulation whole() {
        whole = true;
        return this;
    }

    /** Lets journals forget elections that are not needed, many times. */
    public Simulation forgetting() {
        forgets = true;
        return this;
    }

    /** Lets leaders write their register. */
    public Simulation writing() {
        writes = true;
        return this;
    }

    /** In quiet times Artery is cut between two sides; messages that take the express lane pass. */
    public Simulation overLanes() {
        hasLanes = true;
        return this;
    }

    public boolean forgets() {
        return forgets;
    }

    public World world() {
        return world;
    }

    public Faults faults() {
        return faults;
    }

    public Links links() {
        return links;
    }

    /** How often a leader stood above a term that it received in a quiet time (R1); counted apart from L2. */
    public int restands() {
        return restands;
    }

    /** Runs rounds of faults and quiet. */
    public void run(int rounds) {
        int drift = (int) Math.round(group.settings().maxClockDrift() * 1000);
        for (int i = 0; i < n; i++) {
            start(i);
        }
        quietTime(random.permille(500) ? 0 : drift);
        for (int round = 0; round < rounds; round++) {
            quiet = false;
            faults = fixed != null ? fixed : Faults.drawn(random, election, drift);
            epoch++;
            trouble.plan();
            until(world.micros() + election * (2 + random.below(30)));
            quietTime(random.permille(300) ? 0 : drift);
        }
    }

    /** L1 and L2: a leader comes within 2 E, and then stays. */
    private void quietTime(int drift) {
        calm(drift);
        // A candidate that waits for an unreachable voter notices that only when its round is over.
        int rounds = cutOff ? 6 : 2;
        until(world.micros()
                + (long) Math.ceil(rounds * election / (1 - group.settings().maxClockDrift())));
        if (anyStands && !sawLeader && world.leader().isEmpty()) {
            throw new Violation("L1", "nobody was elected in 2 E of quiet");
        }
        settled = true;
        until(world.micros() + 8 * election);
        if (anyStands && world.leader().isEmpty()) {
            throw new Violation("L2", "nobody leads after a long quiet");
        }
        settled = false;
    }

    /** Faults end: links are whole, disks are fast, and all peers run and stand or not as at first. */
    private void calm(int drift) {
        faults = Faults.none(election, drift, random.permille(400));
        epoch++;
        quiet = true;
        sawLeader = false;
        links.heal();
        cutOff = hasLanes ? links.cutRemoting() : !whole && random.permille(300) && links.cutOneWay();
        if (drift == 0) {
            for (int i = 0; i < n; i++) {
                apply(Choice.of(What.RATE, i, 1000));
            }
        }
        Arrays.fill(asleepUntil, 0);
        for (int i = 0; i < n; i++) {
            if (!world.isDown(i) && (world.peer(i).leaving() || world.oracle().isDeaf(i))) {
                crash(i);
            }
            if (world.isDown(i)) {
                start(i);
            } else if (group.stands(i) && !world.peer(i).stands()) {
                tell(What.STAND, i, 0);
            }
            schedule(i, true);
            if (world.hasPending(i)) {
                put(world.micros() + 1 + around(faults.force()), FORCE, i, world.life(i));
            }
            if (world.oracle().isDismissed(i)) {
                awaitUsers(i, world.oracle().held(i));
            }
        }
    }

    /** Events of an earlier phase are void; messages and disks go on. */
    public void put(long at, int kind, int peer, long number) {
        queue.put(at, (number << 24) | ((long) (epoch & 0xFFF) << 12) | ((long) peer << 4) | kind);
    }

    public long around(long mean) {
        return faults.isExact() ? mean : random.around(mean);
    }

    // ---- the loop

    public void until(long end) {
        while (true) {
            int next = -1;
            long at = Math.min(end, queue.due());
            for (int i = 0; i < n; i++) {
                if (tickAt[i] < at) {
                    at = tickAt[i];
                    next = i;
                }
            }
            if (at > world.micros()) {
                note(Choice.advance(at - world.micros()));
                world.advance(at - world.micros());
            }
            if (next >= 0) {
                watchSpin(next, at);
                long draw = random.next();
                note(Choice.of(What.TICK, next).withDraw(draw));
                world.tick(next, draw);
                after(next);
            } else if (at == end && queue.due() > end) {
                return;
            } else {
                happen(queue.take());
            }
        }
    }

    /** A peer that asks for a tick at an instant that has passed, again and again, would burn a processor. */
    private void watchSpin(int peer, long at) {
        if (at != spinAt) {
            spinAt = at;
            spin = 0;
        } else if (++spin > 1000) {
            throw new Violation(
                    "SPIN",
                    "p" + peer + " asks for ticks without end: "
                            + world.peer(peer).role());
        }
    }

    private void happen(long thing) {
        int kind = (int) thing & 15;
        int peer = (int) (thing >> 4) & 0xFF;
        int of = (int) (thing >> 12) & 0xFFF;
        long number = thing >>> 24;
        switch (kind) {
            case MESSAGE -> arrive((int) number);
            case FORCE -> force(peer, number);
            case USERS -> usersStopped(peer, number);
            case WRITE -> write(peer, number);
            case PROOF -> {
                // A message of the time with faults that waited for a process that slept: if it were that late, faults
                // would not have stopped.
                if (!settled || of == (epoch & 0xFFF)) {
                    proof(peer, (int) number & 0xFF, (int) (number >>> 8));
                }
            }
            default -> {
                if (of == (epoch & 0xFFF)) {
                    trouble.disturb(kind, peer);
                }
            }
        }
    }

    // ---- events

    private void arrive(int slot) {
        InFlight inFlight = world.messages().inFlight(slot);
        if (inFlight == null) {
            throw new IllegalStateException("message gone from slot " + slot);
        }
        if (settled && sentIn[slot] != epoch) {
            // A message of the time with faults: if it were that late, faults would not have stopped.
            if (--arrivals[slot] == 0) {
                if (record != null) {
                    note(world.messages().naming(What.DROP, slot, 0));
                }
                world.messages().remove(slot);
            }
            return;
        }
        int to = inFlight.to();
        if (!world.isDown(to) && asleepUntil[to] > world.micros()) {
            put(asleepUntil[to] + random.below(3), MESSAGE, 0, slot);
            return;
        }
        urgent[to].heard(group.id(inFlight.from()), inFlight.message(), ways[slot]);
        boolean again = --arrivals[slot] > 0;
        long draw = random.next();
        if (record != null) {
            note(world.messages().naming(again ? What.REPEAT : What.DELIVER, slot, draw));
        }
        world.deliver(slot, again, draw);
        if (!world.isDown(to)) {
            after(to);
        }
    }

    private void force(int peer, long life) {
        if (world.life(peer) != (int) life || world.isDown(peer)) {
            return;
        }
        if (asleepUntil[peer] > world.micros()) {
            put(asleepUntil[peer], FORCE, peer, life);
            return;
        }
        forcing[peer] = false;
        if (!world.hasPending(peer)) {
            return;
        }
        int count = random.permille(300) ? 1 : world.pending(peer);
        apply(Choice.of(What.FORCE, peer, count));
        if (world.hasPending(peer)) {
            written(peer);
        }
        after(peer);
    }

    private void usersStopped(int peer, long number) {
        int life = (int) (number >>> 24);
        if (world.isDown(peer) || (world.life(peer) & 0xFFFF) != (life & 0xFFFF)) {
            return;
        }
        if (asleepUntil[peer] > world.micros()) {
            put(asleepUntil[peer], USERS, peer, number);
            return;
        }
        apply(Choice.of(What.USERS_STOPPED, peer, number & 0xFFFFFF));
        after(peer);
    }

    private void write(int peer, long term) {
        if (world.isDown(peer)
                || asleepUntil[peer] > world.micros()
                || world.oracle().held(peer) != term) {
            return;
        }
        apply(Choice.of(What.WRITE, peer));
        after(peer);
        put(world.micros() + 1 + random.around(election / 4), WRITE, peer, term);
    }

    public void proof(int peer, int other, int life) {
        if (world.isDown(peer)) {
            return;
        }
        if (asleepUntil[peer] > world.micros()) {
            put(asleepUntil[peer], PROOF, peer, other | ((long) life << 8));
            return;
        }
        apply(new Choice(What.PROOF, peer, other, life, 0, 0, 0));
        after(peer);
    }

    public void crash(int peer) {
        boolean power = random.permille(faults.powerPermille());
        int survive = power ? random.below(world.pending(peer) + 1) : world.pending(peer);
        apply(Choice.of(What.CRASH, peer, survive));
        isDown(peer);
        isOver(peer, world.life(peer));
    }

    /** No peer receives a proof: the former process lives on. */
    public void supplant(int peer) {
        apply(Choice.of(What.SUPPLANT, peer));
        isDown(peer);
    }

    private void isDown(int peer) {
        tickAt[peer] = Long.MAX_VALUE;
        forcing[peer] = false;
    }

    /** The other peers may receive the proof that a life is over. */
    public void isOver(int peer, int life) {
        for (int i = 0; i < n; i++) {
            if (i != peer && random.permille(faults.proofPermille())) {
                put(world.micros() + 1 + around(faults.proof()), PROOF, i, peer | ((long) life << 8));
            }
        }
    }

    public void start(int peer) {
        asleepUntil[peer] = 0;
        urgent[peer] = new UrgentMessageSelector();
        apply(Choice.of(What.START, peer));
        schedule(peer, true);
        after(peer);
    }

    public void tell(What what, int peer, long number) {
        apply(Choice.of(what, peer, number));
        after(peer);
    }

    public void apply(Choice choice) {
        Choice drawn = choice.withDraw(random.next());
        note(drawn);
        world.apply(drawn);
    }

    private void note(Choice choice) {
        if (record != null) {
            record.add(choice);
        }
    }

    // ---- the effects of a step

    private void after(int peer) {
        while (lostCount > 0) {
            int slot = lost[--lostCount];
            if (record != null) {
                note(world.messages().naming(What.DROP, slot, 0));
            }
            world.messages().remove(slot);
        }
        schedule(peer, false);
    }

    public void schedule(int peer, boolean always) {
        long wake = world.peer(peer).wakeAt();
        if (wake == wakeAt[peer] && !always && tickAt[peer] > world.micros()) {
            return;
        }
        wakeAt[peer] = wake;
        tickAt[peer] = wake == Peer.NEVER
                ? Long.MAX_VALUE
                : Math.max(world.microsAt(peer, wake) + around(faults.timer()), asleepUntil[peer]);
    }

    @Override
    public void stepped(int peer, Peer.Step step) {
        steps[peer] = step;
    }

    private MessageRoute way(InFlight inFlight) {
        Peer.Step step = Objects.requireNonNull(steps[inFlight.from()]);
        return urgent[inFlight.from()].wayOf(new Effect.Send(group.id(inFlight.to()), inFlight.message()), step);
    }

    @Override
    public void sent(int slot, InFlight inFlight) {
        if (slot >= arrivals.length) {
            arrivals = Arrays.copyOf(arrivals, 2 * slot);
            sentIn = Arrays.copyOf(sentIn, 2 * slot);
            ways = Arrays.copyOf(ways, 2 * slot);
        }
        ways[slot] = hasLanes ? way(inFlight) : MessageRoute.ARTERY;
        if (links.isCut(inFlight.from(), inFlight.to(), ways[slot]) || random.permille(faults.lossPermille())) {
            if (lostCount == lost.length) {
                lost = Arrays.copyOf(lost, 2 * lostCount);
            }
            lost[lostCount++] = slot;
            return;
        }
        int times = random.permille(faults.repeatPermille()) ? 2 : 1;
        arrivals[slot] = times;
        sentIn[slot] = epoch;
        for (int i = 0; i < times; i++) {
            long way = 1 + around(faults.delay());
            if (random.permille(faults.latePermille())) {
                way += around(faults.lateness());
            }
            put(world.micros() + way, MESSAGE, 0, slot);
        }
    }

    @Override
    public void written(int peer) {
        if (!forcing[peer]) {
            forcing[peer] = true;
            long takes = 1 + around(faults.force());
            if (random.permille(faults.stuckPermille())) {
                takes += around(faults.stuck());
            }
            put(world.micros() + takes, FORCE, peer, world.life(peer));
        }
    }

    private void awaitUsers(int peer, long term) {
        put(
                world.micros() + 1 + around(faults.users()),
                USERS,
                peer,
                ((long) (world.life(peer) & 0xFFFF) << 24) | term);
    }

    @Override
    public void effect(int peer, Effect effect) {
        if (effect instanceof Effect.Dismissed dismissed) {
            if (settled && dismissed.reason() == Effect.Reason.LEASE_EXPIRED) {
                throw new Violation("L2", "the lease of p" + peer + " ran out although all is quiet");
            }
            if (!random.permille(faults.neverPermille())) {
                awaitUsers(peer, dismissed.term());
            }
        } else if (effect instanceof Effect.Elected elected) {
            sawLeader = true;
            if (writes) {
                put(world.micros() + 1 + random.around(election / 8), WRITE, peer, elected.term());
            }
        } else if (quiet && effect instanceof Effect.Standing standing) {
            boolean leads = world.leader().isPresent();
            if (settled && leads && world.leader().get() != peer) {
                throw new Violation(
                        "L2",
                        "p" + peer + " stands in " + standing.term() + " while p"
                                + world.leader().get() + " leads and all is quiet");
            } else if (settled && world.peer(peer).role() instanceof Candidate) {
                restands++;
            }
        }
    }
}
