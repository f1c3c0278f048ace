package dev.conclave.cluster;

import dev.conclave.cluster.machine.Loopback;
import dev.conclave.cluster.trial.Cluster;
import dev.conclave.cluster.trial.PeerProcess;
import dev.conclave.cluster.trial.Program;
import dev.conclave.cluster.trial.Trial;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** SIGSTOP, and SIGCONT after half an election timeout to three of them: no peer can see that a process sleeps (R8, R12). */
@Tag("soak")
@Timeout(300)
class FrozenPeersIT {

    private static final int ROUNDS = Integer.getInteger("cluster.rounds", 1);

    @RegisterExtension
    final Trial trial = new Trial();

    @Test
    void frozenPeersHaveASuccessorAndNeverLeadBesideIt() {
        // As a user starts them: the first faults fall into the warm-up.
        Cluster cluster = trial.cluster(Loopback.of(3), Program.NODE, "-Dconclave.warm-up=on")
                .start();
        PeerProcess leader = cluster.awaitLeader();
        for (int round = 0; round < ROUNDS; round++) {
            cluster.freeze(leader);
            cluster.awaitNextLeader();
            cluster.thaw(leader);
            leader = cluster.awaitLeader();
        }
        for (double electionTimeouts : new double[] {0.5, 1, 2, 3}) {
            cluster.freeze(leader);
            cluster.passElectionTimeouts(electionTimeouts);
            cluster.thaw(leader);
            leader = cluster.awaitLeader();
        }
        freezeInTurns(cluster);
    }

    private static void freezeInTurns(Cluster cluster) {
        long seed = Long.getLong("cluster.seed", System.nanoTime());
        System.out.println("FrozenPeersIT: -Dcluster.seed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 8 * ROUNDS; round++) {
            PeerProcess peer = cluster.peer(random.nextInt(3));
            cluster.freeze(peer);
            cluster.passElectionTimeouts(random.nextDouble() * 1.5);
            cluster.thaw(peer);
            cluster.passElectionTimeouts(random.nextDouble() * 0.3);
        }
        cluster.awaitLeader();
    }
}
