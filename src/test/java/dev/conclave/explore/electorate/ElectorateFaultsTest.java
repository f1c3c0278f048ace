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
                Arguments.of(new ElectorateFaults.ObeysEarly(), 1L),
                Arguments.of(new ElectorateFaults.IgnoresAccepted(), 78L),
                Arguments.of(new ElectorateFaults.ForgetsAcceptances(), 319L),
                Arguments.of(new ElectorateFaults.NoLoyaltyAtStart(), 77L),
                Arguments.of(new ElectorateFaults.DropsLoyalty(), 53L),
                Arguments.of(new ElectorateFaults.ActsByAddress(), 209L),
                Arguments.of(new ElectorateFaults.ShortensLoyalty(), 1797L),
                Arguments.of(new ElectorateFaults.NoPause(), 305L),
                Arguments.of(new ElectorateFaults.BallotsInMemory(), 498L),
                Arguments.of(new ElectorateFaults.KeepsAcknowledgements(), 2111L),
                Arguments.of(new ElectorateFaults.HearsAnyLabel(), 3556L));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void aPlantedFaultBreaksAPropertyInASimulationThatTheProductionCorePasses(ElectorateCore fault, long seed) {
        assertThatCode(() -> new ElectorateSimulation(seed, ElectorateCore.PRODUCTION).run(ELECTIONS))
                .doesNotThrowAnyException();
        assertThatExceptionOfType(Violation.class)
                .isThrownBy(() -> new ElectorateSimulation(seed, fault).run(ELECTIONS))
                .satisfies(violation -> assertThat(ElectorateFaults.isOfSafety((Violation) violation))
                        .isTrue());
    }
}
