package dev.conclave.artery;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import dev.conclave.core.PeerId;
import dev.conclave.singleton.ElectedSingleton;
import dev.conclave.singleton.ElectedSingletonSettings;
import dev.conclave.singleton.InstanceLedger;
import dev.conclave.singleton.InstanceLedger.Note;
import dev.conclave.singleton.WhenStuck;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Elected singletons over real Artery: there are never two instances, and messages without an instance are kept until one runs. */
class SingletonOverArteryTest {

    // Without lifelines all messages use Artery, so that a node whose Artery is cut receives nothing.
    private static final String SETTINGS = InstanceLedger.BINDING + """
        akka.remote.artery.advanced.test-mode = on
        conclave.election-timeout = 2s
        conclave.stop-margin = 1s
        conclave.warm-up = off
        conclave.lifeline = off
        """;

    @TempDir
    Path directory;

    private final InstanceLedger ledger = new InstanceLedger();
    private final Map<PeerId, ActorRef<Note>> references = new HashMap<>();

    @AfterEach
    void neverTwo() {
        ledger.release.countDown();
        assertThat(ledger.violations).isEmpty();
    }

    private TestCluster cluster(int voters) {
        return TestCluster.of(voters, directory, SETTINGS);
    }

    private TestCluster.Node start(TestCluster cluster, PeerId peer) {
        return start(cluster, peer, WhenStuck.TERMINATE);
    }

    private TestCluster.Node start(TestCluster cluster, PeerId peer, WhenStuck choice) {
        TestCluster.Node node = cluster.join(peer);
        references.put(peer, init(node.system(), peer.toString(), choice));
        return node;
    }

    private ActorRef<Note> init(ActorSystem<?> system, String node, WhenStuck choice) {
        return ElectedSingleton.get(system)
                .init(ledger.actor(TestCluster.ELECTION, node)
                        .withSettings(ElectedSingletonSettings.create(system).withWhenStuck(choice)));
    }

    private ActorRef<Note> of(TestCluster.Node node) {
        return Objects.requireNonNull(references.get(node.id()), "a node that was started here");
    }

    private TestCluster.Node awaitInstance(TestCluster cluster) {
        await().atMost(60, SECONDS)
                .until(() -> cluster.leader()
                        .filter(node -> lastStart().equals("start " + node.id() + " " + term(node)))
                        .isPresent());
        return cluster.leader().orElseThrow();
    }

    private static long term(TestCluster.Node node) {
        return node.election().status().term();
    }

    private String lastStart() {
        List<String> starts = ledger.of("start");
        return starts.isEmpty() ? "" : starts.get(starts.size() - 1);
    }

    private void awaitWritten(List<String> texts) {
        await().atMost(60, SECONDS).until(() -> texts.stream().allMatch(ledger::wrote));
    }

    private void assertOnce(List<String> texts) {
        assertThat(ledger.of("write"))
                .containsExactlyInAnyOrderElementsOf(
                        texts.stream().map(text -> "write " + text).toList());
    }

    /** Sends a few messages from each node. */
    private List<String> writeFromAll(TestCluster cluster, String what) {
        List<String> written = new ArrayList<>();
        for (TestCluster.Node node : cluster.nodes()) {
            for (int number = 0; number < 5; number++) {
                String text = what + " " + number + " from " + node.id();
                of(node).tell(new InstanceLedger.Write(text));
                written.add(text);
            }
        }
        return written;
    }

    @Test
    void everyNodeReachesTheInstanceAndSoDoesANodeThatOnlySends() {
        try (TestCluster cluster = cluster(3)) {
            cluster.voters().forEach(peer -> start(cluster, peer));
            List<String> written = writeFromAll(cluster, "before anybody leads");
            awaitInstance(cluster);
            ActorSystem<Void> sender = ActorSystem.create(
                    Behaviors.empty(),
                    "test",
                    ConfigFactory.parseString("akka.remote.artery.canonical.port = 0\nconclave.data-dir = \"\"\n"
                                    + "conclave.singleton.role = a-role-that-it-has-not")
                            .withFallback(cluster.configOf(cluster.voters().get(0))));
            try {
                init(sender, "sender", WhenStuck.TERMINATE)
                        .tell(new InstanceLedger.Write("from a node without a directory"));
                written.add("from a node without a directory");
                awaitWritten(written);
                assertOnce(written);
                assertThat(ledger.of("start")).hasSize(1);
            } finally {
                sender.terminate();
                await().atMost(30, SECONDS).until(() -> sender.whenTerminated().isCompleted());
            }
        }
    }

