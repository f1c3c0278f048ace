package dev.conclave.explore.electorate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.conclave.explore.electorate.ElectorateSearches.Named;
import dev.conclave.explore.search.Search;
import dev.conclave.explore.world.ExplorationSummary;
import dev.conclave.explore.world.SeededRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Complete searches of the electorate's production core: what {@link ClusterOracle} judges holds in every state within the bounds of
 * each search of {@link ElectorateSearches}, and each reaches its {@link ClusterMilestone}s.
 */
@Tag("explore")
class ElectorateSearchTest {

    private static final int THREADS = Math.min(4, Runtime.getRuntime().availableProcessors());

    private static final int BUILD_STATES = 300_000;

    private static final int SOAK_STATES = Integer.getInteger("states", 3_000_000);

    private static final int WALKS = Integer.getInteger("walks", 400);

    @TestFactory
    Stream<DynamicTest> thePromisesHoldInEveryStateOf() {
        return tests(ElectorateSearches.everyBuild(), BUILD_STATES, "electorate-searches");
    }

    @TestFactory
    @Tag("soak")
    Stream<DynamicTest> thePromisesHoldInEveryStateOfTheLongSearch() {
        return tests(ElectorateSearches.soak(), SOAK_STATES, "electorate-searches-soak");
    }

    private static Stream<DynamicTest> tests(List<Named> searches, int most, String summary) {
        long[] total = new long[3];
        return Stream.concat(
                searches.stream().map(search -> dynamicTest(search.toString(), () -> complete(search, most, total))),
                Stream.of(dynamicTest(
                        "all these searches together",
                        () -> ExplorationSummary.leave(summary, total[0], (int) total[1], 0, total[2], 0))));
    }

    private static void complete(Named named, int most, long[] total) {
        ClusterModel model = new ClusterModel(named.bounds(), ElectorateCore.PRODUCTION);
        Search<ClusterModel.Situation, ClusterAct> search = new Search<>(model, THREADS, most);
        boolean complete = search.run();
        System.out.println("explored " + named + ": " + search + "; " + model.reached());
        if (search.violation() != null) {
            fail(model.tell(search.counterexample()));
        }
        total[0] += search.states();
        total[1] = Math.max(total[1], search.depth());
        total[2] += search.transitions();
        // A long search may be cut off, and says so; what it has reached by then is no measure of it.
        assertThat(complete || most > BUILD_STATES)
                .as("the search ends within %d states", most)
                .isTrue();
        if (complete) {
            assertThat(model.missed(named.milestones().keySet())).isEmpty();
        }
    }

    /** A milestone that is reached even where its event never happens would show nothing. */
    @TestFactory
    Stream<DynamicTest> aSearchMissesItsMilestonesWithoutTheirEvent() {
        return ElectorateSearches.everyBuild().stream()
                .flatMap(search -> new TreeSet<>(search.milestones().values())
                        .stream()
                                .map(limit -> dynamicTest(
                                        search.name() + " without " + limit, () -> missesWithout(search, limit))));
    }

    private static void missesWithout(Named search, ClusterLimit limit) {
        ClusterModel model = new ClusterModel(search.bounds().without(limit), ElectorateCore.PRODUCTION);
        assertThat(new Search<>(model, THREADS, BUILD_STATES).run()).isTrue();
        List<ClusterMilestone> its = search.milestones().keySet().stream()
                .filter(milestone -> search.milestones().get(milestone) == limit)
                .sorted()
                .toList();
        assertThat(model.missed(its)).isEqualTo(its);
    }

