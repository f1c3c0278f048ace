package dev.conclave.lease;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.coordination.lease.javadsl.Lease;
import dev.conclave.Leadership;
import dev.conclave.artery.TestCluster;
import dev.conclave.core.PeerId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Twenty owners on five nodes, two of which are not voters, continuously try to acquire one lease. */
class LeaseContentionTest {

    private static final int TURNS = 2;
    private static final Executor SHORTLY = CompletableFuture.delayedExecutor(2, MILLISECONDS);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final AtomicReference<String> holder = new AtomicReference<>("");
    private final AtomicLong highest = new AtomicLong();
    private final Map<String, Integer> turns = new ConcurrentHashMap<>();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private volatile boolean ended;

    @Test
    void aContendedLeaseHasOneHolderAtATimeInRisingTermsAndReachesEveryOwner() {
        List<PeerId> outsiders = TestCluster.of(2, directory).voters();
        try (TestCluster cluster = TestCluster.of(3, directory, "conclave.lease.lease-operation-timeout = 20s")) {
            List<TestCluster.Node> nodes = new ArrayList<>();
            cluster.voters().forEach(voter -> nodes.add(cluster.join(voter)));
            outsiders.forEach(outsider -> nodes.add(cluster.join(outsider)));
            for (TestCluster.Node node : nodes) {
                for (int i = 0; i < 4; i++) {
                    String owner = node.id() + "/" + i;
                    turns.put(owner, 0);
                    contend(AkkaLeaseTest.lease(node, "contended", owner), owner);
                }
            }
            await().atMost(240, SECONDS)
                    .until(() -> !wrong.isEmpty() || turns.values().stream().allMatch(had -> had >= TURNS));
            ended = true;
            System.out.println("turns: " + turns);
        }
        assertThat(wrong).isEmpty();
    }

    /** Acquires the lease, holds it for a moment, releases it, and repeats that. A refusal or a failure is not an error here. */
    private void contend(Lease lease, String owner) {
        if (ended) {
            return;
        }
        var unused = lease.acquire()
                .handleAsync((got, failure) -> failure == null && got, SHORTLY)
                .thenCompose(got -> {
                    if (!got) {
                        return CompletableFuture.completedStage(false);
                    }
                    enter((ConclaveLease) lease, owner);
                    return CompletableFuture.supplyAsync(() -> leave(lease, owner), SHORTLY)
                            .thenCompose(left -> lease.release());
                })
                .whenComplete((done, failure) -> contend(lease, owner));
    }

    private void enter(ConclaveLease lease, String owner) {
        if (lease.leadership().isEmpty()) {
            // The owner has lost the lease meanwhile, which a busy machine may cause.
            return;
        }
        long term = lease.leadership().map(Leadership::fencingToken).orElse(0L);
        if (!holder.compareAndSet("", owner)) {
            wrong.add(owner + " holds it beside " + holder.get());
        } else if (highest.getAndSet(term) >= term) {
            wrong.add(owner + " holds it in term " + term + " after " + highest.get());
        } else {
            turns.merge(owner, 1, Integer::sum);
        }
    }

    private boolean leave(Lease lease, String owner) {
        boolean held = lease.checkLease();
        if (!holder.compareAndSet(owner, "") && held) {
            wrong.add(owner + " was overtaken by " + holder.get());
        }
        return held;
    }
}
