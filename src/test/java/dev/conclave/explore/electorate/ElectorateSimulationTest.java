package dev.conclave.explore.electorate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Simulations of nodes whose voters and times change while everything fails: S1, S3 to S5, one chain, one group or those forced in
 * its place, and in the quiet L1 and L2.
 */
@Tag("explore")
class ElectorateSimulationTest {

    private static final long SEEDS = Long.getLong("electorate.seeds", 300);
    private static final long SOAK_SEEDS = Long.getLong("electorate.seeds", 5_000);
    private static final int ELECTIONS = 40;

    @Test
    void noSimulationBreaksAPropertyAndLeadersAreElectedUnderLaterConfigurations() {
        explore(SEEDS);
    }

    @Test
    @Tag("soak")
    void noSimulationOfALongRunBreaksAProperty() {
        explore(SOAK_SEEDS);
    }

    private static void explore(long seeds) {
        long elections = 0;
        long configurations = 0;
        long later = 0;
        long fulfilled = 0;
        long forces = 0;
        long several = 0;
        for (long seed = 1; seed <= seeds; seed++) {
            ElectorateSimulation simulation = new ElectorateSimulation(seed, ElectorateCore.PRODUCTION);
            try {
                simulation.run(ELECTIONS);
            } catch (RuntimeException broken) {
                throw new AssertionError("seed " + seed + ": " + broken.getMessage(), broken);
            }
            elections += simulation.oracle().elections();
            configurations += simulation.oracle().configurations();
            later += simulation.oracle().electedUnder() > 0 ? 1 : 0;
            fulfilled += simulation.fulfilled();
            forces += simulation.forces();
            several += simulation.mostLost() > 1 ? 1 : 0;
        }
        // Each run that counts has changed its voters, and somebody was elected afterwards.
        assertThat(later).isGreaterThan(seeds / 2);
        assertThat(configurations).isGreaterThan(2 * seeds);
        assertThat(elections).isGreaterThan(2 * seeds);
        assertThat(fulfilled).isGreaterThan(2 * seeds);
        assertThat(forces).isGreaterThan(seeds / 10);
        assertThat(several).isGreaterThan(seeds / 200);
    }
}
