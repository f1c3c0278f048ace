package dev.conclave.internal.node;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import dev.conclave.ElectionEvent;
import dev.conclave.artery.TestCluster;
import dev.conclave.internal.node.HostileSystem.Recorder;
import dev.conclave.internal.node.HostileSystem.Words;
import dev.conclave.logging.LogLines;
import dev.conclave.metrics.ConclaveMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * A stranger on the network of three peers, over real remoting and without TLS: an actor system that speaks Conclave's
 * language. docs/security.md lists what it cannot do (R13).
 */
class HostileSystemTest {

    private static final String SETTINGS = """
        akka.remote.artery.advanced.outbound-max-restarts = 1000000
        akka.actor.serializers.conclave-cbor = "dev.conclave.internal.node.HostileSystem$Recorder"
        conclave.election-timeout = 10s
        conclave.warm-up = off
        """;

    @TempDir
    Path directory;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void r13_aStrangerChangesNeitherLeaderNorTermNorBallotsAndAHandOverStillWorks() {
        long seed = new Random().nextLong();
        Recorder.SENT.clear();
        try (TestCluster cluster = TestCluster.of(3, directory, SETTINGS);
                HostileSystem hostile = new HostileSystem();
                LogLines ours = LogLines.of("dev.conclave");
                Undecodable undecodable = new Undecodable()) {
            cluster.startAll().forEach(this::measure);
            cluster.awaitLeader().election().handOver().toCompletableFuture().join();
            TestCluster.Node leader = cluster.awaitLeader();
            long term = leader.election().status().term();
            cluster.awaitAcknowledgements(leader, 2);
            List<byte[]> journals = journals(cluster);
            List<Words> recorded = List.copyOf(Recorder.SENT);

            ReplayAttack attack = new ReplayAttack(hostile.address(), recorded, cluster.voters(), term, seed);
            strike(cluster, hostile, attack, 1);
            int lines = ours.soFar().size();
            strike(cluster, hostile, attack, 2);

            assertThat(leader.leads()).as("seed %d", seed).isTrue();
            assertThat(leader.election().status().term()).isEqualTo(term);
            assertThat(same(journals(cluster), journals))
                    .as("all ballots are as they were, seed %d", seed)
                    .isTrue();
            assertThat(cluster.nodes())
                    .allSatisfy(
                            node -> assertThat(led(node)).as("seed %d", seed).isLessThanOrEqualTo(term));
            assertThat(dropped().keySet()).contains("no-pass", "malformed", "implausible-term", "our-name");
            assertThat(ours.soFar())
                    .as("log lines about the same attack again, seed %d", seed)
                    .hasSize(lines);
            assertThat(undecodable.lines.soFar())
                    .as("Akka's log lines about bytes that are not a frame, seed %d", seed)
                    .isEmpty();

            leader.election().handOver().toCompletableFuture().join();
            TestCluster.Node next = cluster.awaitLeader();
            assertThat(next.election().status().term()).isBetween(term + 1, term + 1000);
        }
    }

    /** Says all of it to each, and waits until each has dealt with it. */
    private static void strike(TestCluster cluster, HostileSystem hostile, ReplayAttack attack, int times) {
        cluster.voters().forEach(voter -> hostile.tell(voter, attack.on(voter)));
        await().atMost(60, SECONDS)
                .until(() -> cluster.voters().stream()
                        .allMatch(voter -> hostile.heard().stream()
                                        .filter(frame -> attack.isAnswerToTheLast(frame, voter))
                                        .count()
                                >= times));
    }

    private void measure(TestCluster.Node node) {
        new ConclaveMetrics(node.system(), Tags.of("node", node.id().toString())).bindTo(meters);
    }

    private static boolean same(List<byte[]> some, List<byte[]> others) {
        return Arrays.deepEquals(some.toArray(), others.toArray());
    }

    private Map<String, Double> dropped() {
        Map<String, Double> byReason = new TreeMap<>();
        for (Counter counter : meters.find("conclave.dropped").counters()) {
            if (counter.count() > 0) {
                byReason.merge(String.valueOf(counter.getId().getTag("reason")), counter.count(), Double::sum);
            }
        }
        return byReason;
    }

    /** The highest term of which the node has said anything. */
    private static long led(TestCluster.Node node) {
        return node.events().stream().mapToLong(ElectionEvent::term).max().orElse(0);
    }

    private List<byte[]> journals(TestCluster cluster) {
        return cluster.voters().stream()
                .map(voter ->
                        directory.resolve(voter.host() + "_" + voter.port()).resolve("journal"))
                .map(HostileSystemTest::bytes)
                .toList();
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Akka's log lines about messages that no serializer reads: a line and a stack trace for each. */
    private static final class Undecodable implements AutoCloseable {
        private static final String NAME = "akka.remote.artery.Deserializer";

        private final Logger logger = (Logger) LoggerFactory.getLogger(NAME);
        private final LogLines lines = LogLines.of(NAME);

        private Undecodable() {
            logger.setAdditive(false);
        }

        @Override
        public void close() {
            logger.setAdditive(true);
            lines.close();
        }
    }
}
