package dev.conclave.explore.electorate;

import dev.conclave.explore.world.Violation;

/** Looks for the first simulation that shows each planted fault: {@code SEEDS ELECTIONS [FAULT]}. */
final class FaultFinder {

    private FaultFinder() {}

    /** Prints the first seed of each fault. */
    public static void main(String[] args) {
        long seeds = Long.parseLong(args[0]);
        int elections = Integer.parseInt(args[1]);
        for (ElectorateCore core : ElectorateFaults.all()) {
            String name = core.getClass().getSimpleName();
            if (args.length > 2 && !name.equals(args[2])) {
                continue;
            }
            long seed = 1;
            String found = "not found";
            while (seed <= seeds) {
                try {
                    new ElectorateSimulation(seed, core).run(elections);
                } catch (Violation violation) {
                    if (!violation.property().equals("L1")
                            && !violation.property().equals("L2")) {
                        found = violation.getMessage();
                        break;
                    }
                } catch (RuntimeException broken) {
                    found = broken.toString();
                    break;
                }
                seed++;
            }
            System.out.println(name + " " + seed + " " + found);
        }
    }
}
