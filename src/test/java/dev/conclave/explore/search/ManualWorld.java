package dev.conclave.explore.search;

import dev.conclave.core.peer.Candidate;
import dev.conclave.core.peer.Peer;
import dev.conclave.explore.world.Choice;
import dev.conclave.explore.world.Choice.What;
import dev.conclave.explore.world.Core;
import dev.conclave.explore.world.EventCounts;
import dev.conclave.explore.world.InFlight;
import dev.conclave.explore.world.PeerGroup;
import dev.conclave.explore.world.World;
import java.util.HashSet;
import java.util.Set;

/** A world whose every step a test chooses, for scripted runs. H is 1 ms and E is 12 ms. */
public final class ManualWorld {

    private final World world;
    private final Set<Integer> held = new HashSet<>();

    /** Three voters have just started for the first time; p0's clock is as slow as rho allows, all others' as fast. */
    public static ManualWorld apart(Core core) {
        ManualWorld manual = new ManualWorld(core);
        for (int i = 0; i < 3; i++) {
            manual.world.apply(Choice.of(What.RATE, i, i == 0 ? 800 : 1200));
        }
        return manual;
    }

    /** Three voters have just started for the first time; all clocks are right. */
    public ManualWorld(Core core) {
        this(core, NamedSearch.THREE);
    }

    private ManualWorld(Core core, PeerGroup group) {
        world = new World(group, core, new EventCounts());
        for (int i = 0; i < group.size(); i++) {
            world.apply(Choice.of(What.START, i));
        }
    }

    /** Three voters, of which the first stands, and p3, a non-voter that stands. */
    public static ManualWorld withOneThatHasNoVote(Core core) {
        return new ManualWorld(core, NamedSearch.group(3, 1, 1));
    }

    public World world() {
        return world;
    }

    public void pass(long micros) {
        world.advance(micros);
    }

    /** Time passes until the peer asks for a tick, and it receives one; nothing happens if it never asks. */
    public void tick(int peer) {
        long wake = world.peer(peer).wakeAt();
        if (wake == Peer.NEVER) {
            return;
        }
        pass(Math.max(0, world.microsAt(peer, wake) - world.micros()));
        world.apply(Choice.of(What.TICK, peer));
        force(peer);
    }

    public void restart(int peer) {
        world.apply(Choice.of(What.CRASH, peer));
        world.apply(Choice.of(What.START, peer));
    }

    /** Another process takes the name of a non-voter, and the former one lives on. */
    public void supplant(int peer) {
        world.apply(Choice.of(What.SUPPLANT, peer));
        world.apply(Choice.of(What.START, peer));
    }

    /** The leader is told to hand over, and its users have stopped. */
    public void handOver(int leader) {
        long term = world.oracle().held(leader);
        world.apply(Choice.of(What.HAND_OVER, leader));
        world.apply(Choice.of(What.USERS_STOPPED, leader, term));
    }

    /** The leader writes its register, and its own disk has the entry. */
    public void write(int leader) {
        world.apply(Choice.of(What.WRITE, leader));
        force(leader);
    }

    /** All users of the peer's leadership have stopped. */
    public void usersStopped(int peer) {
        world.apply(Choice.of(What.USERS_STOPPED, peer, world.oracle().held(peer)));
    }

    private void force(int peer) {
        if (world.hasPending(peer)) {
            world.apply(Choice.of(What.FORCE, peer, world.pending(peer)));
        }
    }

    /** All messages from {@code from} to {@code to} arrive, except those held up, and the ballots that they cause are forced. */
    public void hear(int to, int from) {
        for (int slot = 0; slot < world.messages().slots(); slot++) {
            if (isFrom(slot, from, to) && !held.contains(slot)) {
                world.apply(world.messages().naming(What.DELIVER, slot, 0));
            }
        }
        force(to);
    }

    /** The same, and each message will arrive once more later. */
    public void hearTheFirstOfTwo(int to, int from) {
        int slots = world.messages().slots();
        for (int slot = 0; slot < slots; slot++) {
            if (isFrom(slot, from, to) && !held.contains(slot)) {
                world.apply(world.messages().naming(What.REPEAT, slot, 0));
            }
        }
        force(to);
    }

    /** The messages in flight from one to the other are held up. */
    public void holdUp(int to, int from) {
        for (int slot = 0; slot < world.messages().slots(); slot++) {
            if (isFrom(slot, from, to)) {
                held.add(slot);
            }
        }
    }

    /** The messages that were held up between the two may arrive. */
    public void release(int to, int from) {
        held.removeIf(slot -> isFrom(slot, from, to));
    }

    private boolean isFrom(int slot, int from, int to) {
        InFlight inFlight = world.messages().inFlight(slot);
        return inFlight != null && inFlight.from() == from && inFlight.to() == to;
    }

    /** Time passes until the peer asks for votes. */
    public void canvass(int peer) {
        while (world.peer(peer).wakeAt() != Peer.NEVER && !(world.peer(peer).role() instanceof Candidate)) {
            tick(peer);
        }
    }

    /** The peer asks the other for its pre-vote and its vote, and receives the answers. */
    public void stand(int peer, int voter) {
        tick(peer);
        for (int letters = 0; letters < 2; letters++) {
            hear(voter, peer);
            hear(peer, voter);
        }
    }

    /** The same, and the voter acknowledges a heartbeat. */
    public void lead(int peer, int voter) {
        stand(peer, voter);
        hear(voter, peer);
        hear(peer, voter);
    }
}
