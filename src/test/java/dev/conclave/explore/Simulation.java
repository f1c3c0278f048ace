package dev.conclave.explore;

import dev.conclave.core.Candidate;
import dev.conclave.core.Effect;
import dev.conclave.core.Peer;
import dev.conclave.explore.Choice.What;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run at random: everything that happens, and when, comes from one seed. A run is rounds of a time with faults and a time
 * without, in which a leader must come and stay (L1, L2).
 */
final class Simulation implements World.Follow {

    private static final int LETTER = 0;
    private static final int FORCE = 1;
    private static final int CRASH = 2;
    private static final int START = 3;
    private static final int PROOF = 4;
    private static final int USERS = 5;
    private static final int PAUSE = 6;
    private static final int PARTITION = 7;
    private static final int HEAL = 8;
    private static final int RATES = 9;
    private static final int OPERATOR = 10;
    private static final int VOID = 11;
    private static final int LIE = 12;

    private final Group group;
    private final Dice dice;
    private final World world;
    private final Agenda agenda = new Agenda();
    private final long election;
    private final int n;
    private final @Nullable List<Choice> record;
    private final boolean anyStands;
    private final Core core;

    private Faults faults;
    private @Nullable Faults fixed;
    private int[] arrivals = new int[64];
    private int[] sentIn = new int[64];
    private int[] lost = new int[64];
    private int lostCount;
    private final long[] tickAt;
    private final long[] wakeAt;
    private final long[] asleepUntil;
    private final boolean[] forcing;
    private final boolean[][] cut;
    private long spin;
    private long spinAt;
    private int epoch;

    private boolean quiet;
    private boolean cutOff;
    private boolean settled;
    private boolean sawLeader;
    private int restands;

    Simulation(Group group, Core core, long seed, Tally tally, @Nullable List<Choice> record) {
        this.group = group;
        this.record = record;
        dice = new Dice(seed);
        world = new World(group, core, tally);
        world.followedBy(this);
        election = group.settings().electionNanos() / 1000;
        n = group.size();
        tickAt = new long[n];
        wakeAt = new long[n];
        asleepUntil = new long[n];
        forcing = new boolean[n];
        cut = new boolean[n][n];
        boolean any = false;
        for (int i = 0; i < n; i++) {
            any |= group.stands(i);
        }
        anyStands = any;
        faults = Faults.none(election, 0, false);
        this.core = core;
        Arrays.fill(tickAt, Long.MAX_VALUE);
    }

    /** Every round has these faults instead of drawn ones. */
    Simulation under(Faults always) {
        fixed = always;
        return this;
    }

    World world() {
        return world;
    }

    /** How often a leader stood above a term that it met while all was quiet (R1); counted apart from L2. */
    int restands() {
        return restands;
    }

    /** Runs rounds of faults and quiet. */
    void run(int rounds) {
        int drift = (int) Math.round(group.settings().maxClockDrift() * 1000);
        for (int i = 0; i < n; i++) {
            start(i);
        }
        quietTime(dice.permille(500) ? 0 : drift);
        for (int round = 0; round < rounds; round++) {
            quiet = false;
            faults = fixed != null ? fixed : Faults.drawn(dice, election, drift);
            plan();
            until(world.micros() + election * (2 + dice.below(30)));
            quietTime(dice.permille(300) ? 0 : drift);
        }
    }

