package dev.conclave.cluster;

import dev.conclave.cluster.relay.LinkFaults;
import dev.conclave.cluster.relay.Relays;
import dev.conclave.cluster.trial.Cluster;
import dev.conclave.cluster.trial.PeerProcess;
import dev.conclave.cluster.trial.Program;
import dev.conclave.cluster.trial.Trial;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Delay, jitter, little bandwidth, and connections that break while all peers live. */
@Timeout(300)
class SlowNetworkIT {

    @RegisterExtension
    final Trial trial = new Trial();

    @Test
    void aSlowNetworkCostsTimeAndNothingElse() {
        Relays network = Relays.of(3);
        Cluster cluster = trial.cluster(network, Program.NODE).start();
        cluster.awaitLeader();

        network.faults(LinkFaults.delayed(Duration.ofMillis(40), Duration.ofMillis(80)));
        cluster.passElectionTimeouts(3);
        PeerProcess leader = cluster.awaitLeader();
        cluster.kill(leader);
        cluster.awaitNextLeader();
        cluster.restart(leader);
        cluster.awaitLeader();

        network.faults(LinkFaults.narrow(16_000));
        cluster.passElectionTimeouts(2);
        network.faults(LinkFaults.CALM);
        cluster.awaitLeader();

        // As a router does that drops its connection table. Remoting connects again, and no peer takes the break for a
        // proof of death.
        for (PeerProcess from : cluster.peers()) {
            for (PeerProcess to : cluster.others(from)) {
                network.link(from.id(), to.id()).breakConnections();
            }
        }
        cluster.awaitLeader();
    }
}
