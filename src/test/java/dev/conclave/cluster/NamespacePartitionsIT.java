package dev.conclave.cluster;

import dev.conclave.cluster.machine.Machine;
import dev.conclave.cluster.machine.Namespaces;
import dev.conclave.cluster.machine.Needs;
import dev.conclave.cluster.trial.Cluster;
import dev.conclave.cluster.trial.Program;
import dev.conclave.cluster.trial.Trial;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The kernel cuts the whole network in every shape, lifelines included, and drops random packets. */
@Timeout(300)
@Needs(Machine.NAMESPACES)
class NamespacePartitionsIT {

    @RegisterExtension
    final Trial trial = new Trial();

    @Test
    @Tag("soak")
    void threePeersKeepTheirPromisesInEveryPartitionOfTheNetworkAndUnderPacketLoss() {
        Namespaces network = Namespaces.of(3);
        Cluster cluster = trial.cluster(network, Program.NODE).start();
        Partition.all(cluster);
        cluster.awaitLeader();
        network.lose(10);
        cluster.passElectionTimeouts(5);
        network.calm();
        cluster.kill(cluster.awaitLeader());
        cluster.awaitNextLeader();
    }

    @Test
    @Tag("soak")
    void fivePeersKeepTheirPromisesInEveryPartitionOfTheNetwork() {
        Partition.all(trial.cluster(Namespaces.of(5), Program.NODE).start());
    }
}