    /** L1 and L2: a leader comes within 2 E, and then stays. */
    private void quietTime(int drift) {
        calm(drift);
        // Who waits in vain for a voter that is never heard finds out only when the round is over.
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

    /** Faults end: links are whole, disks fast, everybody is up and wants what it wanted at first. */
    private void calm(int drift) {
        faults = Faults.none(election, drift, dice.permille(400));
        epoch++;
        quiet = true;
        sawLeader = false;
        for (boolean[] row : cut) {
            Arrays.fill(row, false);
        }
        cutOff = dice.permille(300) && cutOneWay();
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

    /** A partial partition that lasts: one peer is not heard, or does not hear; the others are a majority and can lead. */
    private boolean cutOneWay() {
        int alone = dice.below(n);
        boolean othersStand = false;
        for (int i = 0; i < n; i++) {
            othersStand |= i != alone && group.stands(i);
        }
        int voters = group.voters() - (group.isVoter(alone) ? 1 : 0);
        if (!othersStand || voters < group.settings().quorum()) {
            return false;
        }
        boolean mute = dice.permille(500);
        for (int i = 0; i < n; i++) {
            if (i != alone) {
                cut[mute ? alone : i][mute ? i : alone] = true;
            }
        }
        return true;
    }

    private void plan() {
        epoch++;
        for (int i = 0; i < n; i++) {
            later(faults.crash(), CRASH, i, 0);
            later(faults.pause(), PAUSE, i, 0);
            later(faults.operator(), OPERATOR, i, 0);
            later(faults.voids(), VOID, i, 0);
            later(core.isLifelineTrue() ? 0 : faults.lies(), LIE, i, 0);
        }
        later(faults.partition(), PARTITION, 0, 0);
        later(faults.driftPermille() > 0 ? 5 * election : 0, RATES, 0, 0);
        if (faults.driftPermille() > 0) {
            setRates();
        }
    }

    private void later(long mean, int kind, int peer, long number) {
        if (mean > 0) {
            put(world.micros() + 1 + around(mean), kind, peer, number);
        }
    }

    /** Events of an earlier phase are void; letters and disks go on. */
    private void put(long at, int kind, int peer, long number) {
        agenda.put(at, (number << 24) | ((long) (epoch & 0xFFF) << 12) | ((long) peer << 4) | kind);
    }

    private long around(long mean) {
        return faults.isExact() ? mean : dice.around(mean);
    }

    // ---- the loop

    private void until(long end) {
        while (true) {
            int next = -1;
            long at = Math.min(end, agenda.due());
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
                long draw = dice.next();
                note(Choice.of(What.TICK, next).withDraw(draw));
                world.tick(next, draw);
                after(next);
            } else if (at == end && agenda.due() > end) {
                return;
            } else {
                happen(agenda.take());
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
            case LETTER -> arrive((int) number);
            case FORCE -> force(peer, number);
            case USERS -> usersStopped(peer, number);
            case PROOF -> proof(peer, (int) number & 0xFF, (int) (number >>> 8));
            default -> {
                if (of == (epoch & 0xFFF)) {
                    disturb(kind, peer);
                }
            }
        }
    }

    private void disturb(int kind, int peer) {
        switch (kind) {
            case CRASH -> {
                if (!world.isDown(peer)) {
                    crash(peer);
                    put(world.micros() + 1 + around(faults.down()), START, peer, 0);
                }
                later(faults.crash(), CRASH, peer, 0);
            }
            case START -> {
                if (world.isDown(peer)) {
                    start(peer);
                }
            }
            case PAUSE -> {
                asleepUntil[peer] = world.micros() + around(faults.sleep());
                if (tickAt[peer] != Long.MAX_VALUE) {
                    tickAt[peer] = Math.max(tickAt[peer], asleepUntil[peer]);
                }
                later(faults.pause(), PAUSE, peer, 0);
            }
            case PARTITION -> {
                cutLinks();
                put(world.micros() + 1 + around(faults.healing()), HEAL, 0, 0);
            }
            case HEAL -> {
                for (boolean[] row : cut) {
                    Arrays.fill(row, false);
                }
                later(faults.partition(), PARTITION, 0, 0);
            }
            case RATES -> {
                setRates();
                later(5 * election, RATES, 0, 0);
            }
            case OPERATOR -> {
                operate(peer);
                later(faults.operator(), OPERATOR, peer, 0);
            }
            case LIE -> {
                int about = dice.below(n);
                if (about != peer) {
                    proof(peer, about, world.life(about));
                }
                later(faults.lies(), LIE, peer, 0);
            }
            default -> {
                voids(peer);
                later(faults.voids(), VOID, peer, 0);
            }
        }
    }

    // ---- events

    private void arrive(int slot) {
        Letter letter = world.letter(slot);
        if (letter == null) {
            throw new IllegalStateException("letter gone from slot " + slot);
        }
        if (settled && sentIn[slot] != epoch) {
            // Of the time with faults: had it been that late, the faults would not have stopped.
            if (--arrivals[slot] == 0) {
                if (record != null) {
                    note(world.naming(What.DROP, slot, 0));
                }
                world.remove(slot);
            }
            return;
        }
        int to = letter.to();
        if (!world.isDown(to) && asleepUntil[to] > world.micros()) {
            put(asleepUntil[to] + dice.below(3), LETTER, 0, slot);
            return;
        }
        boolean again = --arrivals[slot] > 0;
        long draw = dice.next();
        if (record != null) {
            note(world.naming(again ? What.REPEAT : What.DELIVER, slot, draw));
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
        int count = dice.permille(300) ? 1 : world.pending(peer);
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

    private void proof(int peer, int other, int life) {
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

    private void crash(int peer) {
        int survive = dice.permille(faults.powerPermille()) ? dice.below(world.pending(peer) + 1) : world.pending(peer);
        apply(Choice.of(What.CRASH, peer, survive));
        tickAt[peer] = Long.MAX_VALUE;
        forcing[peer] = false;
        isOver(peer, world.life(peer));
    }

    /** The others may get the proof that a life is over. */
    private void isOver(int peer, int life) {
        for (int i = 0; i < n; i++) {
            if (i != peer && dice.permille(faults.proofPermille())) {
                put(world.micros() + 1 + around(faults.proof()), PROOF, i, peer | ((long) life << 8));
            }
        }
    }

    private void start(int peer) {
        asleepUntil[peer] = 0;
        apply(Choice.of(What.START, peer));
        schedule(peer, true);
        after(peer);
    }

    private void setRates() {
        for (int i = 0; i < n; i++) {
            int off = dice.permille(500)
                    ? dice.below(2 * faults.driftPermille() + 1) - faults.driftPermille()
                    : dice.permille(500) ? faults.driftPermille() : -faults.driftPermille();
            apply(Choice.of(What.RATE, i, 1000 + off));
            if (!world.isDown(i)) {
                schedule(i, true);
            }
        }
    }

    private void cutLinks() {
        int style = dice.below(5);
        int alone = world.leader().isPresent() && dice.permille(500)
                ? world.leader().get()
                : dice.below(n);
        long side = dice.next();
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                cut[i][j] = i != j
                        && switch (style) {
                            case 0 -> ((side >> i) & 1) != ((side >> j) & 1);
                            case 1 -> i == alone || j == alone;
                            case 2 -> i == alone;
                            case 3 -> j == alone;
                            default -> dice.permille(400);
                        };
            }
        }
    }

    private void operate(int peer) {
        if (world.isDown(peer) || asleepUntil[peer] > world.micros()) {
            return;
        }
        switch (dice.below(5)) {
            case 0, 1 -> tell(What.HAND_OVER, peer, 0);
            case 2 -> {
                tell(What.WITHDRAW, peer, 0);
            }
            case 3 -> {
                if (group.stands(peer)) {
                    tell(What.STAND, peer, 0);
                }
            }
            default -> {
                tell(What.LEAVE, peer, 0);
                put(world.micros() + 1 + around(election), CRASH, peer, 0);
            }
        }
    }

    private void voids(int peer) {
        if (world.isDown(peer) || asleepUntil[peer] > world.micros()) {
            return;
        }
        boolean deaf = dice.permille(500);
        tell(What.VOID, peer, deaf ? 1 : 0);
        if (deaf) {
            isOver(peer, world.life(peer));
            put(world.micros() + 1 + around(election), CRASH, peer, 0);
        }
    }

    private void tell(What what, int peer, long number) {
        apply(Choice.of(what, peer, number));
        after(peer);
    }

    private void apply(Choice choice) {
        Choice drawn = choice.withDraw(dice.next());
        note(drawn);
        world.apply(drawn);
    }

    private void note(Choice choice) {
        if (record != null) {
            record.add(choice);
        }
    }

    // ---- what a step brought about

    private void after(int peer) {
        while (lostCount > 0) {
            int slot = lost[--lostCount];
            if (record != null) {
                note(world.naming(What.DROP, slot, 0));
            }
            world.remove(slot);
        }
        schedule(peer, false);
    }

    private void schedule(int peer, boolean always) {
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
    public void sent(int slot, Letter letter) {
        if (slot >= arrivals.length) {
            arrivals = Arrays.copyOf(arrivals, 2 * slot);
            sentIn = Arrays.copyOf(sentIn, 2 * slot);
        }
        if (cut[letter.from()][letter.to()] || dice.permille(faults.lossPermille())) {
            if (lostCount == lost.length) {
                lost = Arrays.copyOf(lost, 2 * lostCount);
            }
            lost[lostCount++] = slot;
            return;
        }
        int times = dice.permille(faults.repeatPermille()) ? 2 : 1;
        arrivals[slot] = times;
        sentIn[slot] = epoch;
        for (int i = 0; i < times; i++) {
            long way = 1 + around(faults.delay());
            if (dice.permille(faults.latePermille())) {
                way += around(faults.lateness());
            }
            put(world.micros() + way, LETTER, 0, slot);
        }
    }

    @Override
    public void written(int peer) {
        if (!forcing[peer]) {
            forcing[peer] = true;
            long takes = 1 + around(faults.force());
            if (dice.permille(faults.stuckPermille())) {
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
            if (!dice.permille(faults.neverPermille())) {
                awaitUsers(peer, dismissed.term());
            }
        } else if (effect instanceof Effect.Elected) {
            sawLeader = true;
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
