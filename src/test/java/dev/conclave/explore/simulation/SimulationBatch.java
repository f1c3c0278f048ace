package dev.conclave.explore.simulation;

import dev.conclave.explore.world.Choice;
import dev.conclave.explore.world.Core;
import dev.conclave.explore.world.EventCounts;
import dev.conclave.explore.world.ExplorationSummary;
import dev.conclave.explore.world.PeerGroup;
import dev.conclave.explore.world.RunDiagram;
import dev.conclave.explore.world.Shrinker;
import dev.conclave.explore.world.Violation;
import java.util.ArrayList;
import java.util.List;

/** Many simulations, and for each that fails its seed, a short list of its choices, and a diagram. */
public final class SimulationBatch {

    private static final int MOST_TEXT = 12_000;

    private final Core core;
    private final int rounds;
    private final SimulationArena arena;
    private final EventCounts counts = new EventCounts();
    private final List<String> stories = new ArrayList<>();
    private double simulatedSeconds;
    private long nanos;

    public SimulationBatch(Core core, SimulationArena arena, int rounds) {
        this.core = core;
        this.rounds = rounds;
        this.arena = arena;
    }

    public List<String> stories() {
        return stories;
    }

    public EventCounts counts() {
        return counts;
    }

    /** Runs the seeds. */
    public void seeds(long first, long count) {
        long began = System.nanoTime();
        for (long seed = first; seed < first + count; seed++) {
            PeerGroup group = arena.group(seed);
            Simulation run = arena.simulation(core, seed, counts, null);
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

    private String story(PeerGroup group, long seed, Violation violation) {
        List<Choice> choices = new ArrayList<>();
        try {
            arena.simulation(core, seed, new EventCounts(), choices).run(rounds);
        } catch (Violation same) {
            if (Shrinker.judge(group, core, choices).equals(violation.property())) {
                return RunDiagram.of(group, core, Shrinker.shrink(group, core, choices, violation.property()));
            }
        }
        String whole = RunDiagram.of(group, core, choices);
        return group + ", " + choices.size() + " choices, the last of them:\n"
                + whole.substring(Math.max(0, whole.length() - MOST_TEXT));
    }

    /** Leaves the counts for the line at the end of the build. */
    public void leave(String name) {
        ExplorationSummary.leave(name, 0, 0, simulatedSeconds, counts.steps, stories.size());
    }

    @Override
    public String toString() {
        double seconds = nanos / 1e9;
        return String.format(
                "%s; %.0f seconds simulated in %.1f, %.0f steps/s, %d violations",
                counts, simulatedSeconds, seconds, counts.steps / seconds, stories.size());
    }
}