    @Test
    void r9_messagesSentDuringAHandOverArriveOnceTheNewInstanceRuns() {
        try (TestCluster cluster = cluster(3)) {
            cluster.voters().forEach(peer -> start(cluster, peer));
            TestCluster.Node first = awaitInstance(cluster);
            of(first).tell(new InstanceLedger.BeSlow(500));
            await().atMost(30, SECONDS).until(() -> !ledger.of("slow").isEmpty());
            var handedOver = first.election().handOver().toCompletableFuture();
            await().atMost(30, SECONDS).until(() -> !ledger.of("asked").isEmpty());
            List<String> written = writeFromAll(cluster, "meanwhile");
            handedOver.join();
            assertThat(awaitInstance(cluster).id()).isNotEqualTo(first.id());
            awaitWritten(written);
            assertOnce(written);
            assertThat(ledger.happened).containsSubsequence("asked", "end " + first.id() + " 1");
        }
    }

    @Test
    void r9_anOrderlyShutdownWaitsForTheInstanceAndForwardsWaitingMessages() {
        try (TestCluster cluster = cluster(3)) {
            cluster.voters().forEach(peer -> start(cluster, peer));
            TestCluster.Node first = awaitInstance(cluster);
            of(first).tell(new InstanceLedger.BeSlow(500));
            await().atMost(30, SECONDS).until(() -> !ledger.of("slow").isEmpty());
            first.system().terminate();
            await().atMost(30, SECONDS).until(() -> !ledger.of("asked").isEmpty());
            List<String> written = writeFromAll(cluster, "meanwhile");
            cluster.stop(first);
            awaitInstance(cluster);
            awaitWritten(written);
            assertOnce(written);
        }
    }

    @Test
    void everyNodeReachesTheInstanceWhenTheSameNodeLeadsAgain() {
        try (TestCluster cluster = cluster(3)) {
            TestCluster.Node only = start(cluster, cluster.voters().get(0));
            cluster.voters().stream().skip(1).forEach(peer -> {
                TestCluster.Node node = start(cluster, peer);
                node.election().withdraw();
            });
            only.election().stand();
            assertThat(awaitInstance(cluster).id()).isEqualTo(only.id());
            only.election().withdraw();
            await().atMost(30, SECONDS).until(() -> ledger.running() == 0);
            await().atMost(30, SECONDS)
                    .until(() -> cluster.nodes().stream()
                            .allMatch(node -> node.election().status().leader().isEmpty()));
            List<String> written = writeFromAll(cluster, "while nobody leads");
            only.election().stand();
            assertThat(awaitInstance(cluster).id()).isEqualTo(only.id());
            written.addAll(writeFromAll(cluster, "again"));
            awaitWritten(written);
        }
    }

    @Test
    void r8_aLeaderThatIsCutOffHasStoppedItsInstanceBeforeAnotherOneStarts() {
        try (TestCluster cluster = cluster(3)) {
            cluster.voters().forEach(peer -> start(cluster, peer));
            TestCluster.Node first = awaitInstance(cluster);
            cluster.cutOff(first);
            await().atMost(30, SECONDS).until(() -> !ledger.of("end").isEmpty());
            of(first).tell(new InstanceLedger.Write("kept on the node that is cut off"));
            await().atMost(60, SECONDS).until(() -> ledger.of("start").size() == 2);
            assertThat(ledger.of("late")).isEmpty();
            cluster.reconnect(first);
            awaitWritten(List.of("kept on the node that is cut off"));
        }
    }

