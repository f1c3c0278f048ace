package dev.conclave.singleton;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.DispatcherSelector;
import dev.conclave.Leadership;
import dev.conclave.artery.TestCluster;
import dev.conclave.internal.node.NodeActor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The threads of a real node block, as in a log without a reader: the instance still ends before its lease does. */
class HeldThreadsTest {

    private static final String SETTINGS = """
        conclave.election-timeout = 2s
        conclave.stop-margin = 1600ms
        conclave.warm-up = off
        conclave.lifeline = off
        conclave.singleton.dispatcher.fork-join-executor { parallelism-min = 1, parallelism-max = 1 }
        """;

    @TempDir
    Path directory;

    private final InstanceLedger ledger = new InstanceLedger();
    private final CountDownLatch held = new CountDownLatch(1);
    private TestCluster cluster;
    private TestCluster.Node node;

    @BeforeEach
    void anInstanceRuns() {
        cluster = TestCluster.of(1, directory, SETTINGS);
        node = cluster.join(cluster.voters().get(0));
        ElectedSingleton.get(node.system()).init(ledger.actor(TestCluster.ELECTION, "here"));
        await().atMost(30, SECONDS).until(() -> ledger.running() == 1);
    }

    @AfterEach
    void close() {
        held.countDown();
        cluster.close();
        assertThat(ledger.violations).isEmpty();
    }

    private void hold(String dispatcher) {
        Executor threads = node.system().dispatchers().lookup(DispatcherSelector.fromConfig(dispatcher));
        threads.execute(() -> {
            try {
                held.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Test
    void r8_theInstanceIsAskedToStopWhileTheThreadOfTheProtocolIsHeld() {
        Leadership leadership = node.election().leadership().orElseThrow();
        hold(NodeActor.DISPATCHER);
        await().atMost(30, SECONDS).until(() -> ledger.running() == 0);
        assertThat(ledger.happened).containsExactly("start here 1", "end here 1");
        // The thread of the protocol has not sent anything yet.
        assertThat(held.getCount()).isEqualTo(1);
        held.countDown();
        await().atMost(30, SECONDS).until(() -> !leadership.holds());
        await().atMost(30, SECONDS).until(() -> ledger.of("start").size() == 2);
    }

    @Test
    void r8_theInstanceIsStoppedWhileTheThreadsOfItsHostAreHeldToo() {
        hold(RunningSingleton.DISPATCHER);
        hold(NodeActor.DISPATCHER);
        await().atMost(30, SECONDS).until(() -> ledger.running() == 0);
        assertThat(ledger.happened).containsExactly("start here 1", "end here 1");
        assertThat(held.getCount()).isEqualTo(1);
    }

    @Test
    void r8_aTaskIsInterruptedBeforeItsLeaseEndsWhileAllThreadsOfConclaveAreHeld() {
        CountDownLatch began = new CountDownLatch(1);
        CompletableFuture<Duration> leaseLeft = new CompletableFuture<>();
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            node.election().whileLeading(executor, leadership -> {
                began.countDown();
                try {
                    new CountDownLatch(1).await();
                } finally {
                    leaseLeft.complete(leadership.leaseRemaining());
                }
            });
            await().atMost(30, SECONDS).until(() -> began.getCount() == 0);
            hold(RunningSingleton.DISPATCHER);
            hold(NodeActor.DISPATCHER);
            await().atMost(30, SECONDS).until(leaseLeft::isDone);
            assertThat(leaseLeft.join()).isPositive();
            assertThat(held.getCount()).isEqualTo(1);
        } finally {
            executor.shutdownNow();
        }
    }
}
