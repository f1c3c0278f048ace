package dev.conclave.explore;

import java.util.ArrayList;
import java.util.List;

/** Looks for a simulation that shows each fault: from the command line, when a fault is added or the simulation changes. */
final class Bite {

    private static final int ROUNDS = 3;

    private Bite() {}

    /** The result of simulating a fault. */
    record Mark(Arena arena, long seed, String property, long steps, List<Choice> choices) {}

    /** Prints for each fault where it shows first, and the length of a shortest run; seeds to try, faults to look at. */
    public static void main(String[] args) {
        for (Tooth tooth : Tooth.everyFault().toList()) {
            if (args.length > 1
                    && !args[1].equals("all")
                    && !List.of(args[1].split(",", -1)).contains(tooth.fault())) {
                continue;
            }
            long began = System.nanoTime();
            String found = "not found";
            search:
            for (Arena arena : args.length > 2 ? Arena.values() : new Arena[] {tooth.arena()}) {
                for (long seed = 1; seed <= Long.parseLong(args[0]); seed++) {
                    String property = judge(tooth, arena, seed, new Tally());
                    if (tooth.properties().contains(property)) {
                        Mark mark = mark(tooth, arena, seed);
                        found = arena + ", " + seed + " " + property + ", steps " + mark.steps + ", shortest "
                                + shortest(tooth, mark);
                        break search;
                    }
                }
            }
            System.out.printf("%-34s %s (%.1f s)%n", tooth.fault(), found, (System.nanoTime() - began) / 1e9);
        }
    }

    /** The property that a simulation of the fault breaks; empty if none. */
    static String judge(Tooth tooth, Arena arena, long seed, Tally tally) {
        try {
            arena.simulation(tooth.core(), seed, tally, null).run(ROUNDS);
        } catch (Violation violation) {
            return violation.property();
        }
        return "";
    }

    /** The same with all choices. */
    static Mark mark(Tooth tooth, Arena arena, long seed) {
        List<Choice> choices = new ArrayList<>();
        Tally tally = new Tally();
        String property = "";
        try {
            arena.simulation(tooth.core(), seed, tally, choices).run(ROUNDS);
        } catch (Violation violation) {
            property = violation.property();
        }
        return new Mark(arena, seed, property, tally.steps, choices);
    }

    private static String shortest(Tooth tooth, Mark mark) {
        Group group = mark.arena.group(mark.seed);
        if (mark.choices.size() > 6000
                || !Shrinker.judge(group, tooth.core(), mark.choices).equals(mark.property)) {
            return "-";
        }
        return ""
                + Shrinker.shrink(group, tooth.core(), mark.choices, mark.property)
                        .size();
    }
}