    /** A firewall that opens one port has this effect: the express lanes carry votes, and heartbeats do not arrive. */
    @Test
    void r8_aCutOffLeaderStopsItsInstanceBeforeAnotherStartsEvenIfLifelinesOutliveTheCut() {
        try (TestCluster cluster = TestCluster.of(3, directory, SETTINGS + "conclave.lifeline = on")) {
            cluster.voters().forEach(peer -> start(cluster, peer));
            TestCluster.Node first = awaitInstance(cluster);
            cluster.cutOff(first);
            await().atMost(60, SECONDS).until(() -> ledger.of("start").size() == 2);
            assertThat(ledger.of("end")).hasSize(1);
            assertThat(ledger.of("late")).isEmpty();
            cluster.reconnect(first);
            awaitWritten(writeFromAll(cluster, "when it is mended"));
        }
    }

    @Test
    void r8_aBlockedInstanceTerminatesItsNodeAndAnotherStartsOnlyAfterTheLease() {
        try (TestCluster cluster = cluster(3)) {
            cluster.voters().forEach(peer -> start(cluster, peer));
            TestCluster.Node first = awaitInstance(cluster);
            of(first).tell(new InstanceLedger.Block());
            await().atMost(30, SECONDS).until(() -> ledger.blocked.get() == 1);
            cluster.cutOff(first);
            await().atMost(60, SECONDS).until(() -> ledger.of("start").size() == 2);
            await().atMost(30, SECONDS)
                    .until(() -> CoordinatedShutdown.get(first.system())
                            .getShutdownReason()
                            .isPresent());
            assertThat(ledger.violations).isEmpty();
            ledger.release.countDown();
            cluster.stop(first);
        }
    }

    @Test
    void r8_aBlockedInstanceIsAbandonedOnRequestAndItsNodeStandsAgainAfterItsEnd() {
        try (TestCluster cluster = cluster(3)) {
            cluster.voters().forEach(peer -> start(cluster, peer, WhenStuck.ABANDON));
            TestCluster.Node first = awaitInstance(cluster);
            of(first).tell(new InstanceLedger.Block());
            await().atMost(30, SECONDS).until(() -> ledger.blocked.get() == 1);
            cluster.cutOff(first);
            await().atMost(60, SECONDS).until(() -> ledger.of("start").size() == 2);
            assertThat(ledger.of("end")).isEmpty();
            cluster.reconnect(first);
            List<String> written = List.of("from the node with the blocked one");
            of(first).tell(new InstanceLedger.Write(written.get(0)));
            awaitWritten(written);
            ledger.release.countDown();
            await().atMost(30, SECONDS).until(() -> ledger.of("end").size() == 1);
            assertThat(CoordinatedShutdown.get(first.system()).getShutdownReason())
                    .isEmpty();
        }
    }

    /** Random stops, restarts and hand-overs; a failure prints the seed. */
    @Test
    void atMostOneInstanceRunsUnderRandomFaultsAndEveryNodeReachesItAgain() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (TestCluster cluster = cluster(3)) {
            cluster.voters().forEach(peer -> start(cluster, peer));
            awaitInstance(cluster);
            for (int round = 1; round <= 8; round++) {
                happen(cluster, random.nextInt(4), cluster.nodes().get(random.nextInt(3)));
                awaitInstance(cluster);
                cluster.awaitLeader();
                awaitWritten(writeFromAll(cluster, "round " + round));
                assertThat(ledger.violations).as("seed " + seed).isEmpty();
            }
            assertThat(ledger.of("late")).as("seed " + seed).isEmpty();
        }
    }

    private void happen(TestCluster cluster, int what, TestCluster.Node someone) {
        TestCluster.Node leader = cluster.leader().orElse(someone);
        int before = ledger.of("start").size();
        switch (what) {
            case 0 -> {
                cluster.stop(someone);
                start(cluster, someone.id());
            }
            case 1 -> {
                cluster.stop(leader);
                await().atMost(60, SECONDS).until(() -> ledger.of("start").size() > before);
                start(cluster, leader.id());
            }
            case 2 -> {
                cluster.cutOff(leader);
                await().atMost(60, SECONDS).until(() -> ledger.of("start").size() > before);
                cluster.reconnect(leader);
            }
            default -> {
                var unused = leader.election().handOver();
                await().atMost(60, SECONDS).until(() -> ledger.of("start").size() > before);
            }
        }
    }
}
