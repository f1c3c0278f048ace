package dev.conclave.explore.simulation;

import dev.conclave.explore.world.Core;
import dev.conclave.explore.world.PeerGroup;
import dev.conclave.explore.world.SeededRandom;

/** Simulations from the command line: first seed, how many, rounds each, at how many failures to stop, arena. */
public final class SimulationCommand {

    private SimulationCommand() {}

    /** The group of a run: drawn, so that many kinds are met. */
    public static PeerGroup group(SeededRandom random) {
        int voters = 1 + random.below(7);
        int standers = random.permille(300) ? 1 + random.below(2) : 0;
        int watchers = random.permille(200) ? 1 : 0;
        long standing = random.permille(600) ? -1L : random.next();
        double rho = random.permille(300) ? 0.2 : random.permille(500) ? 0.01 : 0.05;
        long e = 100_000_000;
        long h = random.permille(500) ? e / 10 : e / 5;
        long margin = random.permille(300) ? 0 : random.below((int) ((e * (1 - rho) / (1 + rho) - 2 * h) * 0.99));
        return new PeerGroup(voters, standers, watchers, standing, h, e, rho, margin);
    }

    /** Runs and prints. */
    public static void main(String[] args) {
        SimulationBatch batch = new SimulationBatch(
                Core.PRODUCTION,
                args.length > 4 ? SimulationArena.valueOf(args[4]) : SimulationArena.MIXED_FAULTS,
                Integer.parseInt(args[2]));
        long first = Long.parseLong(args[0]);
        int most = args.length > 3 ? Integer.parseInt(args[3]) : 3;
        for (long seed = first;
                seed < first + Long.parseLong(args[1]) && batch.stories().size() < most;
                seed++) {
            int before = batch.stories().size();
            batch.seeds(seed, 1);
            if (batch.stories().size() > before) {
                System.out.println(batch.stories().get(before));
            }
        }
        System.out.println(batch + "; never met: " + batch.counts().missing());
    }
}
