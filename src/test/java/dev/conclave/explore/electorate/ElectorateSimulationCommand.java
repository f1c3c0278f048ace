package dev.conclave.explore.electorate;

import dev.conclave.explore.world.Violation;

/** Runs many simulations of the electorate: {@code FIRST COUNT ELECTIONS}. */
final class ElectorateSimulationCommand {

    private ElectorateSimulationCommand() {}

    /** Prints each violation, and the sums. */
    public static void main(String[] args) {
        long first = Long.parseLong(args[0]);
        long count = Long.parseLong(args[1]);
        int elections = Integer.parseInt(args[2]);
        long steps = 0;
        long led = 0;
        long configurations = 0;
        long under = 0;
        long forces = 0;
        int several = 0;
        int broken = 0;
        for (long seed = first; seed < first + count; seed++) {
            ElectorateSimulation simulation = new ElectorateSimulation(seed, ElectorateCore.PRODUCTION);
            try {
                simulation.run(elections);
            } catch (Violation violation) {
                broken++;
                System.out.println(seed + " " + violation.getMessage());
            } catch (RuntimeException failed) {
                broken++;
                System.out.println(seed + " " + failed);
                failed.printStackTrace(System.out);
            }
            steps += simulation.steps();
            led += simulation.oracle().elections();
            configurations += simulation.oracle().configurations();
            forces += simulation.forces();
            several += simulation.mostLost() > 1 ? 1 : 0;
            under += simulation.oracle().electedUnder() > 0 ? 1 : 0;
        }
        System.out.printf(
                "%d runs, %,d steps, %,d elections, %,d configurations, %,d forces, %d runs lost several directories"
                        + " at a time, %d elected under a later configuration, %d broken%n",
                count, steps, led, configurations, forces, several, under, broken);
    }
}
