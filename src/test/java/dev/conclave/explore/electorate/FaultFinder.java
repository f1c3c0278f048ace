package dev.conclave.explore.electorate;

import dev.conclave.core.peer.BrokenInvariant;
import dev.conclave.explore.world.Violation;
import java.util.Arrays;
import java.util.List;

/**
 * Looks for the first simulation that shows each planted fault: {@code SEEDS ELECTIONS [FAULT...]}, and prints the lines for {@code
 * ElectorateFaultsTest}. A run depends on every draw, so each change of the core or of the simulation may move the seeds.
 */
final class FaultFinder {

    private FaultFinder() {}

    /** Prints the first seed of each fault, as it is found. */
    public static void main(String[] args) {
        long seeds = Long.parseLong(args[0]);
        int elections = Integer.parseInt(args[1]);
        List<String> wanted = Arrays.asList(args).subList(2, args.length);
        for (ElectorateCore core : ElectorateFaults.all()) {
            String name = core.getClass().getSimpleName();
            if (wanted.isEmpty() || wanted.contains(name)) {
                System.out.println(find(core, name, seeds, elections));
            }
        }
    }

    private static String find(ElectorateCore core, String name, long seeds, int elections) {
        for (long seed = 1; seed <= seeds; seed++) {
            try {
                new ElectorateSimulation(seed, core).run(elections);
            } catch (Violation violation) {
                if (ElectorateFaults.isOfSafety(violation)) {
                    return "Arguments.of(new ElectorateFaults." + name + "(), " + seed + "L), // "
                            + violation.getMessage();
                }
            } catch (BrokenInvariant stopped) {
                // The peer's own check was first; another simulation shows what the fault breaks.
            }
        }
        return name + " is not found";
    }
}
