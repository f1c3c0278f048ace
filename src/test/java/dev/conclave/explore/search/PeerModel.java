package dev.conclave.explore.search;

import dev.conclave.core.peer.Leader;
import dev.conclave.core.peer.Loyalty;
import dev.conclave.core.peer.Peer;
import dev.conclave.explore.world.Choice;
import dev.conclave.explore.world.Choice.What;
import dev.conclave.explore.world.Core;
import dev.conclave.explore.world.EventCounts;
import dev.conclave.explore.world.Fingerprint;
import dev.conclave.explore.world.InFlight;
import dev.conclave.explore.world.PeerGroup;
import dev.conclave.explore.world.World;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The world of the production core, within bounds, for a complete search.
 *
 * <p>Time is sound in this form: clocks are exact and read only at whole ticks, so every run here is a run of the rules, and a
 * violation is a true one. Instants between two ticks are left out; the bounds of a lease lie at whole ticks when E
 * is chosen for it, so the tight case is met. A timer may come late, by any number of ticks: that is a process that slept
 * (R12). A message may stay in flight for ever: that is one that was lost.
 */
public final class PeerModel implements Model<PeerModel.Situation, Choice> {

    /** A world, and how much of the limits its run has used up. */
    public record Situation(World world, LimitUsage used) {}

    private final SearchBounds bounds;
    private final Core core;
    private final ThreadLocal<EventCounts> tallies;
    private final List<EventCounts> all = new ArrayList<>();
    private final long startMicros;
    private final Situation first;

    public PeerModel(SearchBounds bounds, Core core) {
        this.bounds = bounds;
        this.core = core;
        tallies = ThreadLocal.withInitial(() -> {
            EventCounts fresh = new EventCounts();
            synchronized (all) {
                all.add(fresh);
            }
            return fresh;
        });
        World world = new World(bounds.group(), core, new EventCounts(), bounds.timed());
        for (Choice choice : prefix()) {
            world.apply(choice);
        }
        startMicros = world.micros();
        first = new Situation(world, LimitUsage.NOTHING);
    }

    /** The counts of all threads. */
    public EventCounts counts() {
        EventCounts sum = new EventCounts();
        synchronized (all) {
            all.forEach(sum::add);
        }
        return sum;
    }

    /** The choices that lead to where the search begins. */
    public List<Choice> prefix() {
        List<Choice> choices = new ArrayList<>();
        World world = new World(bounds.group(), Core.PRODUCTION, new EventCounts(), bounds.timed());
        for (int i = 0; i < bounds.group().size(); i++) {
            choices.add(Choice.of(What.RATE, i, bounds.rate(i)));
            choices.add(Choice.of(What.START, i));
        }
        choices.forEach(world::apply);
        if (bounds.start() == SearchBounds.Start.LED) {
            while (world.oracle().held(0) == 0) {
                make(world, choices, Choice.advance(bounds.tickMicros()));
                make(world, choices, Choice.of(What.TICK, 0));
                deliverAll(world, choices);
            }
            deliverAll(world, choices);
            // The next round, a moment later, names the succession.
            make(world, choices, Choice.advance(1));
            make(world, choices, Choice.of(What.TICK, 0));
            deliverAll(world, choices);
        }
        for (String line : bounds.script()) {
            if (line.equals("ALL")) {
                deliverAll(world, choices);
            } else {
                Choice choice = Choice.parse(line);
                if (choice.what() == What.TICK && at(world, choice.peer()) > world.now(choice.peer())) {
                    long ahead = at(world, choice.peer()) - world.now(choice.peer());
                    make(world, choices, Choice.of(What.JUMP, choice.peer(), ahead));
                }
                if (!world.apply(choice)) {
                    throw new IllegalStateException("the script cannot be followed: " + line);
                }
                choices.add(choice);
            }
        }
        return choices;
    }

    private static void make(World world, List<Choice> choices, Choice choice) {
        if (world.apply(choice)) {
            choices.add(choice);
        }
    }

