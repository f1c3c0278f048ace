package dev.conclave.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The production core under faults at random: S1 to S5 and R3 after every step, L1 and L2 whenever faults stop. */
@Tag("explore")
class SimulationTest {

    private static final int RUNS = 600;

    @ParameterizedTest
    @ValueSource(longs = {1, 1_000_000, 2_000_000})
    void holdsUnderFaultsFrom(long firstSeed) {
        explore(firstSeed);
    }

    @Test
    void holdsUnderFaultsOfThisDay() {
        long seed = System.nanoTime() >>> 8;
        System.out.println("simulation of the day: first seed " + seed);
        explore(seed);
    }

    @Test
    void theSameSeedIsTheSameRun() {
        List<Choice> once = new ArrayList<>();
        List<Choice> again = new ArrayList<>();
        new Simulation(Explore.group(new Dice(~7L)), Core.PRODUCTION, 7, new Tally(), once).run(1);
        new Simulation(Explore.group(new Dice(~7L)), Core.PRODUCTION, 7, new Tally(), again).run(1);
        assertThat(again).isEqualTo(once);
    }

    private static void explore(long firstSeed) {
        Campaign campaign = new Campaign(Core.PRODUCTION, 3);
        campaign.seeds(firstSeed, RUNS);
        assertThat(campaign.stories()).isEmpty();
        assertThat(campaign.tally().neverSeen()).isEmpty();
        System.out.println(campaign);
    }
}
