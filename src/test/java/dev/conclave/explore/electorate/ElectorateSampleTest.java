package dev.conclave.explore.electorate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The first of the simulations of {@link ElectorateSimulationTest} with JaCoCo's probes, which would slow down all of them. */
class ElectorateSampleTest {

    private static final long SEEDS = 150;

    @Test
    void noSimulationOfTheSampleBreaksAProperty() {
        long configurations = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            ElectorateSimulation simulation = new ElectorateSimulation(seed, ElectorateCore.PRODUCTION);
            simulation.run(40);
            configurations += simulation.oracle().configurations();
        }
        assertThat(configurations).isGreaterThan(2 * SEEDS);
    }
}
