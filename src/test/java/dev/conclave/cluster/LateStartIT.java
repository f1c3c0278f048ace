package dev.conclave.cluster;

import dev.conclave.artery.LateEndpoint;
import dev.conclave.cluster.machine.Loopback;
import dev.conclave.cluster.program.Application;
import dev.conclave.cluster.trial.Cluster;
import dev.conclave.cluster.trial.PeerProcess;
import dev.conclave.cluster.trial.Program;
import dev.conclave.cluster.trial.Trial;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Peers that start one after the other, so that frames reach them before they have an endpoint; and connections that
 * Artery opens only after some time.
 */
class LateStartIT {

    private static final String COMPRESSION = "-Dakka.remote.artery.advanced.compression.";
    private static final int INTERVAL_SECONDS = 2;

    @RegisterExtension
    final Trial trial = new Trial();

    @Test
    @Tag("soak")
    void peersWhoseEndpointsStartAfterTheirFirstFramesKeepExchangingMessages() {
        Cluster cluster = trial.cluster(
                Loopback.of(3),
                Program.APPLICATION,
                COMPRESSION + "actor-refs.advertisement-interval=" + INTERVAL_SECONDS + "s",
                COMPRESSION + "manifests.advertisement-interval=" + INTERVAL_SECONDS + "s",
                // Followers send each other nothing, so the connections between them are idle; the election needs them
                // when the leader dies.
                "-Dakka.remote.artery.advanced.stop-idle-outbound-after=" + INTERVAL_SECONDS + "s",
                "-Dakka.remote.artery.advanced.quarantine-idle-outbound-after=" + 2 * INTERVAL_SECONDS + "s");
        cluster.peer(0).start();
        cluster.awaitStarted(cluster.peer(0));
        for (PeerProcess late : cluster.others(cluster.peer(0))) {
            late.startWith(LateEndpoint.settings(3)
                    .lines()
                    .map(line -> "-D" + line.replace(" ", "").replace("\"", ""))
                    .toList());
        }
        PeerProcess leader = cluster.awaitLeader();
        long rounds = 3 * INTERVAL_SECONDS * 1_000L / Cluster.HEARTBEAT.toMillis();
        awaitRounds(cluster, "after-the-start", rounds);
        cluster.kill(leader);
        cluster.awaitNextLeader();
    }

    /**
     * Default settings of Akka and Conclave, for any length of time: peers start half a minute apart, and from time to
     * time one is killed, terminated or frozen. After each quiet spell every peer must have reached every other.
     */
    @Test
    @Tag("soak")
    void peersWithDefaultSettingsStillExchangeMessagesAfterHours() {
        long seed = Long.getLong("cluster.seed", System.nanoTime());
        System.out.println("LateStartIT: -Dcluster.seed=" + seed);
        Random random = new Random(seed);
        long end = System.nanoTime()
                + Duration.ofMinutes(Integer.getInteger("soak.minutes", 10)).toNanos();
        Cluster cluster = trial.cluster(
                Loopback.of(3),
                Program.APPLICATION,
                "-Dconclave.heartbeat-interval=200ms",
                "-Dakka.remote.artery.bind-timeout=3s",
                "-Dakka.remote.artery.advanced.outbound-restart-backoff=1s",
                "-Dakka.remote.artery.advanced.inject-handshake-interval=1s",
                "-Dakka.remote.artery.advanced.handshake-retry-interval=1s");
        for (PeerProcess peer : cluster.peers()) {
            peer.start();
            cluster.awaitStarted(peer);
            cluster.pass(Duration.ofSeconds(30));
        }
        int spells = 0;
        for (; System.nanoTime() < end; spells++) {
            cluster.awaitLeader();
            cluster.pass(Duration.ofSeconds(90 + random.nextInt(240)));
            cluster.awaitLeader();
            awaitRounds(cluster, "spell-" + spells, 50);
            harm(cluster, cluster.peer(random.nextInt(3)), random);
        }
        cluster.awaitLeader();
        awaitRounds(cluster, "at-the-end", 50);
        System.out.println("LateStartIT: " + spells + " quiet spells, "
                + cluster.history().events().size() + " events");
    }

    private static void harm(Cluster cluster, PeerProcess peer, Random random) {
        int what = random.nextInt(3);
        if (what == 0) {
            cluster.freeze(peer);
            cluster.pass(Duration.ofSeconds(1 + random.nextInt(20)));
            cluster.thaw(peer);
            return;
        }
        if (what == 1) {
            cluster.kill(peer);
        } else {
            cluster.terminate(peer);
            peer.awaitExit();
        }
        cluster.pass(Duration.ofSeconds(random.nextInt(90)));
        cluster.restart(peer);
    }

    /** Waits until all other peers have acknowledged that many further heartbeat rounds of one leader. */
    private static void awaitRounds(Cluster cluster, String label, long rounds) {
        List<PeerProcess> peers = cluster.peers();
        peers.forEach(peer -> peer.command("rounds " + label + " " + rounds));
        cluster.until(
                rounds + " rounds, " + label,
                () -> peers.stream().anyMatch(peer -> peer.log().contains(Application.rounds(label))));
    }
}
