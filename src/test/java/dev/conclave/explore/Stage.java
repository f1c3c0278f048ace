package dev.conclave.explore;

import dev.conclave.explore.Choice.What;
import java.util.HashSet;
import java.util.Set;

/** A world of three voters that is moved by hand, step by step: for runs that are told, not searched. H is 1 ms and E is 12 ms. */
final class Stage {

    private final World world;
    private final Set<Integer> held = new HashSet<>();

    /** Everybody has just started for the first time; p0's clock is as slow as rho allows, all others' as fast. */
    static Stage apart(Core core) {
        Stage stage = new Stage(core);
        for (int i = 0; i < 3; i++) {
            stage.world.apply(Choice.of(What.RATE, i, i == 0 ? 800 : 1200));
        }
        return stage;
    }

    /** Everybody has just started for the first time; all clocks are right. */
    Stage(Core core) {
        world = new World(Size.group(3, 0, -1), core, new Tally());
        for (int i = 0; i < 3; i++) {
            world.apply(Choice.of(What.START, i));
        }
    }

    World world() {
        return world;
    }

    void pass(long micros) {
        world.advance(micros);
    }

    /** Time passes until the peer wants a tick, and it gets one. */
    void tick(int peer) {
        pass(world.microsAt(peer, world.peer(peer).wakeAt()) - world.micros());
        world.apply(Choice.of(What.TICK, peer));
        force(peer);
    }

    void restart(int peer) {
        world.apply(Choice.of(What.CRASH, peer));
        world.apply(Choice.of(What.START, peer));
    }

    private void force(int peer) {
        if (world.hasPending(peer)) {
            world.apply(Choice.of(What.FORCE, peer, world.pending(peer)));
        }
    }

    /** All that one has said to the other arrives but what is held up, and what that writes is forced. */
    void hear(int to, int from) {
        for (int slot = 0; slot < world.mail().slots(); slot++) {
            if (isFrom(slot, from, to) && !held.contains(slot)) {
                world.apply(world.mail().naming(What.DELIVER, slot, 0));
            }
        }
        force(to);
    }

    /** What is on its way from one to the other is held up. */
    void holdUp(int to, int from) {
        for (int slot = 0; slot < world.mail().slots(); slot++) {
            if (isFrom(slot, from, to)) {
                held.add(slot);
            }
        }
    }

    /** What was held up between the two may arrive. */
    void release(int to, int from) {
        held.removeIf(slot -> isFrom(slot, from, to));
    }

    private boolean isFrom(int slot, int from, int to) {
        Letter letter = world.mail().letter(slot);
        return letter != null && letter.from() == from && letter.to() == to;
    }

    /** The peer asks the other for its pre-vote and its vote, and gets what the other gives. */
    void stand(int peer, int voter) {
        tick(peer);
        for (int letters = 0; letters < 2; letters++) {
            hear(voter, peer);
            hear(peer, voter);
        }
    }

    /** The same, and the voter acknowledges a heartbeat. */
    void lead(int peer, int voter) {
        stand(peer, voter);
        hear(voter, peer);
        hear(peer, voter);
    }
}
