package dev.conclave.explore.world;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Peer;
import dev.conclave.judge.Event;
import dev.conclave.judge.EventLine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Repeats a run and writes the lines that its peers would have written as processes, and that {@code dev.conclave.judge}
 * reads. True time is the clock that they share.
 */
public final class RunEventLog implements Core {

    private static final ElectionName ELECTION = new ElectionName("explored");

    private final Core core;
    private final World world;
    private final List<String> lines = new ArrayList<>();
    private final List<Violation> violations = new ArrayList<>();

    /** For each peer, when its clock was set: its reading, and the true time. */
    private final List<NavigableMap<Long, Long>> clockSet = new ArrayList<>();

    /** The end of each peer's announced leadership, by its own clock; 0 where it does not lead. */
    private final long[] leaseUntil;

    private final int[] begunLife;
    private final int[] endedLife;

    private RunEventLog(PeerGroup group, Core core) {
        this.core = core;
        world = new World(group, this, new EventCounts());
        world.goesOnAfter(violations);
        leaseUntil = new long[group.size()];
        begunLife = new int[group.size()];
        endedLife = new int[group.size()];
        for (int i = 0; i < group.size(); i++) {
            clockSet.add(new TreeMap<>());
        }
    }

    /**
     * The record of one run.
     *
     * @param lines the lines of the peers
     * @param violations the violations that the oracle found
     */
    public record Account(List<String> lines, List<Violation> violations) {}

    /** Makes the choices; a violation does not end the run. */
    public static Account of(PeerGroup group, Core core, List<Choice> choices) {
        RunEventLog witness = new RunEventLog(group, core);
        try {
            choices.forEach(witness::make);
            // A peer that slept when the run ended reports its last events, as a process does that wakes up.
            for (int i = 0; i < group.size(); i++) {
                witness.make(Choice.of(Choice.What.TICK, i));
            }
        } catch (Violation end) {
            witness.violations.add(end);
        } catch (RuntimeException ruined) {
            // A broken core has reached a state from which it cannot go on.
        }
        return new Account(witness.lines, witness.violations);
    }

    private void make(Choice choice) {
        int peer = choice.peer();
        boolean ends =
                choice.what() == Choice.What.CRASH || (choice.what() == Choice.What.VOID && choice.number() == 1);
        if (ends && !world.isDown(peer) && endedLife[peer] != world.life(peer)) {
            // A process without its listener is about to end, and leads nothing (R10). A process that slept beyond its
            // lease and dies asleep held the lease to its end, like a process that a test freezes and then kills.
            write(new Event.Killed(Math.min(now(), lease(peer)), world.group().id(peer)));
            endedLife[peer] = world.life(peer);
            leaseUntil[peer] = 0;
        }
        world.apply(choice);
        if (choice.what() == Choice.What.RATE) {
            clockSet.get(peer).put(world.now(peer), world.micros());
        }
    }

    private long lease(int peer) {
        return leaseUntil[peer] == 0 ? Long.MAX_VALUE : trueTime(peer, leaseUntil[peer]);
    }

    private long now() {
        return world.micros() * 1000;
    }

    /** The first instant at which the peer's clock shows this, whether past or to come. */
    private long trueTime(int peer, long clock) {
        if (clock >= world.now(peer)) {
            return world.microsAt(peer, clock) * 1000;
        }
        var before = clockSet.get(peer).floorEntry(clock);
        long shown = before == null ? 0 : before.getKey();
        long micros = before == null ? 0 : before.getValue();
        var after = clockSet.get(peer).higherEntry(clock);
        long shownAfter = after == null ? world.now(peer) : after.getKey();
        long microsAfter = after == null ? world.micros() : after.getValue();
        long rate = (shownAfter - shown) / (microsAfter - micros);
        return (micros + (clock - shown + rate - 1) / rate) * 1000;
    }

    private void write(Event event) {
        lines.add(EventLine.write(event, Instant.ofEpochMilli(event.mono() / 1_000_000)));
    }

    private void tell(int peer, Effect effect) {
        PeerId id = world.group().id(peer);
        if (effect instanceof Effect.Following following) {
            write(new Event.Following(now(), id, ELECTION, following.term(), following.leader()));
        } else if (effect instanceof Effect.Leaderless leaderless) {
            write(new Event.Leaderless(now(), id, ELECTION, leaderless.term()));
        } else if (effect instanceof Effect.Standing standing) {
            write(new Event.Standing(now(), id, ELECTION, standing.term()));
        } else if (effect instanceof Effect.Elected elected) {
            leaseUntil[peer] = elected.leaseUntil();
            write(new Event.Elected(now(), id, ELECTION, elected.term(), trueTime(peer, elected.leaseUntil())));
        } else if (effect instanceof Effect.Renewed renewed) {
            leaseUntil[peer] = Math.max(leaseUntil[peer], renewed.leaseUntil());
        } else if (effect instanceof Effect.Ended ended) {
            leaseUntil[peer] = 0;
            String reason = ended.reason().name().toLowerCase(Locale.ROOT).replace('_', '-');
            write(new Event.Dismissed(now(), id, ELECTION, ended.term(), reason, trueTime(peer, ended.heldUntil())));
        }
    }

    // ---- the recorded core

    @Override
    public Peer.Step step(Peer peer, long now, long draw, Input input) {
        Peer.Step step = core.step(peer, now, draw, input);
        int i = PeerGroup.indexOf(peer.self().id());
        if (endedLife[i] == world.life(i)) {
            return step;
        }
        if (input instanceof Input.Admitted && begunLife[i] != world.life(i)) {
            begunLife[i] = world.life(i);
            write(new Event.Started(
                    now(),
                    peer.self().id(),
                    ELECTION,
                    step.peer().ballot().term(),
                    peer.self().settings().isVoter(peer.self().id())));
        }
        step.effects().forEach(effect -> tell(i, effect));
        return step;
    }

    @Override
    public Peer start(Peer.Self self, Ballot onDisk) {
        return core.start(self, onDisk);
    }

    @Override
    public long loyalForNanos(Peer.Self self, Ballot onDisk) {
        return core.loyalForNanos(self, onDisk);
    }

    @Override
    public boolean isLifelineTrue() {
        return core.isLifelineTrue();
    }
}