    private static void deliverAll(World world, List<Choice> choices) {
        boolean any = true;
        while (any) {
            any = false;
            for (int i = 0; i < world.group().size(); i++) {
                if (world.hasPending(i)) {
                    make(world, choices, Choice.of(What.FORCE, i, world.pending(i)));
                    any = true;
                }
            }
            for (int slot = 0; slot < world.messages().slots(); slot++) {
                InFlight inFlight = world.messages().inFlight(slot);
                if (inFlight != null && !world.isDown(inFlight.to())) {
                    make(world, choices, world.messages().naming(What.DELIVER, slot, 0));
                    any = true;
                }
            }
        }
    }

    @Override
    public Situation initial() {
        return first;
    }

    @Override
    public List<Choice> choices(Situation now) {
        World world = now.world;
        List<Choice> choices = new ArrayList<>(24);
        for (int slot = 0; slot < world.messages().slots(); slot++) {
            InFlight inFlight = world.messages().inFlight(slot);
            if (inFlight != null && !world.isDown(inFlight.to())) {
                inFlight(now, slot, choices);
            }
        }
        for (int i = 0; i < bounds.group().size(); i++) {
            if (world.isDown(i)) {
                choices.add(Choice.of(What.START, i));
            } else {
                peer(now, i, choices);
            }
        }
        if (bounds.timed() && (world.micros() - startMicros) / bounds.tickMicros() < bounds.most(SearchLimit.TICKS)) {
            choices.add(Choice.advance(bounds.tickMicros()));
        }
        return choices;
    }

    private boolean may(Situation now, SearchLimit limit) {
        return now.used.of(limit) < bounds.most(limit);
    }

    private boolean mayEnd(Situation now, int i) {
        return may(now, SearchLimit.CRASHES) && ((bounds.mortal() >> i) & 1) == 1;
    }

    private void inFlight(Situation now, int slot, List<Choice> choices) {
        Choice deliver = now.world.messages().naming(What.DELIVER, slot, 0);
        if (deliver.nth() > 0 && now.world.messages().hasTwin(slot)) {
            return;
        }
        choices.add(deliver);
        if (may(now, SearchLimit.REPEATS)) {
            choices.add(now.world.messages().naming(What.REPEAT, slot, 0));
        }
        if (now.world.messages().inFlight() >= bounds.most(SearchLimit.STRAYS)) {
            choices.add(now.world.messages().naming(What.DROP, slot, 0));
        }
    }

    private void peer(Situation now, int i, List<Choice> choices) {
        World world = now.world;
        Peer peer = world.peer(i);
        boolean leads = peer.role() instanceof Leader;
        boolean mayTick = leads ? may(now, SearchLimit.BEATS) : may(now, SearchLimit.TIMERS);
        boolean due = bounds.timed() ? peer.wakeAt() <= world.now(i) : peer.wakeAt() != Peer.NEVER;
        if (due && (mayTick || (leads && !isBeatDue(peer, at(world, i))))) {
            choices.add(Choice.of(What.TICK, i));
        }
        if (world.hasPending(i)) {
            choices.add(Choice.of(What.FORCE, i, 1));
            if (world.pending(i) > 1) {
                choices.add(Choice.of(What.FORCE, i, world.pending(i)));
            }
        }
        if (mayEnd(now, i)) {
            for (int survive = 0; survive <= world.pending(i); survive++) {
                choices.add(Choice.of(What.CRASH, i, survive));
            }
        }
        if (world.oracle().held(i) != 0 && world.oracle().isDismissed(i)) {
            choices.add(Choice.of(What.USERS_STOPPED, i, world.oracle().held(i)));
        }
        if (leads && may(now, SearchLimit.HAND_OVERS)) {
            choices.add(Choice.of(What.HAND_OVER, i));
            choices.add(Choice.of(What.LEAVE, i));
        }
        if (leads && world.oracle().held(i) != 0 && may(now, SearchLimit.WRITES)) {
            choices.add(Choice.of(What.WRITE, i));
        }
        if (may(now, SearchLimit.FORGETS) && peer.takesPart() && peer.isIdle(world.now(i)) && !world.hasPending(i)) {
            choices.add(Choice.of(What.FORGET, i));
            choices.add(Choice.of(What.FORGET, i, 1));
        }
        if (may(now, SearchLimit.SUPPLANTS) && !bounds.group().isVoter(i)) {
            choices.add(Choice.of(What.SUPPLANT, i));
        }
        if (leads && may(now, SearchLimit.VOIDS)) {
            choices.add(Choice.of(What.VOID, i, 1));
        }
        if (may(now, SearchLimit.PROOFS)) {
            proof(world, i, peer, choices);
        }
    }

