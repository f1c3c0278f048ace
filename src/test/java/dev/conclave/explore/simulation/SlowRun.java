package dev.conclave.explore.simulation;

import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Peer;
import dev.conclave.explore.world.Choice;
import dev.conclave.explore.world.Choice.What;
import dev.conclave.explore.world.Core;
import dev.conclave.explore.world.EventCounts;
import dev.conclave.explore.world.InFlight;
import dev.conclave.explore.world.PeerGroup;
import dev.conclave.explore.world.SeededRandom;
import dev.conclave.explore.world.World;
import java.util.Arrays;

/**
 * An election where disks force slowly and paths are long, and nothing else goes wrong. Every wait is the same to one per
 * cent; those, and the peers' draws, come from one seed. A disk forces the ballots that were written before the force began;
 * ballots that are written meanwhile wait for the next.
 */
public final class SlowRun implements World.Follow {

    private static final int MESSAGE = 0;
    private static final int FORCE = 1;

    private final World world;
    private final SeededRandom random;
    private final EventQueue queue = new EventQueue();
    private final long[] forceMicros;
    private final long[] wayMicros;
    private final int[] underWay;
    private final long[] tickAt;
    private int standings;

    /**
     * All peers have just started for the first time.
     *
     * @param forceMicros how long each peer's disk needs to force
     * @param wayMicros how long a message to or from each peer is on its way; between two of them it is half of both together
     */
    public SlowRun(PeerGroup group, Core core, long[] forceMicros, long[] wayMicros, long seed) {
        this.forceMicros = forceMicros;
        this.wayMicros = wayMicros;
        random = new SeededRandom(seed);
        world = new World(group, core, new EventCounts());
        world.followedBy(this);
        underWay = new int[group.size()];
        tickAt = new long[group.size()];
        Arrays.fill(tickAt, Long.MAX_VALUE);
        for (int peer = 0; peer < group.size(); peer++) {
            apply(Choice.of(What.START, peer));
        }
    }

    public World world() {
        return world;
    }

    /** How often peers stood. */
    public int standings() {
        return standings;
    }

    /** A peer has led a term; the power fails for all, and comes back: they start within 5 ms, and are loyal for E (R6). */
    public SlowRun afterAPowerFailure() {
        for (int peer = 0; peer < tickAt.length; peer++) {
            while (world.durable(peer).term() == 0) {
                hurry();
            }
        }
        for (int peer = 0; peer < tickAt.length; peer++) {
            apply(Choice.of(What.CRASH, peer));
            tickAt[peer] = Long.MAX_VALUE;
            underWay[peer] = 0;
        }
        queue.clear();
        for (int slot = 0; slot < world.messages().slots(); slot++) {
            if (world.messages().inFlight(slot) != null) {
                world.messages().remove(slot);
            }
        }
        standings = 0;
        for (int peer = 0; peer < tickAt.length; peer++) {
            world.advance(random.below(5000));
            apply(Choice.of(What.START, peer));
        }
        return this;
    }

    /** The time until a leader is elected; {@link Long#MAX_VALUE} if none is within the limit. */
    public long electedWithin(long limitMicros) {
        long began = world.micros();
        while (world.leader().isEmpty()) {
            if (!next(began + limitMicros)) {
                return Long.MAX_VALUE;
            }
        }
        return world.micros() - began;
    }

    private void hurry() {
        if (!next(Long.MAX_VALUE)) {
            throw new IllegalStateException("nothing happens any more");
        }
    }

    /** The next event happens; false if it is later than this instant. */
    private boolean next(long limitMicros) {
        int ticked = -1;
        long at = queue.due();
        for (int peer = 0; peer < tickAt.length; peer++) {
            if (tickAt[peer] < at) {
                at = tickAt[peer];
                ticked = peer;
            }
        }
        if (at == Long.MAX_VALUE || at > limitMicros) {
            return false;
        }
        world.advance(Math.max(0, at - world.micros()));
        if (ticked >= 0) {
            apply(Choice.of(What.TICK, ticked));
        } else {
            happen(queue.take());
        }
        return true;
    }

    private void happen(long thing) {
        int what = (int) thing & 15;
        int number = (int) (thing >>> 4);
        if (what == MESSAGE) {
            int to = world.messages().at(number).to();
            world.deliver(number, false, random.next());
            after(to);
        } else if (what == FORCE) {
            int forced = underWay[number];
            underWay[number] = 0;
            apply(Choice.of(What.FORCE, number, forced));
            force(number);
        }
    }

    private void apply(Choice choice) {
        world.apply(choice.withDraw(random.next()));
        after(choice.peer());
    }

    private void after(int peer) {
        if (!world.isDown(peer)) {
            long wake = world.peer(peer).wakeAt();
            tickAt[peer] = wake == Peer.NEVER ? Long.MAX_VALUE : Math.max(world.micros(), world.microsAt(peer, wake));
        }
    }

    private long nearly(long micros) {
        return micros + random.below((int) (micros / 100) + 1);
    }

    @Override
    public void sent(int slot, InFlight inFlight) {
        long way = (wayMicros[inFlight.from()] + wayMicros[inFlight.to()]) / 2;
        queue.put(world.micros() + nearly(way), ((long) slot << 4) | MESSAGE);
    }

    @Override
    public void written(int peer) {
        force(peer);
    }

    private void force(int peer) {
        if (underWay[peer] == 0 && world.hasPending(peer)) {
            underWay[peer] = world.pending(peer);
            queue.put(world.micros() + nearly(forceMicros[peer]), ((long) peer << 4) | FORCE);
        }
    }

    @Override
    public void effect(int peer, Effect effect) {
        if (effect instanceof Effect.Standing) {
            standings++;
        }
    }
}
