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
                Arguments.of(new ElectorateFaults.ForgetsTheMargin(), 3L),
                Arguments.of(new ElectorateFaults.IgnoresAccepted(), 17L),
                Arguments.of(new ElectorateFaults.ForgetsAcceptances(), 17L),
                Arguments.of(new ElectorateFaults.ForgetsUsers(), 22L),
                Arguments.of(new ElectorateFaults.ActsByAddress(), 41L),
                Arguments.of(new ElectorateFaults.NoLoyaltyAtStart(), 48L),
                Arguments.of(new ElectorateFaults.ForcesTheSameNumber(), 53L),
                Arguments.of(new ElectorateFaults.NoPause(), 61L),
                Arguments.of(new ElectorateFaults.DropsLoyalty(), 83L),
                Arguments.of(new ElectorateFaults.KeepsAcknowledgements(), 238L),
                Arguments.of(new ElectorateFaults.BallotsInMemory(), 276L),
                Arguments.of(new ElectorateFaults.TellsNoUsers(), 340L),
                Arguments.of(new ElectorateFaults.ForgetsPromises(), 374L),
                Arguments.of(new ElectorateFaults.LeadsOnAfterForce(), 448L),
                Arguments.of(new ElectorateFaults.ShortensLoyalty(), 897L),
                Arguments.of(new ElectorateFaults.HearsAnyLabel(), 1291L));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void aPlantedFaultBreaksAPropertyInASimulationThatTheProductionCorePasses(ElectorateCore fault, long seed) {
        assertThatCode(() -> new ElectorateSimulation(seed, ElectorateCore.PRODUCTION).run(ELECTIONS))
                .doesNotThrowAnyException();
        assertThatExceptionOfType(Violation.class)
                .isThrownBy(() -> new ElectorateSimulation(seed, fault).run(ELECTIONS))
                .satisfies(violation ->
                        assertThat(ElectorateFaults.isOfSafety(violation)).isTrue());
    }
}
