package dev.conclave.explore;

import dev.conclave.core.Ballot;
import dev.conclave.core.Effect;
import dev.conclave.core.Input;
import dev.conclave.core.Message;
import dev.conclave.core.Peer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Peers, their disks and clocks, and the letters between them. Nothing happens in it by itself: each choice is somebody
 * else's, an explorer's or a recorded run's. After each the {@link Oracle} has judged.
 *
 * <p>A clock shows {@code at + rate * (true time since it was set)}; true time is in microseconds and rates in thousandths, so
 * that clocks are exact in nanoseconds and a bound that is exact in the rules is exact here.
 */
final class World {

    private static final Ballot[] NOTHING = new Ballot[0];

    private final Group group;
    private final Core core;
    private final Oracle oracle;
    private final Tally tally;
    private long micros;

    private final @Nullable Peer[] peers;
    private final int[] lives;
    private final int[] voidLife;
    private final long[] clockAt;
    private final long[] clockSetAt;
    private final int[] rates;
    private final Ballot[] durable;
    private final Ballot[][] pending;

    private @Nullable Letter[] letters;
    private int[] free;
    private int freeCount;
    private int used;

    /** Hashes of the peers as they are now; 0 where it must be taken anew. */
    private final long[] prints;

    private Follow follow = Follow.NOBODY;

    /** Who wants to know what a step brought about. */
    interface Follow {
        Follow NOBODY = new Follow() {};

        /** A letter was sent. */
        default void sent(int slot, Letter letter) {}

        /** A ballot was written and waits to be forced. */
        default void written(int peer) {}

        /** Any other effect. */
        default void effect(int peer, Effect effect) {}
    }

    World(Group group, Core core, Tally tally) {
        this(group, core, tally, true);
    }

    /** With clocks that are not judged if {@code timed} is false. */
    World(Group group, Core core, Tally tally, boolean timed) {
        this.group = group;
        this.core = core;
        this.tally = tally;
        oracle = new Oracle(group, timed);
        int n = group.size();
        peers = new Peer[n];
        lives = new int[n];
        voidLife = new int[n];
        clockAt = new long[n];
        clockSetAt = new long[n];
        rates = new int[n];
        Arrays.fill(rates, 1000);
        durable = new Ballot[n];
        Arrays.fill(durable, Ballot.NONE);
        pending = new Ballot[n][];
        Arrays.fill(pending, NOTHING);
        prints = new long[n];
        letters = new Letter[8];
        free = new int[8];
    }

    /** A copy that goes its own way; it shares what never changes. */
    World(World other, Tally tally) {
        group = other.group;
        core = other.core;
        this.tally = tally;
        oracle = new Oracle(other.oracle);
        micros = other.micros;
        peers = other.peers.clone();
        lives = other.lives.clone();
        voidLife = other.voidLife.clone();
        clockAt = other.clockAt.clone();
        clockSetAt = other.clockSetAt.clone();
        rates = other.rates.clone();
        durable = other.durable.clone();
        pending = other.pending.clone();
        prints = other.prints.clone();
        letters = other.letters.clone();
        free = other.free.clone();
        freeCount = other.freeCount;
        used = other.used;
    }

    void followedBy(Follow who) {
        follow = who;
    }

    // ---- questions

    Group group() {
        return group;
    }

    Oracle oracle() {
        return oracle;
    }

    long micros() {
        return micros;
    }

    boolean isDown(int peer) {
        return peers[peer] == null;
    }

    Peer peer(int peer) {
        Peer up = peers[peer];
        if (up == null) {
            throw new IllegalStateException("p" + peer + " is down");
        }
        return up;
    }

    int life(int peer) {
        return lives[peer];
    }

    /** The newest life of the peer whose listener has ended though it lived on; 0 for none. */
    int voidLife(int peer) {
        return voidLife[peer];
    }

    /** What the peer's clock shows. */
    long now(int peer) {
        return clockAt[peer] + (micros - clockSetAt[peer]) * rates[peer];
    }

    int rate(int peer) {
        return rates[peer];
    }

    /** The first instant of true time at which the peer's clock shows at least this. */
    long microsAt(int peer, long clock) {
        long now = now(peer);
        return clock <= now ? micros : micros + (clock - now + rates[peer] - 1) / rates[peer];
    }

    Ballot durable(int peer) {
        return durable[peer];
    }

    boolean hasPending(int peer) {
        return pending[peer].length > 0;
    }

    int pending(int peer) {
        return pending[peer].length;
    }

    Ballot newestBallot(int peer) {
        Ballot[] waiting = pending[peer];
        return waiting.length == 0 ? durable[peer] : waiting[waiting.length - 1];
    }

    /** Slots in which letters may lie; some are empty. */
    int slots() {
        return used;
    }

