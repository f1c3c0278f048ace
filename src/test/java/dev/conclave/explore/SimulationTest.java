package dev.conclave.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The production core under faults at random: S1 to S5 and R3 after every step, L1 and L2 whenever faults stop. */
@Tag("explore")
class SimulationTest {

    private static final int RUNS = 600;

    @ParameterizedTest
    @EnumSource(Arena.class)
    void thePromisesHoldUnderRandomFaults(Arena arena) {
        Campaign campaign = explore(arena, 1, RUNS);
        campaign.leave("simulation-" + arena);
        if (arena == Arena.ALL) {
            assertThat(campaign.tally().neverSeen()).isEmpty();
        }
    }

    @Test
    void thePromisesHoldUnderRandomFaultsFromASeedOfTheDay() {
        long seed = System.nanoTime() >>> 8;
        System.out.println("simulation of the day: first seed " + seed);
        explore(Arena.ALL, seed, RUNS).leave("simulation-of-the-day");
    }

    @Test
    @Tag("soak")
    void thePromisesHoldUnderRandomFaultsDuringASoak() {
        long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(Integer.getInteger("minutes", 10));
        long seed = System.nanoTime() >>> 8;
        while (System.nanoTime() < until) {
            for (Arena arena : Arena.values()) {
                explore(arena, seed, 5 * RUNS);
            }
            seed += 5 * RUNS;
        }
    }

    @Test
    void theSameSeedMakesTheSameRun() {
        assertThat(recorded()).isEqualTo(recorded()).isNotEmpty();
    }

    private static List<Choice> recorded() {
        List<Choice> choices = new ArrayList<>();
        Arena.ALL.simulation(Core.PRODUCTION, 7, new Tally(), choices).run(1);
        return choices;
    }

    private static Campaign explore(Arena arena, long firstSeed, int runs) {
        Campaign campaign = new Campaign(Core.PRODUCTION, arena, 3);
        campaign.seeds(firstSeed, runs);
        System.out.println("simulated " + arena + " from seed " + firstSeed + ": " + campaign);
        assertThat(campaign.stories()).isEmpty();
        return campaign;
    }
}
