package dev.conclave.internal.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conclave.artery.TestCluster;
import dev.conclave.core.PeerId;
import dev.conclave.status.ElectorateStatus;
import dev.conclave.status.ElectorateStatus.Voter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The view of a node of three on the voters that it hears. */
class ElectorateReaderTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private static ElectorateReader readerOf(TestCluster.Node node) {
        return Telemetry.get(node.system()).control().orElseThrow().electorate();
    }

    private static Voter voter(ElectorateStatus view, PeerId name) {
        return view.voters().stream()
                .filter(voter -> voter.name().equals(name.toString()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theVotersThatANodeHearsAreThoseThatRunWithLifelinesAndWithoutThem() {
        for (String lifelines : List.of("on", "off")) {
            try (TestCluster cluster =
                    TestCluster.of(3, directory.resolve(lifelines), "conclave.lifeline = " + lifelines)) {
                cluster.startAll();
                TestCluster.Node leader = cluster.awaitLeader();
                ElectorateReader reader = readerOf(leader);
                await().atMost(PATIENCE).until(() -> reader.votersHeard() == 3);
                assertThat(reader.number()).isZero();
                assertThat(reader.isObeyed()).isTrue();
                assertThat(reader.changeSeconds()).isZero();
                assertThat(reader.status().voters()).allMatch(Voter::heard).allMatch(Voter::stored);

                TestCluster.Node stopped = cluster.nodes().stream()
                        .filter(node -> !node.equals(leader))
                        .findFirst()
                        .orElseThrow();
                cluster.stop(stopped);
                await().atMost(PATIENCE).until(() -> reader.votersHeard() == 2);
                assertThat(voter(reader.status(), stopped.id()).heard()).isFalse();
                assertThat(voter(reader.status(), leader.id()).heard()).isTrue();
            }
        }
    }
}