    /** The search of every build that docs/verification.md calls D and this number. */
    private static Named d(int number) {
        return ElectorateSearches.everyBuild().get(number - 1);
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                planted(new ElectorateFaults.NoPause(), d(1)),
                planted(new ElectorateFaults.PromisesEarly(), d(1)),
                planted(new CountsKeptCampaigns(), d(2)),
                planted(new ElectorateFaults.IgnoresAccepted(), d(4)),
                planted(new ElectorateFaults.ForgetsPromises(), d(4)),
                planted(new ElectorateFaults.ReadsNoRegisters(), d(20)),
                planted(new ElectorateFaults.KeepsCountingAfterASwitch(), d(23)));
    }

    private static Arguments planted(ElectorateCore fault, Named named) {
        return Arguments.argumentSet(fault.getClass().getSimpleName() + " in " + named, fault, named);
    }

    @ParameterizedTest(name = "{argumentSetName}")
    @MethodSource("faults")
    void aSearchFindsThePlantedFault(ElectorateCore fault, Named named) {
        ClusterModel model = new ClusterModel(named.bounds(), fault);
        Search<ClusterModel.Situation, ClusterAct> search = new Search<>(model, THREADS, BUILD_STATES);
        search.run();
        assertThat(search.violation()).isNotNull();
        assertThat(search.violation().property()).isIn("S1", "S3", "STRONG", "CHAIN", "KEPT");
        System.out.println("explored " + fault.getClass().getSimpleName() + ": "
                + search.violation().getMessage() + " after "
                + search.counterexample().size() + " steps, " + search);
    }

    /** The argument is at the fault; here is no run against it, in the search whose leader writes under an earlier label. */
    @Test
    void aSearchFindsNothingWhereOnlyTheLabelsOfTheRegisterAreIgnored() {
        ClusterModel model = new ClusterModel(d(24).bounds(), new ElectorateFaults.StoresUnderAnyLabel());
        Search<ClusterModel.Situation, ClusterAct> search = new Search<>(model, THREADS, BUILD_STATES);
        assertThat(search.run()).isTrue();
        assertThat(model.missed(d(24).milestones().keySet())).isEmpty();
        System.out.println("explored StoresUnderAnyLabel: " + search + "; " + model.reached());
    }

    /** The possible next states of a fingerprint, and the choices that first led to it. */
    private record Met(List<Long> future, List<ClusterAct> way) {}

    static Stream<Named> searches() {
        return ElectorateSearches.everyBuild().stream();
    }

    /**
     * A search looks at only one of the states with the same {@link ClusterFingerprint}. Random walks reach a fingerprint in several
     * ways; the choices there must lead to the same states each time.
     */
    @ParameterizedTest
    @MethodSource("searches")
    void statesWithOneFingerprintHaveOneFuture(Named search) {
        ClusterModel model = new ClusterModel(search.bounds(), ElectorateCore.PRODUCTION);
        SeededRandom random = new SeededRandom(search.name().hashCode());
        Map<Long, Met> met = new HashMap<>();
        int again = 0;
        for (int walk = 0; walk < WALKS; walk++) {
            ClusterModel.Situation now = model.initial();
            List<ClusterAct> way = new ArrayList<>();
            while (true) {
                List<ClusterModel.Situation> next = new ArrayList<>();
                List<ClusterAct> taken = new ArrayList<>();
                List<Long> future = new ArrayList<>();
                for (ClusterAct choice : model.choices(now)) {
                    ClusterModel.Situation then = model.next(now, choice);
                    if (then != null) {
                        next.add(then);
                        taken.add(choice);
                        future.add(model.fingerprint(then));
                    }
                }
                // The choices may come in another order: messages lie as they were sent.
                Collections.sort(future);
                Met first = met.putIfAbsent(model.fingerprint(now), new Met(future, List.copyOf(way)));
                if (first != null) {
                    again++;
                    assertThat(future)
                            .as("after %s and after %s", way, first.way)
                            .isEqualTo(first.future);
                }
                if (next.isEmpty()) {
                    break;
                }
                int at = random.below(next.size());
                now = next.get(at);
                way.add(taken.get(at));
            }
        }
        // Walks that never meet would compare nothing.
        assertThat(again).isGreaterThan(WALKS);
    }
}
