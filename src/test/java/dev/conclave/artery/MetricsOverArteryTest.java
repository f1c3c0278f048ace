package dev.conclave.artery;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conclave.Conclave;
import dev.conclave.Election;
import dev.conclave.core.PeerId;
import dev.conclave.internal.node.NodeEnvironment;
import dev.conclave.internal.node.Telemetry;
import dev.conclave.lease.AkkaLeaseTest;
import dev.conclave.metrics.ConclaveMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The meters of nodes that elect over real Artery. */
class MetricsOverArteryTest {

    @TempDir
    Path directory;

    private static double gauge(MeterRegistry registry, String name) {
        return registry.get(name).tag("election", TestCluster.ELECTION).gauge().value();
    }

    private static double total(List<MeterRegistry> registries, String name, String... tags) {
        return registries.stream()
                .flatMap(registry -> registry.find(name).tags(tags).counters().stream())
                .mapToDouble(Counter::count)
                .sum();
    }

    private static boolean all(List<MeterRegistry> registries, Predicate<MeterRegistry> what) {
        return registries.stream().allMatch(what);
    }

    @Test
    void theMetersOfThreeNodesShowTheirElections() {
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            for (PeerId voter : cluster.voters()) {
                cluster.join(voter);
            }
            List<TestCluster.Node> nodes = cluster.nodes();
            List<MeterRegistry> registries = nodes.stream()
                    .<MeterRegistry>map(node -> new SimpleMeterRegistry())
                    .toList();
            for (int i = 0; i < nodes.size(); i++) {
                // A node that is bound before it has met the election measures from its first word on, which may be the
                // last.
                NodeEnvironment.Elections elections =
                        Telemetry.get(nodes.get(i).system()).elections();
                await().atMost(30, SECONDS).until(() -> !elections.names().isEmpty());
                new ConclaveMetrics(nodes.get(i).system(), Tags.of("node", String.valueOf(i)))
                        .bindTo(registries.get(i));
            }
            nodes.forEach(node -> node.election().stand());
            TestCluster.Node leader = cluster.awaitLeader();
            MeterRegistry leaders = registries.get(nodes.indexOf(leader));

            assertThat(gauge(leaders, "conclave.leading")).isEqualTo(1);
            assertThat(gauge(leaders, "conclave.term"))
                    .isEqualTo((double) leader.election().status().term());
            await().atMost(30, SECONDS).until(() -> gauge(leaders, "conclave.lease.remaining") > 0);
            assertThat(gauge(leaders, "conclave.lease.remaining")).isLessThan(1);
            assertThat(all(registries, one -> gauge(one, "conclave.leader.known") == 1))
                    .isTrue();
            await().atMost(30, SECONDS).until(() -> total(registries, "conclave.elections.won") == 1);
            await().atMost(30, SECONDS)
                    .until(() -> total(registries, "conclave.votes.cast", "kind", "vote", "answer", "granted") > 0);
            // Two voters suffice for the election; the third may learn of it before it has anything to write.
            await().atMost(30, SECONDS)
                    .until(() -> all(
                            registries,
                            one -> one.get("conclave.journal.force").timer().count() > 0));
            assertThat(all(
                            registries,
                            one -> one.get("conclave.leaderless")
                                            .functionCounter()
                                            .count()
                                    > 0))
                    .isTrue();
            await().atMost(30, SECONDS)
                    .until(() -> leaders.find("conclave.heartbeat.roundtrip").timers().stream()
                                    .filter(timer -> timer.count() > 0)
                                    .count()
                            >= 2);

            await().atMost(30, SECONDS).until(() -> gauge(leaders, "conclave.voters.acknowledging") == 3);
            assertThat(leaders.get("conclave.voters").gauge().value()).isEqualTo(3);
            assertThat(gauge(leaders, "conclave.lease.remaining.lowest")).isPositive();
            assertThat(all(
                            registries,
                            one -> one.get("conclave.takes.part").gauge().value() == 1))
                    .isTrue();

            leader.election().handOver().toCompletableFuture().join();
            cluster.awaitLeader();
            await().atMost(30, SECONDS)
                    .until(() -> all(
                            registries,
                            one -> one.get("conclave.failover").timer().count() > 0));
            await().atMost(30, SECONDS)
                    .until(() -> total(registries, "conclave.leaderships.ended", "reason", "hand-over") == 1);
            assertThat(registries)
                    .flatExtracting(one -> one.find("conclave.failover").timers())
                    .extracting(Timer::count)
                    .allSatisfy(count -> assertThat(count).isLessThan(10));

            cluster.stop(leader);
            await().atMost(30, SECONDS).until(() -> leaders.getMeters().isEmpty());
            MeterRegistry nexts = registries.get(nodes.indexOf(cluster.awaitLeader()));
            await().atMost(30, SECONDS).until(() -> gauge(nexts, "conclave.voters.acknowledging") == 2);
        }
    }

    @Test
    void theGaugesOfAnElectionThatWasLeftAndJoinedAgainShowItsPresentState() {
        try (TestCluster cluster = TestCluster.of(1, directory)) {
            TestCluster.Node node = cluster.start(cluster.voters().get(0));
            MeterRegistry registry = new SimpleMeterRegistry();
            new ConclaveMetrics(node.system()).bindTo(registry);
            await().atMost(30, SECONDS).until(() -> gauge(registry, "conclave.leading") == 1);
            node.election().leave().toCompletableFuture().join();
            assertThat(gauge(registry, "conclave.leading")).isZero();
            NodeEnvironment.Elections elections = Telemetry.get(node.system()).elections();
            await().atMost(60, SECONDS).until(() -> elections.names().isEmpty());

            Election again = Conclave.get(node.system()).join(TestCluster.ELECTION);
            again.stand();
            await().atMost(30, SECONDS).until(() -> again.leadership().isPresent());
            assertThat(gauge(registry, "conclave.leading")).isEqualTo(1);
            assertThat(gauge(registry, "conclave.leader.known")).isEqualTo(1);
            assertThat(gauge(registry, "conclave.term"))
                    .isEqualTo((double) again.status().term());
            assertThat(gauge(registry, "conclave.lease.remaining")).isPositive();
        }
    }

    @Test
    void leasesOfANodeAreMeasured() {
        try (TestCluster cluster = TestCluster.of(1, directory)) {
            TestCluster.Node node = cluster.join(cluster.voters().get(0));
            MeterRegistry registry = new SimpleMeterRegistry();
            new ConclaveMetrics(node.system()).bindTo(registry);
            assertThat(registry.get("conclave.leases.held").gauge().value()).isZero();
            assertThat(AkkaLeaseTest.got(AkkaLeaseTest.lease(node, "it", "a").acquire()))
                    .isTrue();
            CompletionStage<Boolean> second =
                    AkkaLeaseTest.lease(node, "it", "b").acquire();
            await().atMost(30, SECONDS)
                    .until(() -> registry.get("conclave.leases.waiting").gauge().value() == 1);
            assertThat(registry.get("conclave.leases.held").gauge().value()).isEqualTo(1);
            assertThat(AkkaLeaseTest.got(second)).isFalse();
            assertThat(AkkaLeaseTest.got(AkkaLeaseTest.lease(node, "it", "a").release()))
                    .isTrue();
            await().atMost(30, SECONDS)
                    .until(() -> registry.get("conclave.leases.held").gauge().value() == 0);
            assertThat(registry.get("conclave.leases.waiting").gauge().value()).isZero();
            assertThat(registry.get("conclave.leases.refused")
                            .tag("reason", "held")
                            .functionCounter()
                            .count())
                    .isEqualTo(1);
            await().atMost(30, SECONDS)
                    .until(() -> registry.get("conclave.leases.acquire").timer().count() == 1);
        }
    }
}
