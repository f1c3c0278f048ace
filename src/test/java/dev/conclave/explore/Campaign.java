package dev.conclave.explore;

import java.util.ArrayList;
import java.util.List;

/** Many simulations, and the stories of those that failed: seed, shortest list of choices, picture. */
final class Campaign {

    private static final int MOST_TEXT = 12_000;

    private final Core core;
    private final int rounds;
    private final Arena arena;
    private final Tally tally = new Tally();
    private final List<String> stories = new ArrayList<>();
    private double simulatedSeconds;
    private long nanos;

    Campaign(Core core, Arena arena, int rounds) {
        this.core = core;
        this.rounds = rounds;
        this.arena = arena;
    }

    List<String> stories() {
        return stories;
    }

    Tally tally() {
        return tally;
    }

    /** Runs the seeds. */
    void seeds(long first, long count) {
        long began = System.nanoTime();
        for (long seed = first; seed < first + count; seed++) {
            Group group = arena.group(seed);
            Simulation run = arena.simulation(core, seed, tally, null);
            try {
                run.run(rounds);
            } catch (Violation violation) {
                stories.add("seed " + seed + ": " + violation.getMessage() + "\n" + story(group, seed, violation));
            } catch (RuntimeException thrown) {
                stories.add("seed " + seed + ": " + thrown + " at " + List.of(thrown.getStackTrace()));
            }
            simulatedSeconds += run.world().micros() / 1e6;
        }
        nanos += System.nanoTime() - began;
    }

    private String story(Group group, long seed, Violation violation) {
        List<Choice> choices = new ArrayList<>();
        try {
            arena.simulation(core, seed, new Tally(), choices).run(rounds);
        } catch (Violation same) {
            if (Shrinker.judge(group, core, choices).equals(violation.property())) {
                return Picture.of(group, core, Shrinker.shrink(group, core, choices, violation.property()));
            }
        }
        String whole = Picture.of(group, core, choices);
        return group + ", " + choices.size() + " choices, the last of them:\n"
                + whole.substring(Math.max(0, whole.length() - MOST_TEXT));
    }

    /** Leaves the counts for the line at the end of the build. */
    void leave(String name) {
        Quote.leave(name, 0, 0, simulatedSeconds, tally.steps, stories.size());
    }

    @Override
    public String toString() {
        double seconds = nanos / 1e9;
        return String.format(
                "%s; %.0f seconds simulated in %.1f, %.0f steps/s, %d violations",
                tally, simulatedSeconds, seconds, tally.steps / seconds, stories.size());
    }
}