    @Nullable
    Letter letter(int slot) {
        return letters[slot];
    }

    int inFlight() {
        return used - freeCount;
    }

    // ---- choices

    /** Makes a choice; false if it cannot be made. */
    boolean apply(Choice choice) {
        int peer = choice.peer();
        switch (choice.what()) {
            case ADVANCE -> advance(choice.number());
            case RATE -> setRate(peer, (int) choice.number());
            case JUMP -> {
                clockAt[peer] += choice.number();
                Arrays.fill(prints, 0);
            }
            case DELIVER, REPEAT, DROP -> {
                int slot = find(choice);
                if (slot < 0) {
                    return false;
                }
                if (choice.what() == Choice.What.DROP) {
                    remove(slot);
                } else {
                    deliver(slot, choice.what() == Choice.What.REPEAT, choice.draw());
                }
            }
            case FORCE -> {
                if (isDown(peer) || !hasPending(peer)) {
                    return false;
                }
                force(peer, (int) choice.number(), choice.draw());
            }
            case CRASH -> {
                if (isDown(peer)) {
                    return false;
                }
                crash(peer, (int) choice.number());
            }
            case START -> {
                if (!isDown(peer)) {
                    return false;
                }
                start(peer, choice.draw());
            }
            case PROOF -> {
                return prove(peer, choice.other(), (int) choice.number(), choice.draw());
            }
            case USERS_STOPPED -> {
                if (isDown(peer)) {
                    return false;
                }
                usersStopped(peer, choice.number(), choice.draw());
            }
            case TICK, STAND, WITHDRAW, HAND_OVER, LEAVE, VOID -> {
                if (isDown(peer)) {
                    return false;
                }
                tell(choice.what(), peer, choice.number(), choice.draw());
            }
        }
        return true;
    }

    void advance(long by) {
        micros += by;
        Arrays.fill(prints, 0);
    }

    void setRate(int peer, int rate) {
        clockAt[peer] = now(peer);
        clockSetAt[peer] = micros;
        rates[peer] = rate;
    }

    private int find(Choice choice) {
        int left = choice.nth();
        for (int slot = 0; slot < used; slot++) {
            Letter letter = letters[slot];
            if (letter != null && letter.matches(choice) && left-- == 0) {
                return slot;
            }
        }
        return -1;
    }

    /** The choice that names the letter in the slot. */
    Choice naming(Choice.What what, int slot, long draw) {
        Letter letter = at(slot);
        Choice probe =
                new Choice(what, letter.to(), letter.from(), letter.message().term(), letter.kind(), 0, draw);
        int nth = 0;
        for (int before = 0; before < slot; before++) {
            Letter other = letters[before];
            if (other != null && other.matches(probe)) {
                nth++;
            }
        }
        return nth == 0 ? probe : new Choice(what, letter.to(), letter.from(), probe.number(), probe.kind(), nth, draw);
    }

    private Letter at(int slot) {
        Letter letter = letters[slot];
        if (letter == null) {
            throw new IllegalStateException("no letter in slot " + slot);
        }
        return letter;
    }

    void remove(int slot) {
        letters[slot] = null;
        free[freeCount++] = slot;
    }

    void deliver(int slot, boolean again, long draw) {
        Letter letter = at(slot);
        if (!again) {
            remove(slot);
        }
        int to = letter.to();
        if (!isDown(to) && lives[to] == letter.toLife()) {
            step(
                    to,
                    new Input.Received(
                            group.id(letter.from()),
                            Group.incarnation(letter.from(), letter.fromLife()),
                            letter.message()),
                    draw);
        }
    }

    void force(int peer, int count, long draw) {
        Ballot[] waiting = pending[peer];
        int forced = Math.min(count, waiting.length);
        if (forced == 0) {
            return;
        }
        durable[peer] = waiting[forced - 1];
        pending[peer] = forced == waiting.length ? NOTHING : Arrays.copyOfRange(waiting, forced, waiting.length);
        step(peer, new Input.Persisted(durable[peer]), draw);
    }

    void crash(int peer, int survive) {
        Ballot[] waiting = pending[peer];
        if (survive > 0 && waiting.length > 0) {
            durable[peer] = waiting[Math.min(survive, waiting.length) - 1];
        }
        pending[peer] = NOTHING;
        peers[peer] = null;
        oracle.died(peer);
    }

    /** A new life. What was read is forced before the first message, so here it is simply durable. */
    void start(int peer, long draw) {
        lives[peer]++;
        Peer.Self self = group.self(peer);
        peers[peer] = core.start(self, durable[peer]);
        step(peer, new Input.Admitted(0, core.loyalForNanos(self, durable[peer])), draw);
        if (group.stands(peer)) {
            step(peer, new Input.Stand(), draw);
        }
    }

