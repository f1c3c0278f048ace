package dev.conclave.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each peer in turn is told to stop and started again, as for a new version; a leader hands over first (R9). */
@Timeout(300)
class RollingRestartIT {

    @RegisterExtension
    final Trial trial = new Trial();

    @Test
    void peersAreRestartedOneAfterTheOther() {
        Cluster cluster = trial.cluster(3).start();
        cluster.awaitLeader();
        for (PeerProcess peer : cluster.peers()) {
            cluster.terminate(peer);
            assertThat(peer.awaitExit()).isZero();
            cluster.awaitLeader();
            cluster.restart(peer);
            cluster.awaitLeader();
        }
    }
}
