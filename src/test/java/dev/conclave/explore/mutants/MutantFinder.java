package dev.conclave.explore.mutants;

import dev.conclave.explore.simulation.SimulationArena;
import dev.conclave.explore.world.Choice;
import dev.conclave.explore.world.EventCounts;
import dev.conclave.explore.world.PeerGroup;
import dev.conclave.explore.world.Shrinker;
import dev.conclave.explore.world.Violation;
import java.util.ArrayList;
import java.util.List;

/** Looks for a simulation that shows each fault: from the command line, when a fault is added or the simulation changes. */
final class MutantFinder {

    private static final int ROUNDS = 3;

    private MutantFinder() {}

    /** The result of simulating a fault. */
    record Mark(SimulationArena arena, long seed, String property, long steps, List<Choice> choices) {}

    /** Prints for each fault where it shows first, and the length of a shortest run; seeds to try, faults to look at. */
    public static void main(String[] args) {
        for (Mutant mutant : Mutant.everyFault().toList()) {
            if (args.length > 1
                    && !args[1].equals("all")
                    && !List.of(args[1].split(",", -1)).contains(mutant.fault())) {
                continue;
            }
            long began = System.nanoTime();
            String found = "not found";
            search:
            for (SimulationArena arena :
                    args.length > 2 ? SimulationArena.values() : new SimulationArena[] {mutant.arena()}) {
                for (long seed = 1; seed <= Long.parseLong(args[0]); seed++) {
                    String property = judge(mutant, arena, seed, new EventCounts());
                    if (mutant.properties().contains(property)) {
                        Mark mark = mark(mutant, arena, seed);
                        found = arena + ", " + seed + " " + property + ", steps " + mark.steps + ", shortest "
                                + shortest(mutant, mark);
                        break search;
                    }
                }
            }
            System.out.printf("%-34s %s (%.1f s)%n", mutant.fault(), found, (System.nanoTime() - began) / 1e9);
        }
    }

    /** The property that a simulation of the fault breaks; empty if none. */
    static String judge(Mutant mutant, SimulationArena arena, long seed, EventCounts counts) {
        try {
            arena.simulation(mutant.core(), seed, counts, null).run(ROUNDS);
        } catch (Violation violation) {
            return violation.property();
        }
        return "";
    }

    /** The same with all choices. */
    static Mark mark(Mutant mutant, SimulationArena arena, long seed) {
        List<Choice> choices = new ArrayList<>();
        EventCounts counts = new EventCounts();
        String property = "";
        try {
            arena.simulation(mutant.core(), seed, counts, choices).run(ROUNDS);
        } catch (Violation violation) {
            property = violation.property();
        }
        return new Mark(arena, seed, property, counts.steps, choices);
    }

    private static String shortest(Mutant mutant, Mark mark) {
        PeerGroup group = mark.arena.group(mark.seed);
        if (mark.choices.size() > 6000
                || !Shrinker.judge(group, mutant.core(), mark.choices).equals(mark.property)) {
            return "-";
        }
        return ""
                + Shrinker.shrink(group, mutant.core(), mark.choices, mark.property)
                        .size();
    }
}
