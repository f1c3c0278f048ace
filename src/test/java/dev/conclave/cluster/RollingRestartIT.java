package dev.conclave.cluster;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conclave.cluster.machine.Loopback;
import dev.conclave.cluster.trial.Cluster;
import dev.conclave.cluster.trial.PeerProcess;
import dev.conclave.cluster.trial.Program;
import dev.conclave.cluster.trial.Trial;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each peer in turn is terminated and started again, as for a new version; a leader hands over first (R9). */
@Timeout(300)
class RollingRestartIT {

    @RegisterExtension
    final Trial trial = new Trial();

    @Test
    @Tag("soak")
    void aRollingRestartHandsOverAndEveryPeerFollowsAgain() {
        Path everything = Path.of("src/test/resources/dev/conclave/cluster/everything-logback.xml");
        Cluster cluster = trial.cluster(
                        Loopback.of(3), Program.NODE, "-Dlogback.configurationFile=" + everything.toAbsolutePath())
                .start();
        PeerProcess leader = cluster.awaitLeader();
        await().atMost(60, SECONDS)
                .until(() -> cluster.peers().stream()
                                .flatMap(peer -> peer.log().lines())
                                .filter(line -> line.contains("is moving node") && line.contains("to [Up]"))
                                .count()
                        >= 3);
        int before = leader.log().length();
        terminate(cluster, leader);
        // Otherwise its end takes ten seconds, and the Akka cluster treats the node as crashed.
        assertThat(leader.log().substring(before)).contains("Exiting completed").doesNotContain("timed out");
        cluster.restart(leader);
        cluster.awaitLeader();
        for (PeerProcess peer : cluster.others(leader)) {
            terminate(cluster, peer);
            cluster.restart(peer);
            cluster.awaitLeader();
        }
    }

    private static void terminate(Cluster cluster, PeerProcess peer) {
        cluster.terminate(peer);
        assertThat(peer.awaitExit()).isZero();
        cluster.awaitLeader();
    }
}
