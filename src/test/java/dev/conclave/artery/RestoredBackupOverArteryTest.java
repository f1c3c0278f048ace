package dev.conclave.artery;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conclave.Conclave;
import dev.conclave.ElectorateChange;
import dev.conclave.ElectorateView;
import dev.conclave.core.PeerId;
import dev.conclave.internal.node.NodeActor;
import dev.conclave.logging.LogLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A voter whose directory is restored from the backup of an earlier life, or lost (E9). */
class RestoredBackupOverArteryTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private Path journalOf(PeerId peer) {
        return directory.resolve(peer.host() + "_" + peer.port()).resolve("journal");
    }

    private static TestCluster.Node follower(TestCluster cluster) {
        return cluster.nodes().stream()
                .filter(node -> !node.leads())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aVoterWithARestoredDirectoryIsNotHeardAndEveryLogNamesTheRemedy() throws Exception {
        try (TestCluster cluster = TestCluster.of(3, directory, "conclave.warm-up = off");
                LogLines lines = LogLines.of(NodeActor.class.getName())) {
            cluster.startAll();
            cluster.awaitLeader();
            PeerId voter = follower(cluster).id();
            Path backup = Files.copy(journalOf(voter), directory.resolve("backup"));
            cluster.stop(follower(cluster));
            TestCluster.Node again = cluster.start(voter);
            cluster.awaitAcknowledgements(cluster.awaitLeader(), 1);
            cluster.stop(again);
            Files.copy(backup, journalOf(voter), StandardCopyOption.REPLACE_EXISTING);

            TestCluster.Node restored = cluster.start(voter);

            await().atMost(30, SECONDS)
                    .until(() -> lines.soFar().stream()
                                    .filter(line -> line.contains(
                                                    voter + " is rejected: it says that this is start 2 of its data"
                                                            + " directory, but start 2 was seen before")
                                            && line.contains("electorate readmit " + voter))
                                    .count()
                            == 2);
            assertThat(restored.election().status().leader()).isEmpty();
            await().atMost(30, SECONDS).until(() -> cluster.nodes().stream().anyMatch(TestCluster.Node::leads));
        }
    }

    @Test
    void aVoterThatHasLostItsDirectoryVotesAgainOnceItIsReadmitted() throws Exception {
        try (TestCluster cluster = TestCluster.of(3, directory, "conclave.warm-up = off")) {
            cluster.startAll();
            TestCluster.Node leader = cluster.awaitLeader();
            PeerId voter = follower(cluster).id();
            cluster.stop(follower(cluster));
            Files.delete(journalOf(voter));

            TestCluster.Node empty = cluster.start(voter);
            await().atMost(30, SECONDS)
                    .until(() ->
                            Conclave.get(empty.system()).electorate().view().number() == 0);
            assertThat(empty.isReady()).isFalse();
            ElectorateView view = Conclave.get(leader.system())
                    .electorate()
                    .change(ElectorateChange.readmit(voter.toString()))
                    .toCompletableFuture()
                    .join();

            assertThat(view.number()).isEqualTo(2);
            assertThat(view.voters()).contains(voter.toString());
            await().atMost(30, SECONDS).until(empty::isReady);
            assertThat(Conclave.get(empty.system()).electorate().view().votes()).isTrue();
            cluster.awaitLeader();
        }
    }
}
