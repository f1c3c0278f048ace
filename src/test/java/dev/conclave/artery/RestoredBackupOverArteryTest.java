package dev.conclave.artery;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conclave.ElectionEvent;
import dev.conclave.internal.node.NodeActor;
import dev.conclave.logging.LogLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** R15: a voter whose directory is restored from a backup that was made while it ran. */
class RestoredBackupOverArteryTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void aVoterWithARestoredDirectoryStopsVotingAndEveryLogNamesTheRemedy() throws Exception {
        try (TestCluster cluster = TestCluster.of(3, directory, "conclave.warm-up = off");
                LogLines lines = LogLines.of(NodeActor.class.getName())) {
            cluster.startAll();
            TestCluster.Node first = cluster.awaitLeader();
            TestCluster.Node voter = cluster.nodes().stream()
                    .filter(node -> !node.leads())
                    .findFirst()
                    .orElseThrow();
            Path journal = directory
                    .resolve(voter.id().host() + "_" + voter.id().port())
                    .resolve("journal");
            Path backup = Files.copy(journal, directory.resolve("backup"));

            voter.election().withdraw();
            first.election().handOver().toCompletableFuture().get(30, SECONDS);
            await().atMost(30, SECONDS).until(() -> !cluster.awaitLeader().id().equals(first.id()));
            TestCluster.Node second = cluster.awaitLeader();
            cluster.awaitAcknowledgements(second, 1);
            cluster.stop(voter);
            Files.copy(backup, journal, StandardCopyOption.REPLACE_EXISTING);

            TestCluster.Node restored = cluster.start(voter.id());
            await().atMost(30, SECONDS)
                    .until(() -> restored.events().stream().anyMatch(ElectionEvent.Stopped.class::isInstance));
            assertThat(lines.soFar())
                    .anyMatch(line -> line.startsWith(voter.id() + " is rejected from now on"))
                    .anyMatch(line -> line.contains(voter.id() + " stops voting and leading: ")
                            && line.contains("lost-identity = 2-0000000000000000"));
            assertThat(second.leads()).isTrue();
        }
    }
}
