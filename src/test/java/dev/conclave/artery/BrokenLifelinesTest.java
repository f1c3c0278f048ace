package dev.conclave.artery;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conclave.core.PeerId;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lifelines break while all processes live and remoting goes on, as when a router drops its connection table: the lease
 * decides which node leads, and a broken lifeline is not a proof of death (R7, R10).
 *
 * <p>Each node listens at an address that only its {@link TcpRelay} reaches; the others connect to the relay.
 */
class BrokenLifelinesTest {

    private static final String BEHIND = "127.0.0.2";
    private static final String SETTINGS = "akka.remote.artery.bind.hostname = \"" + BEHIND + "\"\n"
            + "conclave.warm-up = off\nconclave.election-timeout = 10s\n";

    @TempDir
    Path directory;

    private final List<TcpRelay> toRemoting = new ArrayList<>();
    private final List<TcpRelay> toLifelines = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (TcpRelay passage : toRemoting) {
            passage.close();
        }
        for (TcpRelay passage : toLifelines) {
            passage.close();
        }
    }

    @Test
    void r10_aLeaderThatLosesAllLifelinesKeepsItsTermAndTheLifelinesReconnect() throws IOException {
        try (TestCluster cluster = TestCluster.of(3, directory, SETTINGS)) {
            for (PeerId voter : cluster.voters()) {
                cluster.give(voter, "conclave.lifeline-port = " + passagesTo(voter));
            }
            cluster.startAll();
            TestCluster.Node leader = cluster.awaitLeader();
            long term = leader.election().status().term();
            awaitAllLifelines();

            // Resets; the lease is renewed several times before any lifeline can reconnect.
            toLifelines.forEach(TcpRelay::shut);
            await().atMost(30, SECONDS).until(() -> toLifelines.stream().allMatch(passage -> passage.turnedAway() > 2));
            cluster.awaitAcknowledgements(leader, 5);
            assertThat(leader.leads()).isTrue();
            toLifelines.forEach(TcpRelay::reopen);
            awaitAllLifelines();

            // FIN, as when a process ends; but the same life answers the next connection.
            toLifelines.forEach(TcpRelay::finish);
            awaitAllLifelines();
            cluster.awaitAcknowledgements(leader, 5);
            assertThat(leader.leads()).isTrue();
            assertThat(cluster.nodes())
                    .allSatisfy(node -> assertThat(node.events()).allMatch(event -> event.term() <= term));
        }
    }

    /** Two others hold a lifeline to each of the three nodes. An express lane is a connection too, but carries no answer. */
    private void awaitAllLifelines() {
        await().atMost(30, SECONDS).until(() -> toLifelines.stream().allMatch(passage -> passage.answered() == 2));
    }

    /** Gives the port of the one to the lifeline. */
    private int passagesTo(PeerId voter) throws IOException {
        toRemoting.add(new TcpRelay(new InetSocketAddress(voter.host(), voter.port()), BEHIND));
        TcpRelay passage = new TcpRelay(new InetSocketAddress(voter.host(), 0), BEHIND);
        toLifelines.add(passage);
        return passage.port();
    }
}
