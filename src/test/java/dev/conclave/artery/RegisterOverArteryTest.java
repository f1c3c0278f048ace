package dev.conclave.artery;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import akka.util.ByteString;
import dev.conclave.Conclave;
import dev.conclave.ElectionRegister;
import dev.conclave.ElectorateChange;
import dev.conclave.Leadership;
import dev.conclave.Register;
import dev.conclave.Written;
import dev.conclave.core.PeerId;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.FreePorts;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Registers of actor systems in one JVM over real Artery, with journals on disk. */
class RegisterOverArteryTest {

    @TempDir
    Path directory;

    @Test
    void theNextLeaderFindsTheLastWriteBeforeItDoesAnything() {
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            cluster.startAll();
            TestCluster.Node first = cluster.awaitLeader();
            Leadership leadership = first.election().leadership().orElseThrow();
            assertThat(leadership.register().value()).isEmpty();
            for (int step = 1; step <= 20; step++) {
                assertThat(write(first, "step " + step).isDone()).isTrue();
            }
            cluster.stop(first);

            TestCluster.Node second = cluster.awaitLeader();
            Leadership next = second.election().leadership().orElseThrow();
            assertThat(text(next.register())).isEqualTo("step 20");
            assertThat(next.register().fencingToken()).isEqualTo(next.fencingToken());
            assertThat(write(second, "step 21")).isEqualTo(new Written.Done(next.fencingToken(), 1));
        }
    }

    @Test
    void everyNodeReadsTheTruthAndSeesACopy() {
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            cluster.startAll();
            TestCluster.Node leader = cluster.awaitLeader();
            assertThat(write(leader, "x").isDone()).isTrue();
            for (TestCluster.Node node : cluster.nodes()) {
                Register read =
                        node.election().register().read().toCompletableFuture().join();
                assertThat(text(read)).isEqualTo("x");
                assertThat(read.isTruth()).isTrue();
                await().atMost(10, SECONDS)
                        .until(() -> node.election().register().latest().value().isPresent());
                assertThat(text(node.election().register().latest())).isEqualTo("x");
                assertThat(node.election().register().latest().isTruth()).isEqualTo(node.equals(leader));
            }
        }
    }

    @Test
    void aNodeThatWasShutDownShowsTheLastValueThatItKnew() {
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            cluster.startAll();
            TestCluster.Node leader = cluster.awaitLeader();
            assertThat(write(leader, "x").isDone()).isTrue();
            for (TestCluster.Node node : List.copyOf(cluster.nodes())) {
                ElectionRegister register = node.election().register();
                await().atMost(10, SECONDS)
                        .until(() -> register.latest().value().isPresent());
                cluster.stop(node);
                assertThat(text(register.latest())).isEqualTo("x");
                assertThat(register.latest().isTruth()).isFalse();
            }
        }
    }

    /** Values that fit a lane, a frame, and none of both. */
    @Test
    void aValueOfAnySizeReachesEveryNodeAndTheNextLeader() {
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            cluster.startAll();
            for (int size : List.of(0, 1, 8_192, 8_193, 16_384, 65_536)) {
                byte[] bytes = new byte[size];
                new Random(size).nextBytes(bytes);
                ByteString value = ByteString.fromArray(bytes);
                TestCluster.Node leader = cluster.awaitLeader();
                ElectionRegister register = leader.election().register();
                Leadership leadership = leader.election().leadership().orElseThrow();
                assertThat(register.write(leadership, value)
                                .toCompletableFuture()
                                .join()
                                .isDone())
                        .as(size + " bytes")
                        .isTrue();
                cluster.nodes()
                        .forEach(node -> await().atMost(10, SECONDS)
                                .until(() -> node.election()
                                        .register()
                                        .latest()
                                        .value()
                                        .filter(value::equals)
                                        .isPresent()));
                leader.election().handOver().toCompletableFuture().join();
                await().atMost(30, SECONDS)
                        .until(() -> cluster.nodes().stream()
                                .flatMap(node -> node.election().leadership().stream())
                                .anyMatch(next -> next.fencingToken() > leadership.fencingToken()
                                        && next.register().value().equals(Optional.of(value))));
            }
        }
    }

    @Test
    void aRegisterSurvivesARestartOfAllNodes() {
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            cluster.startAll();
            assertThat(write(cluster.awaitLeader(), "kept").isDone()).isTrue();
            List.copyOf(cluster.nodes()).forEach(cluster::stop);

            cluster.startAll();
            TestCluster.Node leader = cluster.awaitLeader();
            assertThat(text(leader.election().leadership().orElseThrow().register()))
                    .isEqualTo("kept");
        }
    }

    @Test
    void whatCannotBeWrittenIsRefusedWithAReason() {
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            cluster.startAll();
            TestCluster.Node leader = cluster.awaitLeader();
            ElectionRegister register = leader.election().register();
            Leadership leadership = leader.election().leadership().orElseThrow();
            assertThat(register.write(leadership, ByteString.fromArray(new byte[65_537]))
                            .toCompletableFuture()
                            .join())
                    .isEqualTo(new Written.Refused(
                            "the value has 65537 bytes, and a register holds at most 65536; keep it in"
                                    + " a database, fenced by the token of the leadership"));
            TestCluster.Node follower = cluster.nodes().stream()
                    .filter(node -> !node.leads())
                    .findFirst()
                    .orElseThrow();
            assertThat(follower.election()
                            .register()
                            .write(leadership, ByteString.fromString("x"))
                            .toCompletableFuture()
                            .join())
                    .isInstanceOf(Written.Refused.class);
        }
    }

    @Test
    void aSubscriberSeesTheStateEachLaterOneAndTheRemoval() {
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            cluster.startAll();
            TestCluster.Node leader = cluster.awaitLeader();
            TestCluster.Node follower = cluster.nodes().stream()
                    .filter(node -> !node.leads())
                    .findFirst()
                    .orElseThrow();
            ConcurrentLinkedQueue<Register> seen = new ConcurrentLinkedQueue<>();
            ActorRef<Register> subscriber = follower.system()
                    .systemActorOf(
                            Behaviors.receiveMessage(register -> {
                                seen.add(register);
                                return Behaviors.same();
                            }),
                            "register",
                            Props.empty());
            follower.election().register().subscribe(subscriber);
            write(leader, "a");
            write(leader, "b");
            leader.election()
                    .register()
                    .clear(leader.election().leadership().orElseThrow())
                    .toCompletableFuture()
                    .join();
            await().atMost(10, SECONDS).until(() -> seen.stream().anyMatch(register -> register.write() == 3));
            assertThat(seen.stream().map(Register::write)).isSorted();
            assertThat(seen.stream().filter(register -> register.write() == 3))
                    .allMatch(register -> register.value().isEmpty());
        }
    }

    @Test
    void aReadWithoutALeaderFails() {
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            TestCluster.Node alone = cluster.join(cluster.voters().get(0));
            assertThatThrownBy(() -> alone.election()
                            .register()
                            .read()
                            .toCompletableFuture()
                            .join())
                    .hasMessageContaining("no leader of \"orders\" has answered");
        }
    }

    /** U7: n1 is replaced by a voter that had no part in any write, and then by the only other one that had. */
    @Test
    void theRegisterMovesWithTheVoters() {
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            List<PeerId> former = cluster.voters();
            cluster.startAll();
            write(cluster.awaitLeader(), "kept");
            List<PeerId> fresh = List.of(address(), address(), address());
            fresh.forEach(cluster::start);
            for (int i = 0; i < former.size(); i++) {
                TestCluster.Node leader = cluster.awaitLeader();
                Conclave.get(leader.system())
                        .electorate()
                        .change(ElectorateChange.replace(
                                former.get(i).toString(), fresh.get(i).toString()))
                        .toCompletableFuture()
                        .join();
            }
            for (PeerId gone : former) {
                cluster.nodes().stream()
                        .filter(node -> node.id().equals(gone))
                        .findFirst()
                        .ifPresent(cluster::stop);
                cluster.awaitLeader();
            }
            assertThat(text(cluster.awaitLeader()
                            .election()
                            .leadership()
                            .orElseThrow()
                            .register()))
                    .isEqualTo("kept");
        }
    }

    private static PeerId address() {
        try {
            return new PeerId("127.0.0.1", FreePorts.find(1, new Random()).get(0));
        } catch (CliException noPorts) {
            throw new IllegalStateException(noPorts);
        }
    }

    private static Written write(TestCluster.Node node, String text) {
        return node.election()
                .register()
                .write(node.election().leadership().orElseThrow(), ByteString.fromString(text))
                .toCompletableFuture()
                .join();
    }

    private static String text(Register register) {
        return register.value().map(ByteString::utf8String).orElse("");
    }
}