    private boolean prove(int peer, int other, int life, long draw) {
        boolean over = life < lives[other] || (life == lives[other] && (isDown(other) || voidLife[other] == life));
        if (isDown(peer) || peer == other || life == 0 || (!over && core.isLifelineTrue())) {
            return false;
        }
        step(peer, new Input.ProcessGone(group.id(other), Group.incarnation(other, life)), draw);
        return true;
    }

    void usersStopped(int peer, long term, long draw) {
        step(peer, new Input.UsersStopped(term), draw);
    }

    void tick(int peer, long draw) {
        step(peer, TICK, draw);
    }

    private static final Input TICK = new Input.Tick();

    private void tell(Choice.What what, int peer, long number, long draw) {
        Input input = switch (what) {
            case TICK -> TICK;
            case STAND -> new Input.Stand();
            case WITHDRAW -> new Input.Withdraw();
            case HAND_OVER -> new Input.HandOver();
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
        tally.met(before.role(), input);
        oracle.beforeStep(before, now);
        Peer.Step step = core.step(before, now, draw, input);
        Peer after = step.peer();
        peers[peer] = after;
        prints[peer] = 0;
        List<Effect> effects = step.effects();
        for (int i = 0; i < effects.size(); i++) {
            Effect effect = effects.get(i);
            oracle.onEffect(this, peer, effect, now);
            carryOut(peer, effect);
        }
        oracle.afterStep(this, peer, before, after, now);
    }

    private void carryOut(int peer, Effect effect) {
        if (effect instanceof Effect.Send send) {
            tally.sent(send.message());
            send(peer, Group.indexOf(send.to()), send.message());
        } else if (effect instanceof Effect.Persist persist) {
            Ballot[] waiting = pending[peer];
            Ballot[] longer = Arrays.copyOf(waiting, waiting.length + 1);
            longer[waiting.length] = persist.ballot();
            pending[peer] = longer;
            follow.written(peer);
        } else {
            tally.happened(effect);
            follow.effect(peer, effect);
        }
    }

    /** Nothing leaves for who is down: frames name the receiver's life, and there is none. */
    private void send(int from, int to, Message message) {
        if (isDown(to)) {
            return;
        }
        int slot;
        if (freeCount > 0) {
            slot = free[--freeCount];
        } else {
            if (used == letters.length) {
                letters = Arrays.copyOf(letters, 2 * used);
                free = Arrays.copyOf(free, 2 * used);
            }
            slot = used++;
        }
        Letter letter = new Letter(from, lives[from], to, lives[to], message);
        letters[slot] = letter;
        follow.sent(slot, letter);
    }

    /** Takes away the letters that nobody can get any more: those for a life that is over. */
    void forgetDeadLetters() {
        for (int slot = 0; slot < used; slot++) {
            Letter letter = letters[slot];
            if (letter != null && (isDown(letter.to()) || lives[letter.to()] != letter.toLife())) {
                remove(slot);
            }
        }
    }

    /** Loses letters until so many are left: always the same ones, whatever the slots that they lie in. */
    void loseAbove(int most) {
        while (inFlight() > most) {
            int lost = -1;
            long highest = 0;
            for (int slot = 0; slot < used; slot++) {
                Letter letter = letters[slot];
                if (letter != null) {
                    long hash = Fingerprint.letter(this, letter);
                    if (lost < 0 || hash > highest) {
                        lost = slot;
                        highest = hash;
                    }
                }
            }
            remove(lost);
        }
    }

    /** Hash of what the future depends on; letters have no order. */
    long fingerprint() {
        long hash = oracle.fingerprint(this);
        for (int i = 0; i < peers.length; i++) {
            Peer peer = peers[i];
            if (prints[i] == 0 && peer != null) {
                prints[i] = Fingerprint.peer(this, i, peer);
            }
            hash = Fingerprint.mix(hash, peer == null ? i : prints[i]);
            hash = Fingerprint.mix(hash, lives[i] * 64L + voidLife[i]);
            hash = Fingerprint.mix(hash, Fingerprint.ballot(durable[i]));
            for (Ballot waiting : pending[i]) {
                hash = Fingerprint.mix(hash, Fingerprint.ballot(waiting) + 1);
            }
        }
        long sum = 0;
        for (int slot = 0; slot < used; slot++) {
            Letter letter = letters[slot];
            if (letter != null) {
                sum += Fingerprint.letter(this, letter);
            }
        }
        return Fingerprint.mix(hash, sum);
    }

    /** Who leads, as far as its own clock goes; empty if nobody does or is about to end. */
    Optional<Integer> leader() {
        for (int i = 0; i < group.size(); i++) {
            if (!isDown(i) && oracle.held(i) != 0 && !oracle.isDismissed(i) && oracle.holds(this, i)) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }
}
