package dev.conclave.cluster;

import dev.conclave.cluster.relay.Relays;
import dev.conclave.cluster.trial.Program;
import dev.conclave.cluster.trial.Trial;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Remoting is cut in every shape, by relays; the lifelines are not, and keep no leadership alive. */
@Tag("soak")
@Timeout(300)
class PartitionsIT {

    @RegisterExtension
    final Trial trial = new Trial();

    @Test
    void threePeersKeepTheirPromisesInEveryCutOfRemoting() {
        Partition.all(trial.cluster(Relays.of(3), Program.NODE).start());
    }

    @Test
    void fivePeersKeepTheirPromisesInEveryCutOfRemoting() {
        Partition.all(trial.cluster(Relays.of(5), Program.NODE).start());
    }
}
