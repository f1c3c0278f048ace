package dev.conclave.artery;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import dev.conclave.Conclave;
import dev.conclave.Election;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The heartbeats of many elections fit into the smallest frame size that an application may give Artery. */
class FrameSizeTest {

    @TempDir
    Path directory;

    @Test
    void aLargeBatchOfHeartbeatsIsSplitBelowTheFrameSizeOfTheApplication() {
        String settings = "akka.remote.artery.advanced.maximum-frame-size = 32KiB\nconclave.warm-up = off";
        try (TestCluster cluster = TestCluster.of(2, directory, settings)) {
            cluster.startAll();
            TestCluster.Node leader = cluster.awaitLeader();
            // The heartbeats of this many elections exceed 32 KiB.
            List<Election> elections = IntStream.range(0, 800)
                    .mapToObj(i -> Conclave.get(leader.system()).join("election-with-a-name-" + i))
                    .toList();
            elections.forEach(Election::stand);
            await().atMost(60, SECONDS)
                    .until(() -> elections.stream()
                            .allMatch(election -> election.leadership().isPresent()));
            cluster.awaitAcknowledgements(leader, 800 * 5);
        }
    }
}
