package dev.conclave.explore.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.explore.world.Choice;
import dev.conclave.explore.world.Core;
import dev.conclave.explore.world.EventCounts;
import dev.conclave.explore.world.Milestone;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The production core under faults at random: S1 to S5 and R3 after every step, L1 and L2 whenever faults stop. */
@Tag("explore")
class SimulationTest {

    private static final int RUNS = 150;

    /** Events that happen in every arena, with faults or without. */
    private static final Set<Milestone> EVERYWHERE =
            EnumSet.of(Milestone.ELECTED, Milestone.RENEWED, Milestone.REFUSED_OUT_OF_LOYALTY, Milestone.VOTE_SPLIT);

    @ParameterizedTest(name = "{0}")
    @EnumSource(SimulationArena.class)
    void thePromisesHoldUnderRandomFaults(SimulationArena arena) {
        SimulationBatch batch = explore(arena, 1, RUNS);
        batch.leave("simulation-" + arena);
        assertThat(batch.counts().missed(EVERYWHERE)).isEmpty();
        assertThat(batch.counts().missed(arena.milestones())).isEmpty();
        if (arena == SimulationArena.MIXED_FAULTS) {
            assertThat(batch.counts().neverSeen()).isEmpty();
        }
    }

    /** A milestone that is reached without faults would show nothing. */
    @ParameterizedTest(name = "{0}")
    @EnumSource(SimulationArena.class)
    void anArenaMissesItsMilestonesWithoutFaults(SimulationArena arena) {
        EventCounts counts = new EventCounts();
        for (long seed = 1; seed <= 20; seed++) {
            arena.withoutFaults(seed, counts).run(3);
        }
        assertThat(counts.missed(arena.milestones())).containsExactlyInAnyOrderElementsOf(arena.milestones());
    }

    @Test
    void thePromisesHoldUnderRandomFaultsFromAFreshSeed() {
        long seed = System.nanoTime() >>> 8;
        System.out.println("fresh simulation: first seed " + seed);
        explore(SimulationArena.MIXED_FAULTS, seed, RUNS).leave("simulation-fresh");
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

    /** A hand-over is under way when the listener ends; the life leads again afterwards, and that leadership ends once. */
    @Test
    void theEndOfALeadershipThatBeganAfterTheEndOfTheListenerIsNoSecondEnd() {
        SimulationBatch batch = new SimulationBatch(Core.PRODUCTION, SimulationArena.MIXED_FAULTS, 1);
        batch.seeds(99_295_536_226L, 1);
        assertThat(batch.stories()).isEmpty();
    }

    @Test
    void theSameSeedMakesTheSameRun() {
        assertThat(recorded()).isEqualTo(recorded()).isNotEmpty();
    }

    private static List<Choice> recorded() {
        List<Choice> choices = new ArrayList<>();
        SimulationArena.MIXED_FAULTS
                .simulation(Core.PRODUCTION, 7, new EventCounts(), choices)
                .run(1);
        return choices;
    }

    private static SimulationBatch explore(SimulationArena arena, long firstSeed, int runs) {
        SimulationBatch batch = new SimulationBatch(Core.PRODUCTION, arena, 3);
        batch.seeds(firstSeed, runs);
        System.out.println("simulated " + arena + " from seed " + firstSeed + ": " + batch + "; "
                + batch.counts().reached(arena.milestones()));
        assertThat(batch.stories()).isEmpty();
        return batch;
    }
}
