package dev.conclave.explore.electorate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Simulations of nodes whose voters change while leaders write their register: everything that {@link ElectorateSimulationTest}
 * checks, and what the register promises, also across changes (U6, U7).
 */
@Tag("explore")
class ElectorateRegistersTest {

    private static final long SEEDS = Long.getLong("electorate.seeds", 200);
    private static final long SOAK_SEEDS = Long.getLong("electorate.seeds", 3_000);

    @Test
    void noSimulationLosesAWriteOrBringsOneBack() {
        explore(SEEDS);
    }

    @Test
    @Tag("soak")
    void noSimulationOfALongRunLosesAWriteOrBringsOneBack() {
        explore(SOAK_SEEDS);
    }

    private static void explore(long seeds) {
        long configurations = 0;
        long writes = 0;
        for (long seed = 1; seed <= seeds; seed++) {
            ElectorateSimulation simulation = new ElectorateSimulation(seed, ElectorateCore.PRODUCTION, true);
            try {
                simulation.run(40);
            } catch (RuntimeException broken) {
                throw new AssertionError("seed " + seed + ": " + broken.getMessage(), broken);
            }
            configurations += simulation.oracle().configurations();
            writes += simulation.acknowledgedWrites();
        }
        System.out.printf("electorate with registers: %,d configurations, %,d writes%n", configurations, writes);
        assertThat(configurations).isGreaterThan(2 * seeds);
        assertThat(writes).isGreaterThan(5 * seeds);
    }
}
