package dev.conclave.explore.simulation;

import dev.conclave.explore.world.Choice;
import dev.conclave.explore.world.Choice.What;
import dev.conclave.explore.world.SeededRandom;
import dev.conclave.explore.world.World;

/** The faults of a simulation: draws the next fault, as often as {@link Faults} states, and makes it happen. */
public final class FaultInjector {

    private final Simulation sim;
    private final World world;
    private final SeededRandom random;

    public FaultInjector(Simulation sim, World world, SeededRandom random) {
        this.sim = sim;
        this.world = world;
        this.random = random;
    }

    private Faults faults() {
        return sim.faults();
    }

    public void plan() {
        for (int i = 0; i < world.group().size(); i++) {
            later(faults().crash(), Simulation.CRASH, i, 0);
            later(faults().pause(), Simulation.PAUSE, i, 0);
            later(faults().operator(), Simulation.OPERATOR, i, 0);
            later(faults().voids(), Simulation.VOID, i, 0);
            later(sim.forgets() ? sim.election / 4 : 0, Simulation.FORGET, i, 0);
            later(sim.core.isLifelineTrue() ? 0 : faults().lies(), Simulation.LIE, i, 0);
        }
        later(faults().partition(), Simulation.PARTITION, 0, 0);
        later(faults().driftPermille() > 0 ? 5 * sim.election : 0, Simulation.RATES, 0, 0);
        if (faults().driftPermille() > 0) {
            setRates();
        }
    }

    private void later(long mean, int kind, int peer, long number) {
        if (mean > 0) {
            sim.put(world.micros() + 1 + sim.around(mean), kind, peer, number);
        }
    }

    public void disturb(int kind, int peer) {
        switch (kind) {
            case Simulation.CRASH -> {
                if (!world.isDown(peer)) {
                    if (!world.group().isVoter(peer) && random.permille(500)) {
                        sim.supplant(peer);
                    } else {
                        sim.crash(peer);
                    }
                    sim.put(world.micros() + 1 + sim.around(faults().down()), Simulation.START, peer, 0);
                }
                later(faults().crash(), Simulation.CRASH, peer, 0);
            }
            case Simulation.START -> {
                if (world.isDown(peer)) {
                    sim.start(peer);
                }
            }
            case Simulation.PAUSE -> {
                sim.asleepUntil[peer] = world.micros() + sim.around(faults().sleep());
                if (sim.tickAt[peer] != Long.MAX_VALUE) {
                    sim.tickAt[peer] = Math.max(sim.tickAt[peer], sim.asleepUntil[peer]);
                }
                later(faults().pause(), Simulation.PAUSE, peer, 0);
            }
            case Simulation.PARTITION -> {
                sim.links().cutSome(world.leader());
                sim.put(world.micros() + 1 + sim.around(faults().healing()), Simulation.HEAL, 0, 0);
            }
            case Simulation.HEAL -> {
                sim.links().heal();
                later(faults().partition(), Simulation.PARTITION, 0, 0);
            }
            case Simulation.RATES -> {
                setRates();
                later(5 * sim.election, Simulation.RATES, 0, 0);
            }
            case Simulation.FORGET -> {
                if (!world.isDown(peer) && sim.asleepUntil[peer] <= world.micros()) {
                    sim.tell(What.FORGET, peer, random.below(3));
                }
                later(sim.election / 4, Simulation.FORGET, peer, 0);
            }
            case Simulation.OPERATOR -> {
                operate(peer);
                later(faults().operator(), Simulation.OPERATOR, peer, 0);
            }
            case Simulation.LIE -> {
                int about = random.below(world.group().size());
                if (about != peer) {
                    sim.proof(peer, about, world.life(about));
                }
                later(faults().lies(), Simulation.LIE, peer, 0);
            }
            default -> {
                voids(peer);
                later(faults().voids(), Simulation.VOID, peer, 0);
            }
        }
    }

    private void setRates() {
        for (int i = 0; i < world.group().size(); i++) {
            int off = random.permille(500)
                    ? random.below(2 * faults().driftPermille() + 1) - faults().driftPermille()
                    : random.permille(500) ? faults().driftPermille() : -faults().driftPermille();
            sim.apply(Choice.of(What.RATE, i, 1000 + off));
            if (!world.isDown(i)) {
                sim.schedule(i, true);
            }
        }
    }

    private void operate(int peer) {
        if (world.isDown(peer) || sim.asleepUntil[peer] > world.micros()) {
            return;
        }
        switch (random.below(5)) {
            case 0 -> sim.tell(What.HAND_OVER, peer, 0);
            // To a named peer, itself included. Not drawn from the random numbers, so that recorded walks stay as they
            // are.
            case 1 ->
                sim.tell(
                        What.HAND_OVER, peer, 1 + world.micros() % world.group().size());
            case 2 -> {
                sim.tell(What.WITHDRAW, peer, 0);
            }
            case 3 -> {
                if (world.group().stands(peer)) {
                    sim.tell(What.STAND, peer, 0);
                }
            }
            default -> {
                sim.tell(What.LEAVE, peer, 0);
                sim.put(world.micros() + 1 + sim.around(sim.election), Simulation.CRASH, peer, 0);
            }
        }
    }

    private void voids(int peer) {
        if (world.isDown(peer) || sim.asleepUntil[peer] > world.micros()) {
            return;
        }
        boolean deaf = random.permille(500);
        sim.tell(What.VOID, peer, deaf ? 1 : 0);
        if (deaf) {
            sim.isOver(peer, world.life(peer));
            sim.put(world.micros() + 1 + sim.around(sim.election), Simulation.CRASH, peer, 0);
        }
    }
}
