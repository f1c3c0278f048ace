package dev.conclave.cluster;

import dev.conclave.cluster.trial.Cluster;
import dev.conclave.cluster.trial.PeerProcess;
import dev.conclave.cluster.trial.Trial;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * SIGKILL somewhere between a vote's force, its sending and the first lease (R3). The instant is random, since no code of
 * the process may wait for the signal.
 */
@Timeout(300)
class KilledInElectionIT {

    private static final int ROUNDS = Integer.getInteger("cluster.rounds", 2);

    /** A fail-over takes some 20 ms, on a busy machine more. */
    private static final int LATEST_MILLIS = 60;

    @RegisterExtension
    final Trial trial = new Trial();

    @Test
    @Tag("soak")
    void aPeerKilledDuringAnElectionNeverVotesTwiceInATerm() {
        long seed = Long.getLong("cluster.seed", System.nanoTime());
        System.out.println("KilledInElectionIT: -Dcluster.seed=" + seed);
        Random random = new Random(seed);
        Cluster cluster = trial.cluster(3).start();
        for (int round = 0; round < ROUNDS; round++) {
            PeerProcess leader = cluster.awaitLeader();
            PeerProcess voter = cluster.others(leader).get(random.nextInt(2));
            cluster.kill(leader);
            cluster.pass(Duration.ofNanos(random.nextInt(LATEST_MILLIS * 1_000_000)));
            cluster.kill(voter);
            cluster.restart(leader, voter);
        }
        cluster.awaitLeader();
    }
}
