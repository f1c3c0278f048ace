package dev.conclave.cluster;

import dev.conclave.cluster.machine.Loopback;
import dev.conclave.cluster.machine.Shell;
import dev.conclave.cluster.trial.Cluster;
import dev.conclave.cluster.trial.PeerProcess;
import dev.conclave.cluster.trial.Program;
import dev.conclave.cluster.trial.Trial;
import dev.conclave.judge.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Peers that have more to do than their machine can: messages of the application, garbage, other programs. Whether that costs
 * an election depends on the machine, so it is counted and printed, and docs/operations.md has the figures; it must never
 * cause two leaders at once.
 */
@Timeout(1800)
@Tag("soak")
class BusyPeersIT {

    /** How long each strain lasts. */
    private static final Duration STRAIN = Duration.ofSeconds(Integer.getInteger("busy.seconds", 20));

    private static final int MEGABYTE = 1_000_000;

    @RegisterExtension
    final Trial trial = new Trial();

    /** The Artery connection that carries the large messages. */
    enum Connection {
        /** The connection that carries the heartbeats too. */
        SHARED("-Dakka.remote.artery.large-message-destinations.0=/user/nobody"),
        /** A separate connection for large messages. */
        OF_LARGE_MESSAGES("-Dakka.remote.artery.large-message-destinations.0=/user/sink");

        final String option;

        Connection(String option) {
            this.option = option;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFloodOfLargeMessagesNeverCausesTwoLeaders(Connection connection) {
        Cluster cluster = trial.cluster(
                Loopback.of(3),
                Program.APPLICATION,
                connection.option,
                "-Dakka.remote.artery.advanced.maximum-frame-size=16MiB",
                "-Dakka.remote.artery.advanced.buffer-pool-size=4",
                "-Dakka.remote.artery.advanced.maximum-large-frame-size=16MiB",
                "-Dakka.remote.artery.advanced.large-buffer-pool-size=4",
                "-Xmx1g");
        cluster.start().awaitLeader();
        for (int perSecond : new int[] {1, 10, 50, 200}) {
            flood(cluster, MEGABYTE, perSecond, connection);
        }
        for (int perSecond : new int[] {1, 5, 20}) {
            flood(cluster, 10 * MEGABYTE, perSecond, connection);
        }
    }

    @Test
    void aFloodOfSmallMessagesNeverCausesTwoLeaders() {
        Cluster cluster = trial.cluster(Loopback.of(3), Program.APPLICATION, "-Xmx1g");
        cluster.start().awaitLeader();
        for (int perSecond : new int[] {1_000, 10_000, 100_000}) {
            flood(cluster, 100, perSecond, Connection.SHARED);
        }
    }

    private static void flood(Cluster cluster, int bytes, int perSecond, Connection connection) {
        strain(
                cluster,
                bytes + " bytes, " + perSecond + "/s from each to each, connection " + connection,
                () -> cluster.running().forEach(peer -> peer.command("flood " + bytes + " " + perSecond)),
                () -> cluster.running().forEach(peer -> peer.command("calm")));
    }

    @Test
    void aHeapThatIsTooSmallForTheLeaderNeverCausesTwoLeaders() {
        Cluster cluster = trial.cluster(Loopback.of(3), Program.APPLICATION, "-Xmx160m");
        cluster.start().awaitLeader();
        for (int percent : new int[] {10, 30, 50}) {
            PeerProcess leader = cluster.awaitLeader();
            strain(
                    cluster,
                    "the leader makes garbage and keeps " + percent + " % of 160 MB",
                    () -> leader.command("garbage " + percent),
                    () -> leader.command("calm"));
        }
    }

    @Test
    void otherProgramsOnAllProcessorsNeverCauseTwoLeaders() {
        Cluster cluster = trial.cluster(Loopback.of(3), Program.APPLICATION);
        cluster.start().awaitLeader();
        int programs = 2 * Runtime.getRuntime().availableProcessors();
        List<Process> hungry = new ArrayList<>();
        strain(
                cluster,
                programs + " programs beside the peers on " + programs / 2 + " processors",
                () -> hungry.addAll(Shell.hungry(programs)),
                () -> hungry.forEach(Process::destroyForcibly));
    }

    /** Prints how many leaderships began under the strain, and requires a leader at the end. */
    private static void strain(Cluster cluster, String what, Runnable begin, Runnable end) {
        cluster.awaitLeader();
        long before = elected(cluster);
        begin.run();
        try {
            cluster.pass(STRAIN);
        } finally {
            end.run();
        }
        long during = elected(cluster) - before;
        cluster.awaitLeader();
        System.out.printf(
                Locale.ROOT,
                "BusyPeersIT: %s, %d s: %d leader changes, %d more until it was calm%n",
                what,
                STRAIN.toSeconds(),
                during,
                elected(cluster) - before - during);
    }

    private static long elected(Cluster cluster) {
        return cluster.history().events().stream()
                .filter(Event.Elected.class::isInstance)
                .count();
    }
}
