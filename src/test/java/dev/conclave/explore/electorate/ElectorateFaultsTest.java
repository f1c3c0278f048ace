package dev.conclave.explore.electorate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.conclave.explore.world.Violation;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each planted fault of the electorate that chance finds, with a simulation that shows it; the production core passes the same
 * simulation. {@link DirectedElectorateTest} shows the others. {@code FaultFinder} looks for seeds.
 */
class ElectorateFaultsTest {

    private static final int ELECTIONS = 40;

    static Stream<Arguments> faults() {
        return Stream.of(
                planted(new ElectorateFaults.ObeysEarly(), 1L, "LABEL"),
                planted(new ElectorateFaults.ForgetsTheMargin(), 3L, "R8"),
                planted(new ElectorateFaults.IgnoresAccepted(), 17L, "CHAIN"),
                planted(new ElectorateFaults.ForgetsAcceptances(), 17L, "CHAIN"),
                planted(new ElectorateFaults.ForgetsUsers(), 22L, "S5"),
                planted(new ElectorateFaults.ActsByAddress(), 41L, "S1"),
                planted(new ElectorateFaults.NoLoyaltyAtStart(), 45L, "S3"),
                planted(new ElectorateFaults.ForcesTheSameNumber(), 53L, "S4"),
                planted(new ElectorateFaults.NoPause(), 322L, "S3"),
                planted(new ElectorateFaults.DropsLoyalty(), 83L, "STRONG"),
                planted(new ElectorateFaults.KeepsAcknowledgements(), 238L, "S3"),
                planted(new ElectorateFaults.BallotsInMemory(), 276L, "S3"),
                planted(new ElectorateFaults.TellsNoUsers(), 448L, "S5"),
                planted(new ElectorateFaults.ForgetsPromises(), 374L, "CHAIN"),
                planted(new ElectorateFaults.LeadsOnAfterForce(), 448L, "E11"),
                planted(new ElectorateFaults.ShortensLoyalty(), 897L, "S3"),
                planted(new ElectorateFaults.HearsAnyLabel(), 5853L, "S3"));
    }

    private static Arguments planted(ElectorateCore fault, long seed, String property) {
        return Arguments.argumentSet(fault.getClass().getSimpleName(), fault, seed, property);
    }

    @ParameterizedTest(name = "{argumentSetName}")
    @MethodSource("faults")
    void aPlantedFaultBreaksAPropertyInASimulationThatTheProductionCorePasses(
            ElectorateCore fault, long seed, String property) {
        assertThatCode(() -> new ElectorateSimulation(seed, ElectorateCore.PRODUCTION).run(ELECTIONS))
                .doesNotThrowAnyException();
        assertThatExceptionOfType(Violation.class)
                .isThrownBy(() -> new ElectorateSimulation(seed, fault).run(ELECTIONS))
                .satisfies(violation -> assertThat(violation.property()).isEqualTo(property));
    }
}
