package dev.conclave.cluster;

import dev.conclave.cluster.trial.Cluster;
import dev.conclave.cluster.trial.PeerProcess;
import dev.conclave.cluster.trial.Trial;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** SIGKILL of the leader, of a follower, of a majority and of all peers, several times in one cluster. */
@Tag("soak")
@Timeout(900)
class KilledPeersIT {

    @RegisterExtension
    final Trial trial = new Trial();

    @Test
    void afterAnyKillTheMajorityGoesOnAndRestartedPeersFollow() {
        int rounds = Integer.getInteger("cluster.rounds", 10);
        Cluster cluster = trial.cluster(3).start();
        PeerProcess leader = cluster.awaitLeader();
        for (int round = 0; round < rounds; round++) {
            cluster.kill(leader);
            PeerProcess next = cluster.awaitNextLeader();
            cluster.restart(leader);
            cluster.awaitLeader();

            // A majority remains, so the leader keeps its term.
            PeerProcess follower = cluster.others(next).get(0);
            cluster.kill(follower);
            cluster.restart(follower);
            leader = cluster.awaitLeader();

            // Alone the leader cannot renew its lease. The two restarted peers can elect with or without it.
            PeerProcess[] majority = cluster.others(leader).toArray(new PeerProcess[0]);
            cluster.kill(majority);
            cluster.awaitDismissed(leader);
            cluster.restart(majority);
            cluster.awaitNextLeader();

            cluster.kill(cluster.peers().toArray(new PeerProcess[0]));
            cluster.restart(cluster.peers().toArray(new PeerProcess[0]));
            leader = cluster.awaitNextLeader();
        }
    }
}
