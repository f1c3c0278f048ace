package dev.conclave.explore.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.conclave.explore.world.Choice;
import dev.conclave.explore.world.Core;
import dev.conclave.explore.world.EventCounts;
import dev.conclave.explore.world.ExplorationSummary;
import dev.conclave.explore.world.Milestone;
import dev.conclave.explore.world.RunDiagram;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Complete searches of the production core: S1 to S5 and R3 hold in every state within the bounds of each {@link NamedSearch},
 * each search ends, and each reaches its {@link Milestone}s.
 */
@Tag("explore")
class ExhaustiveTest {

    private static final int THREADS = Math.min(4, Runtime.getRuntime().availableProcessors());

    private static final int SOAK_STATES = Integer.getInteger("states", 20_000_000);

    @TestFactory
    Stream<DynamicTest> thePromisesHoldInEveryStateOf() {
        Total total = new Total();
        return Stream.concat(
                NamedSearch.everyBuild().stream()
                        .map(search -> dynamicTest(search.toString(), () -> complete(search, 1_600_000, total))),
                Stream.of(dynamicTest("all searches of a build together, more than a million", () -> {
                    total.leave("searches");
                    assertThat(total.states).isGreaterThan(1_000_000);
                })));
    }

    @TestFactory
    @Tag("soak")
    Stream<DynamicTest> thePromisesHoldInEveryStateOfTheLongSearch() {
        Total total = new Total();
        return Stream.concat(
                NamedSearch.soak().stream()
                        .map(search -> dynamicTest(search.toString(), () -> complete(search, SOAK_STATES, total))),
                Stream.of(dynamicTest("all long searches together", () -> total.leave("searches-soak"))));
    }

    /** A milestone that is reached even where its event never happens would show nothing. */
    @TestFactory
    Stream<DynamicTest> aSearchMissesItsMilestonesWithoutTheirEvent() {
        return NamedSearch.everyBuild().stream()
                .flatMap(search -> new TreeSet<>(search.milestones().values())
                        .stream()
                                .map(limit -> dynamicTest(
                                        search.name() + " without " + limit, () -> missesWithout(search, limit))));
    }

    private static void missesWithout(NamedSearch search, SearchLimit limit) {
        PeerModel model = new PeerModel(search.bounds().without(limit), Core.PRODUCTION);
        Search<PeerModel.Situation, Choice> without = new Search<>(model, THREADS, 1_600_000);
        assertThat(without.run()).isTrue();
        System.out.println("explored without " + limit + " " + search.name() + ": " + without);
        List<Milestone> its = search.milestones().keySet().stream()
                .filter(milestone -> search.milestones().get(milestone) == limit)
                .toList();
        assertThat(model.counts().missed(its)).isEqualTo(its);
    }

    private static void complete(NamedSearch named, int most, Total total) {
        PeerModel model = new PeerModel(named.bounds(), Core.PRODUCTION);
        Search<PeerModel.Situation, Choice> search = new Search<>(model, THREADS, most);
        boolean complete = search.run();
        System.out.println("explored " + named + ": " + search + "; "
                + model.counts().reached(named.milestones().keySet()));
        total.add(search, model.counts());
        if (search.violation() != null) {
            List<Choice> run = new ArrayList<>(model.prefix());
            run.addAll(search.counterexample());
            fail(RunDiagram.of(named.bounds().group(), Core.PRODUCTION, run));
        }
        assertThat(complete || most >= 20_000_000)
                .as("the search ends within %d states", most)
                .isTrue();
        assertThat(model.counts().missed(named.milestones().keySet())).isEmpty();
    }

    /** The counts of all searches of a test. */
    private static final class Total {
        private final EventCounts counts = new EventCounts();
        private final long began = System.nanoTime();
        private long states;
        private long transitions;
        private int deepest;
        private int violations;

        void add(Search<?, ?> search, EventCounts its) {
            states += search.states();
            transitions += search.transitions();
            deepest = Math.max(deepest, search.depth());
            violations += search.violation() == null ? 0 : 1;
            counts.add(its);
        }

        void leave(String name) {
            System.out.printf(
                    "explored in all: %,d distinct states, %,d transitions, depth %d, %,d checked steps, %d elections, %d"
                            + " hand-overs, %.0f s, %d violations%n",
                    states,
                    transitions,
                    deepest,
                    counts.steps,
                    counts.of(Milestone.ELECTED),
                    counts.of(Milestone.HANDED_OVER),
                    (System.nanoTime() - began) / 1e9,
                    violations);
            ExplorationSummary.leave(name, states, deepest, 0, counts.steps, violations);
        }
    }
}
