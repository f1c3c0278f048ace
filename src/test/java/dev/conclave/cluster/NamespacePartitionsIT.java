package dev.conclave.cluster;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole network is divided in every shape, lifelines and all, by the kernel; and loses packets by chance. */
@Timeout(300)
@Needs(Machine.NAMESPACES)
class NamespacePartitionsIT {

    @RegisterExtension
    final Trial trial = new Trial();

    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void theNetworkIsDividedInEveryShape(int size) {
        Partition.all(trial.cluster(Namespaces.of(size), Program.NODE).start());
    }

    @Test
    void packetsAreLost() {
        Namespaces network = Namespaces.of(3);
        Cluster cluster = trial.cluster(network, Program.NODE).start();
        cluster.awaitLeader();
        network.lose(10);
        cluster.passElectionTimeouts(5);
        network.calm();
        cluster.kill(cluster.awaitLeader());
        cluster.awaitNextLeader();
    }
}
