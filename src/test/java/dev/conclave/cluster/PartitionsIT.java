package dev.conclave.cluster;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Remoting is cut in every shape, by relays; the lifelines are not, and keep no leadership alive. */
@Timeout(300)
class PartitionsIT {

    @RegisterExtension
    final Trial trial = new Trial();

    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void remotingIsCutInEveryShape(int size) {
        Partition.all(trial.cluster(Relays.of(size), Program.NODE).start());
    }
}
