package dev.conclave.explore.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.explore.world.Choice;
import dev.conclave.explore.world.Core;
import dev.conclave.explore.world.EventCounts;
import dev.conclave.explore.world.World;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A run is a list of choices: printed as text, read back and repeated, it ends in the same state. */
@Tag("explore")
class ReplayTest {

    @ParameterizedTest
    @EnumSource(SimulationArena.class)
    void aRunThatIsReadBackEndsInTheSameState(SimulationArena arena) {
        for (long seed = 1; seed <= 5; seed++) {
            List<Choice> made = new ArrayList<>();
            Simulation run = arena.simulation(Core.PRODUCTION, seed, new EventCounts(), made);
            run.run(1);
            List<String> written = made.stream().map(Choice::toString).toList();
            List<Choice> read = written.stream().map(Choice::parse).toList();
            assertThat(read).extracting(Choice::toString).isEqualTo(written);
            World again = new World(arena.group(seed), Core.PRODUCTION, new EventCounts());
            read.forEach(again::apply);
            assertThat(again.fingerprint()).isEqualTo(run.world().fingerprint());
        }
    }
}
