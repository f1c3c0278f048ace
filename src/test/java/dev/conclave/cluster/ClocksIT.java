package dev.conclave.cluster;

import dev.conclave.cluster.machine.Loopback;
import dev.conclave.cluster.machine.Machine;
import dev.conclave.cluster.machine.Needs;
import dev.conclave.cluster.machine.OwnClocks;
import dev.conclave.cluster.trial.Cluster;
import dev.conclave.cluster.trial.PeerProcess;
import dev.conclave.cluster.trial.Program;
import dev.conclave.cluster.trial.Trial;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Monotonic clocks that are days and years apart: peers never compare clocks of different machines (R7). */
@Timeout(900)
@Needs(Machine.TIME_NAMESPACE)
class ClocksIT {

    private static final long DAY = 86_400;

    @RegisterExtension
    final Trial trial = new Trial();

    @Test
    @Tag("soak")
    void peersWhoseClocksAreYearsApartElectAndFollowEachOther() {
        Cluster cluster = trial.cluster(
                        new OwnClocks(Loopback.of(3), List.of(0L, DAY, 30 * 365 * DAY)), Program.APPLICATION)
                .start();
        PeerProcess leader = cluster.awaitLeader();
        for (int round = 0; round < 3; round++) {
            cluster.kill(leader);
            PeerProcess next = cluster.awaitNextLeader();
            cluster.restart(leader);
            cluster.awaitLeader();
            cluster.handOver(next);
            leader = cluster.awaitNextLeader();
            cluster.freeze(leader);
            cluster.awaitNextLeader();
            cluster.thaw(leader);
            leader = cluster.awaitLeader();
        }
    }
}
