package dev.conclave.explore;

import java.util.ArrayList;
import java.util.List;

/** Looks for the seed that shows each fault soonest: from the command line, when a fault is added. */
final class Bite {

    private Bite() {}

    /** Prints for each fault the seed, the steps, the property and the length of the shortest run. */
    public static void main(String[] args) {
        long seeds = Long.parseLong(args[0]);
        String only = args.length > 1 ? args[1] : "";
        for (Tooth tooth : Tooth.all()) {
            if (!only.isEmpty() && !List.of(only.split(",")).contains(tooth.core().getClass().getSimpleName())) {
                continue;
            }
            Tally tally = new Tally();
            long began = System.nanoTime();
            String found = "NOT FOUND";
            long bestSteps = Long.MAX_VALUE;
            int hits = 0;
            for (long seed = 1; seed <= seeds && hits < 3; seed++) {
                Group group = Explore.group(new Dice(~seed));
                Tally mine = new Tally();
                try {
                    new Simulation(group, tooth.core(), seed, mine, null).run(3);
                } catch (Violation violation) {
                    hits++;
                    if (mine.steps < bestSteps) {
                        bestSteps = mine.steps;
                        found = "seed " + seed + " " + violation.property() + " steps " + mine.steps + " total "
                                + (tally.steps + mine.steps) + shortest(tooth, group, seed, violation);
                    }
                } catch (RuntimeException thrown) {
                    found = "THROWN " + thrown;
                    break;
                }
                tally.add(mine);
            }
            System.out.printf("%-4s %-34s %s (%.1f s)%n", tooth.rule(), tooth.name(), found, (System.nanoTime() - began) / 1e9);
        }
    }

    private static String shortest(Tooth tooth, Group group, long seed, Violation violation) {
        List<Choice> choices = new ArrayList<>();
        try {
            new Simulation(group, tooth.core(), seed, new Tally(), choices).run(3);
        } catch (Violation same) {
            if (choices.size() < 20_000 && Shrinker.judge(group, tooth.core(), choices).equals(violation.property())) {
                return " shortest " + Shrinker.shrink(group, tooth.core(), choices, violation.property()).size();
            }
        }
        return "";
    }
}
