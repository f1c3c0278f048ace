package dev.conclave.logging;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.conclave.Conclave;
import dev.conclave.Election;
import dev.conclave.artery.TestCluster;
import dev.conclave.core.Terms;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log as operators read it: one line for each change, and few lines about a dead peer. */
class LogTest {

    @TempDir
    Path directory;

    @Test
    void eachLogLineOfAnElectionHasNameTermAndRoleAndHeartbeatsAreNotLogged() {
        try (LogLines lines = LogLines.of("dev.conclave");
                TestCluster cluster = TestCluster.of(1, directory)) {
            TestCluster.Node node = cluster.startAll().get(0);
            cluster.awaitLeader();
            long term = node.election().status().term();
            List<ILoggingEvent> ofTheElection = lines.events().stream()
                    .filter(line -> line.getFormattedMessage().startsWith("orders: "))
                    .toList();
            assertThat(ofTheElection)
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line.getMDCPropertyMap())
                            .containsEntry("election", "orders")
                            .containsKeys("term", "role"));
            assertThat(ofTheElection)
                    .filteredOn(line -> line.getFormattedMessage().contains(" leads term "))
                    .singleElement()
                    .extracting(ILoggingEvent::getMDCPropertyMap)
                    .isEqualTo(Map.of("election", "orders", "term", Terms.show(term), "role", "leader"));

            int before = lines.events().size();
            long until = System.nanoTime() + SECONDS.toNanos(1);
            await().atMost(20, SECONDS).until(() -> System.nanoTime() > until);
            assertThat(lines.soFar().stream().skip(before))
                    .as("while ten heartbeats pass")
                    .isEmpty();
        }
    }

    @Test
    void aVoterThatDidNotJoinAnElectionLogsNothingAboutItAndANameForgesNoLine() {
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            TestCluster.Node node = cluster.startAll().get(0);
            cluster.awaitLeader();
            try (LogLines lines = LogLines.of("dev.conclave")) {
                Election alone = Conclave.get(node.system()).join("al\none");
                alone.stand();
                // The voters have voted in this election, or its leader would hold no lease (R7).
                await().atMost(20, SECONDS).until(() -> alone.leadership().isPresent());
                assertThat(lines.soFar())
                        .filteredOn(line -> line.contains(" leads term "))
                        .singleElement()
                        .asString()
                        .startsWith("al\\none: " + node.id() + " leads term ");
            }
        }
    }

    /** Except for Akka's stream logger, which docs/operations.md advises to turn off: it warns of every attempt to connect. */
    @Test
    void akkasLogLinesAboutADeadPeerDoNotGrowWithTimeOnceOneLoggerIsQuiet() {
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            cluster.startAll();
            TestCluster.Node gone = cluster.awaitLeader();
            try (LogLines lines = LogLines.of("akka")) {
                cluster.stop(gone);
                cluster.awaitLeader();
                long atFirst = spoken(lines);
                long until = System.nanoTime() + SECONDS.toNanos(5);
                await().atMost(20, SECONDS).until(() -> System.nanoTime() > until);
                assertThat(spoken(lines)).as("%s", lines.soFar()).isLessThan(atFirst + 4);
            }
        }
    }

    private static long spoken(LogLines lines) {
        return lines.events().stream()
                .filter(line -> !line.getLoggerName().equals("akka.stream.Materializer"))
                .count();
    }
}