    /** The reading of the peer's clock when it receives its tick. */
    private long at(World world, int i) {
        long wake = world.peer(i).wakeAt();
        return bounds.timed() || wake == Peer.NEVER ? world.now(i) : Math.max(wake, world.now(i));
    }

    private static boolean isBeatDue(Peer peer, long now) {
        return peer.role() instanceof Leader leader && leader.beatAt() <= now;
    }

    /**
     * Adds the proofs about the leader that the peer obeys, in any of its lives; other proofs only change a succession.
     */
    private void proof(World world, int i, Peer peer, List<Choice> choices) {
        if (peer.loyalty().obeyed().isEmpty()) {
            return;
        }
        Loyalty.Obeyed obeyed = peer.loyalty().obeyed().get();
        int other = PeerGroup.indexOf(obeyed.leader());
        for (int life = 1; life <= world.life(other); life++) {
            boolean over = life < world.life(other) || world.isDown(other) || world.voidLife(other) == life;
            if (over || !core.isLifelineTrue()) {
                if (!PeerGroup.incarnation(other, life).equals(peer.gone().get(obeyed.leader()))) {
                    choices.add(new Choice(What.PROOF, i, other, life, 0, 0, 0));
                }
            }
        }
    }

    @Override
    public @Nullable Situation next(Situation now, Choice choice) {
        World world = new World(now.world, tallies.get());
        boolean leads = false;
        if (choice.what() == What.TICK) {
            int i = choice.peer();
            leads = isBeatDue(world.peer(i), at(world, i));
            if (at(world, i) > world.now(i)) {
                world.apply(Choice.of(What.JUMP, i, at(world, i) - world.now(i)));
            }
        }
        if (!world.apply(choice)) {
            return null;
        }
        for (int i = 0; i < bounds.group().size(); i++) {
            if (!world.isDown(i) && world.peer(i).ballot().term() > bounds.most(SearchLimit.TERM)) {
                return null;
            }
        }
        if (choice.what() == What.CRASH || choice.what() == What.SUPPLANT) {
            world.messages().forgetDead(world);
        }
        world.messages().loseAbove(world, bounds.most(SearchLimit.MESSAGES));
        return new Situation(world, spend(now.used, choice, leads));
    }

    private static LimitUsage spend(LimitUsage used, Choice choice, boolean leads) {
        return switch (choice.what()) {
            case CRASH -> used.and(SearchLimit.CRASHES);
            case SUPPLANT -> used.and(SearchLimit.SUPPLANTS);
            case PROOF -> used.and(SearchLimit.PROOFS);
            case HAND_OVER, WITHDRAW, LEAVE -> used.and(SearchLimit.HAND_OVERS);
            case VOID -> used.and(SearchLimit.VOIDS);
            case REPEAT -> used.and(SearchLimit.REPEATS);
            case TICK -> used.and(leads ? SearchLimit.BEATS : SearchLimit.TIMERS);
            case FORGET -> used.and(SearchLimit.FORGETS);
            case WRITE -> used.and(SearchLimit.WRITES);
            default -> used;
        };
    }

    @Override
    public long fingerprint(Situation now) {
        long ticks = (now.world.micros() - startMicros) / bounds.tickMicros();
        return Fingerprint.mix(Fingerprint.mix(now.world.fingerprint(), now.used.bits()), ticks);
    }
}
