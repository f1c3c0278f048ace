package dev.conclave.lease;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.coordination.lease.javadsl.Lease;
import dev.conclave.artery.TestCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The cost of leases that are held and not used: a thousand of them on three nodes, as Cluster Sharding with a thousand
 * shards has, at the default H and E. The three nodes are in this process; the printed lines show the share of one core
 * per node in several windows of time, with one lease and with all. The figures decide nothing; the test fails if a lease
 * is not held to the end. Run with {@code mvn -Psoak verify -Dtest=ThousandLeasesIT}.
 */
@Tag("soak")
class ThousandLeasesIT {

    private static final int LEASES = 1000;
    private static final int WINDOWS = 6;
    private static final Duration WARM_UP = Duration.ofSeconds(40);
    private static final Duration WINDOW = Duration.ofSeconds(15);
    private static final String SETTINGS = """
            conclave { heartbeat-interval = 200ms, election-timeout = 1s, stop-margin = 200ms, warm-up = off }
            conclave.lease.lease-operation-timeout = 30s
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void aThousandLeasesAreHeldAtOnce() {
        try (TestCluster cluster = TestCluster.of(3, directory, SETTINGS)) {
            cluster.voters().forEach(cluster::join);
            List<TestCluster.Node> nodes = cluster.nodes();
            List<Lease> leases = new ArrayList<>();
            for (int i = 0; i < LEASES; i++) {
                leases.add(AkkaLeaseTest.lease(nodes.get(i % nodes.size()), "test-shard-cart-" + i, "owner"));
            }
            assertThat(AkkaLeaseTest.got(leases.get(0).acquire())).isTrue();
            pass(WARM_UP);
            tell("one lease", shares(nodes.size()));

            long began = System.nanoTime();
            await().atMost(600, SECONDS).until(() -> allHeld(leases));
            System.out.printf("%d leases acquired in %.1f s%n", LEASES, (System.nanoTime() - began) / 1e9);
            pass(WARM_UP);
            tell(LEASES + " idle leases", shares(nodes.size()));

            assertThat(leases.stream().filter(lease -> !lease.checkLease()).count())
                    .as("leases lost")
                    .isZero();
        }
    }

    /** Acquires the leases that are not held, and returns whether all are held now. */
    private static boolean allHeld(List<Lease> leases) {
        CompletableFuture<?>[] asked = leases.stream()
                .filter(lease -> !lease.checkLease())
                .map(lease -> lease.acquire()
                        .handle((got, failure) -> failure == null && got)
                        .toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(asked).join();
        return leases.stream().allMatch(Lease::checkLease);
    }

    private static void tell(String what, double[] shares) {
        double[] sorted = shares.clone();
        Arrays.sort(sorted);
        System.out.printf(
                "%s: %.1f %% of a core per node (median of %d windows of %d s; %s)%n",
                what,
                100 * (sorted[(WINDOWS - 1) / 2] + sorted[WINDOWS / 2]) / 2,
                WINDOWS,
                WINDOW.toSeconds(),
                Arrays.stream(shares)
                        .mapToObj(share -> String.format("%.1f", 100 * share))
                        .collect(Collectors.joining(", ")));
    }

    private static double[] shares(int nodes) {
        double[] shares = new double[WINDOWS];
        for (int i = 0; i < WINDOWS; i++) {
            long cpu = cpuNanos();
            long began = System.nanoTime();
            pass(WINDOW);
            shares[i] = (double) (cpuNanos() - cpu) / (System.nanoTime() - began) / nodes;
        }
        return shares;
    }

    private static void pass(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        await().atMost(time.plusSeconds(60)).pollInterval(500, MILLISECONDS).until(() -> System.nanoTime() >= until);
    }

    private static long cpuNanos() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }
}
