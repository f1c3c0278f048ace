package dev.conclave.explore.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.explore.world.Choice;
import dev.conclave.explore.world.Core;
import dev.conclave.explore.world.EventCounts;
import dev.conclave.explore.world.ExplorationSummary;
import dev.conclave.explore.world.RunDiagram;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every state of the production core within the bounds: S1 to S5 and R3 in each, and each size is searched to its end. */
@Tag("explore")
class ExhaustiveTest {

    private static final int THREADS = Math.min(4, Runtime.getRuntime().availableProcessors());

    @Test
    void thePromisesHoldInEveryStateWithinTheBoundsOfEveryBuild() {
        assertThat(all(NamedSearch.everyBuild(), 1_600_000)).isGreaterThan(1_000_000);
    }

    @Test
    @Tag("soak")
    void thePromisesHoldInEveryStateWithinTheBoundsOfASoak() {
        all(NamedSearch.soak(), Integer.getInteger("states", 20_000_000));
    }

    private static long all(List<NamedSearch> sizes, int most) {
        long states = 0;
        long transitions = 0;
        int deepest = 0;
        EventCounts counts = new EventCounts();
        long began = System.nanoTime();
        List<String> stories = new ArrayList<>();
        for (NamedSearch size : sizes) {
            PeerModel model = new PeerModel(size.bounds(), Core.PRODUCTION);
            Search<PeerModel.Situation, Choice> search = new Search<>(model, THREADS, most);
            boolean complete = search.run();
            System.out.println("explored " + size.name() + ": " + search);
            if (search.violation() != null) {
                List<Choice> run = new ArrayList<>(model.prefix());
                run.addAll(search.counterexample());
                stories.add(RunDiagram.of(size.bounds().group(), Core.PRODUCTION, run));
            } else if (!complete && most < 20_000_000) {
                stories.add(size.name() + " is larger than " + most + " states");
            }
            states += search.states();
            transitions += search.transitions();
            deepest = Math.max(deepest, search.depth());
            counts.add(model.counts());
        }
        System.out.printf(
                "explored in all: %,d distinct states, %,d transitions, depth %d, %,d checked steps, %d elections, %d"
                        + " hand-overs, %.0f s, %d violations%n",
                states,
                transitions,
                deepest,
                counts.steps,
                counts.elected,
                counts.handOvers,
                (System.nanoTime() - began) / 1e9,
                stories.size());
        ExplorationSummary.leave(
                most >= 20_000_000 ? "searches-soak" : "searches", states, deepest, 0, counts.steps, stories.size());
        assertThat(stories).isEmpty();
        // Nothing is proven by a search that never gets there.
        assertThat(counts.elected).isPositive();
        assertThat(counts.handOvers).isPositive();
        assertThat(counts.renewed).isPositive();
        assertThat(counts.sticky).isPositive();
        assertThat(counts.splits).isPositive();
        assertThat(counts.pushed).isPositive();
        assertThat(counts.forgotten).isPositive();
        assertThat(counts.readmitted).isPositive();
        return states;
    }
}
