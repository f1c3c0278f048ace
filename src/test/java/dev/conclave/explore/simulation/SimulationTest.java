package dev.conclave.explore.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.explore.world.Choice;
import dev.conclave.explore.world.Core;
import dev.conclave.explore.world.EventCounts;
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

    private static final int RUNS = 300;

    @ParameterizedTest
    @EnumSource(SimulationArena.class)
    void thePromisesHoldUnderRandomFaults(SimulationArena arena) {
        SimulationBatch batch = explore(arena, 1, RUNS);
        batch.leave("simulation-" + arena);
        if (arena == SimulationArena.ALL) {
            assertThat(batch.counts().neverSeen()).isEmpty();
        }
    }

    @Test
    void thePromisesHoldUnderRandomFaultsFromASeedOfTheDay() {
        long seed = System.nanoTime() >>> 8;
        System.out.println("simulation of the day: first seed " + seed);
        explore(SimulationArena.ALL, seed, RUNS).leave("simulation-of-the-day");
    }

    @Test
    @Tag("soak")
    void thePromisesHoldUnderRandomFaultsDuringASoak() {
        long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(Integer.getInteger("minutes", 10));
        long seed = System.nanoTime() >>> 8;
        while (System.nanoTime() < until) {
            for (SimulationArena arena : SimulationArena.values()) {
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
        SimulationArena.ALL
                .simulation(Core.PRODUCTION, 7, new EventCounts(), choices)
                .run(1);
        return choices;
    }

    private static SimulationBatch explore(SimulationArena arena, long firstSeed, int runs) {
        SimulationBatch batch = new SimulationBatch(Core.PRODUCTION, arena, 3);
        batch.seeds(firstSeed, runs);
        System.out.println("simulated " + arena + " from seed " + firstSeed + ": " + batch);
        assertThat(batch.stories()).isEmpty();
        return batch;
    }
}
