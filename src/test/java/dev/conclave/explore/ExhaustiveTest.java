package dev.conclave.explore;

import static org.assertj.core.api.Assertions.assertThat;

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
        assertThat(all(Size.everyBuild(), 1_600_000)).isGreaterThan(1_000_000);
    }

    @Test
    @Tag("soak")
    void thePromisesHoldInEveryStateWithinTheBoundsOfASoak() {
        all(Size.soak(), Integer.getInteger("states", 20_000_000));
    }

    private static long all(List<Size> sizes, int most) {
        long states = 0;
        long transitions = 0;
        int deepest = 0;
        Tally tally = new Tally();
        long began = System.nanoTime();
        List<String> stories = new ArrayList<>();
        for (Size size : sizes) {
            PeerModel model = new PeerModel(size.bounds(), Core.PRODUCTION);
            Search<PeerModel.Situation, Choice> search = new Search<>(model, THREADS, most);
            boolean complete = search.run();
            System.out.println("explored " + size.name() + ": " + search);
            if (search.violation() != null) {
                List<Choice> run = new ArrayList<>(model.prefix());
                run.addAll(search.counterexample());
                stories.add(Picture.of(size.bounds().group(), Core.PRODUCTION, run));
            } else if (!complete && most < 20_000_000) {
                stories.add(size.name() + " is larger than " + most + " states");
            }
            states += search.states();
            transitions += search.transitions();
            deepest = Math.max(deepest, search.depth());
            tally.add(model.tally());
        }
        System.out.printf(
                "explored in all: %,d distinct states, %,d transitions, depth %d, %,d checked steps, %d elections, %d hand-overs,"
                        + " %.0f s, %d violations%n",
                states,
                transitions,
                deepest,
                tally.steps,
                tally.elected,
                tally.handOvers,
                (System.nanoTime() - began) / 1e9,
                stories.size());
        Quote.leave(most >= 20_000_000 ? "searches-soak" : "searches", states, deepest, 0, tally.steps, stories.size());
        assertThat(stories).isEmpty();
        // Nothing is proven by a search that never gets there.
        assertThat(tally.elected).isPositive();
        assertThat(tally.handOvers).isPositive();
        assertThat(tally.renewed).isPositive();
        assertThat(tally.sticky).isPositive();
        assertThat(tally.splits).isPositive();
        assertThat(tally.pushed).isPositive();
        assertThat(tally.forgotten).isPositive();
        assertThat(tally.readmitted).isPositive();
        return states;
    }
}
