package dev.conclave.lease;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.Entity;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.ClusterSingleton;
import akka.cluster.typed.Join;
import akka.cluster.typed.SingletonActor;
import dev.conclave.Election;
import dev.conclave.artery.NetworkCut;
import dev.conclave.artery.TestCluster;
import dev.conclave.core.PeerId;
import dev.conclave.example.SplitBrainByLease;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Akka's own users of a lease, each in a running cluster. */
class LeaseConsumersTest {

    private static final String SETTINGS = NetworkCut.SETTINGS + exampleSettings() + """
        conclave.lease.lease-operation-timeout = 3s
        akka.coordinated-shutdown.phases {
          cluster-sharding-shutdown-region.timeout = 2s
          cluster-exiting.timeout = 2s
        }
        akka.cluster {
          gossip-interval = 200ms
          leader-actions-interval = 200ms
          failure-detector { heartbeat-interval = 200ms, acceptable-heartbeat-pause = 2s }
          down-removal-margin = 1s
          split-brain-resolver {
            stable-after = 2s
            lease-majority.acquire-lease-delay-for-minority = 1s
          }
          singleton { use-lease = "conclave.lease", lease-retry-interval = 500ms }
          sharding { use-lease = "conclave.lease", lease-retry-interval = 500ms, number-of-shards = 10 }
        }
        """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    /** The settings of the example, as lines. */
    private static String exampleSettings() {
        return SplitBrainByLease.settings().entrySet().stream()
                .map(entry -> entry.getKey() + " = " + entry.getValue().render() + "\n")
                .collect(Collectors.joining());
    }

    private static void form(List<TestCluster.Node> members) {
        akka.actor.Address seed =
                Cluster.get(members.get(0).system()).selfMember().address();
        members.forEach(node -> Cluster.get(node.system()).manager().tell(Join.create(seed)));
        await().atMost(60, SECONDS).until(() -> members.stream().allMatch(node -> membersUp(node) == members.size()));
    }

    private static long membersUp(TestCluster.Node node) {
        return StreamSupport.stream(
                        Cluster.get(node.system()).state().getMembers().spliterator(), false)
                .filter(member -> member.status().equals(MemberStatus.up()))
                .count();
    }

    private static boolean isGone(TestCluster.Node node) {
        return node.system().whenTerminated().isCompleted();
    }

    private static List<TestCluster.Node> joined(TestCluster cluster, Collection<PeerId> peers) {
        List<TestCluster.Node> nodes = new ArrayList<>();
        peers.forEach(peer -> nodes.add(cluster.join(peer)));
        return nodes;
    }

    // ---- the Split Brain Resolver

    @Test
    void theLargerSideOfACutSurvivesIfTheMajorityOfTheVotersIsThere() {
        List<PeerId> others = TestCluster.of(2, directory).voters();
        try (TestCluster cluster = TestCluster.of(3, directory, SETTINGS)) {
            List<TestCluster.Node> voters = joined(cluster, cluster.voters());
            List<TestCluster.Node> rest = joined(cluster, others);
            onlyTheFirstSurvives(voters, rest);
        }
    }

    @Test
    @Tag("soak")
    void theSmallerSideOfACutSurvivesIfTheMajorityOfTheVotersIsThere() {
        List<PeerId> others = TestCluster.of(2, directory).voters();
        try (TestCluster cluster = TestCluster.of(3, directory, SETTINGS)) {
            List<TestCluster.Node> voters = joined(cluster, cluster.voters());
            List<TestCluster.Node> larger = joined(cluster, others);
            larger.add(voters.get(2));
            onlyTheFirstSurvives(voters.subList(0, 2), larger);
        }
    }

    @Test
    @Tag("soak")
    void oneOfTwoHalvesSurvivesIfTheVotersAreOutsideBoth() {
        List<PeerId> members = TestCluster.of(4, directory).voters();
        try (TestCluster cluster = TestCluster.of(3, directory, SETTINGS)) {
            joined(cluster, cluster.voters());
            List<TestCluster.Node> nodes = joined(cluster, members);
            form(nodes);
            List<TestCluster.Node> some = nodes.subList(0, 2);
            List<TestCluster.Node> others = nodes.subList(2, 4);
            NetworkCut.between(some, others);
            await().atMost(90, SECONDS).until(() -> hasLost(some) || hasLost(others));
            List<TestCluster.Node> left = hasLost(some) ? others : some;
            await().atMost(60, SECONDS).until(() -> left.stream().allMatch(node -> sees(node, left)));
            assertThat(left).noneMatch(LeaseConsumersTest::isGone);
        }
    }

    private static boolean hasLost(List<TestCluster.Node> side) {
        return side.stream().allMatch(LeaseConsumersTest::isGone);
    }

    private static void onlyTheFirstSurvives(List<TestCluster.Node> first, List<TestCluster.Node> second) {
        List<TestCluster.Node> all = new ArrayList<>(first);
        all.addAll(second);
        form(all);
        NetworkCut.between(first, second);
        await().atMost(90, SECONDS).until(() -> hasLost(second));
        await().atMost(60, SECONDS).until(() -> first.stream().allMatch(node -> sees(node, first)));
        assertThat(first).noneMatch(LeaseConsumersTest::isGone);
    }

    /** Whether these are all the members that the node sees, and all of them are up. */
    private static boolean sees(TestCluster.Node node, List<TestCluster.Node> members) {
        List<Member> seen = new ArrayList<>();
        Cluster.get(node.system()).state().getMembers().forEach(seen::add);
        return seen.size() == members.size() && membersUp(node) == members.size();
    }

    // ---- the Cluster Singleton

    @Test
    void aClusterSingletonRunsWhereItsLeaseIsHeldAndMovesWithIt() {
        Queue<String> told = new ConcurrentLinkedQueue<>();
        try (TestCluster cluster = TestCluster.of(3, directory, SETTINGS)) {
            List<TestCluster.Node> nodes = joined(cluster, cluster.voters());
            form(nodes);
            nodes.forEach(node -> ClusterSingleton.get(node.system())
                    .init(SingletonActor.of(telling(node, "singleton", told), "one")));
            TestCluster.Node oldest = nodes.get(0);
            await().atMost(60, SECONDS).until(() -> told.contains("start singleton " + oldest.id()));
            Election lease = leaseOfSingleton(oldest);
            assertThat(lease.leadership().isPresent()).isTrue();
            long term = lease.status().term();
            cluster.stop(oldest);
            await().atMost(60, SECONDS).until(() -> started(told, "singleton").size() == 2);
            TestCluster.Node next = nodes.stream()
                    .filter(node -> leaseOfSingleton(node).leadership().isPresent())
                    .findFirst()
                    .orElseThrow();
            assertThat(started(told, "singleton").get(1)).endsWith(next.id().toString());
            assertThat(leaseOfSingleton(next).status().term()).isGreaterThan(term);
            assertThat(told)
                    .containsSubsequence(
                            "start singleton " + oldest.id(),
                            "stop singleton " + oldest.id(),
                            "start singleton " + next.id());
        }
    }

    private static Election leaseOfSingleton(TestCluster.Node node) {
        return AkkaLeaseTest.electionOf(node, "test-singleton-akka://test/system/singletonManagerone");
    }

    @Test
    void aSingletonThatLosesItsLeaseStopsAndRestartsOnceItHoldsTheLeaseAgain() {
        Queue<String> told = new ConcurrentLinkedQueue<>();
        try (TestCluster cluster = TestCluster.of(1, directory, SETTINGS)) {
            List<TestCluster.Node> nodes = joined(cluster, cluster.voters());
            form(nodes);
            TestCluster.Node node = nodes.get(0);
            ClusterSingleton.get(node.system()).init(SingletonActor.of(telling(node, "singleton", told), "one"));
            await().atMost(60, SECONDS).until(() -> started(told, "singleton").size() == 1);
            leaseOfSingleton(node).withdraw();
            await().atMost(60, SECONDS).until(() -> started(told, "singleton").size() == 2);
            assertThat(told)
                    .containsExactly(
                            "start singleton " + node.id(),
                            "stop singleton " + node.id(),
                            "start singleton " + node.id());
        }
    }

    // ---- Cluster Sharding

    @Test
    void shardsStartWithTheirLeasesAndMoveWithThem() {
        Queue<String> told = new ConcurrentLinkedQueue<>();
        EntityTypeKey<String> key = EntityTypeKey.create(String.class, "cart");
        try (TestCluster cluster = TestCluster.of(3, directory, SETTINGS)) {
            List<TestCluster.Node> nodes = joined(cluster, cluster.voters());
            form(nodes);
            nodes.forEach(node -> ClusterSharding.get(node.system())
                    .init(Entity.of(key, entity -> telling(node, entity.getEntityId(), told))));
            TestCluster.Node leaving = nodes.get(2);
            TestCluster.Node staying = nodes.get(0);
            List<String> carts = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l");
            carts.forEach(cart -> ClusterSharding.get(staying.system())
                    .entityRefFor(key, cart)
                    .tell("hello"));
            await().atMost(60, SECONDS)
                    .until(() ->
                            carts.stream().allMatch(cart -> !started(told, cart).isEmpty()));
            long leases =
                    nodes.stream().mapToLong(node -> heldShards(node).size()).sum();
            assertThat(leases).isPositive();
            cluster.stop(leaving);
            carts.forEach(cart -> ClusterSharding.get(staying.system())
                    .entityRefFor(key, cart)
                    .tell("hello again"));
            await().atMost(60, SECONDS)
                    .until(() -> carts.stream().allMatch(cart -> told.contains("hello again " + cart)));
            for (String cart : carts) {
                assertThat(told.stream().filter(line -> line.contains(" " + cart + " ")))
                        .as("never two of one entity at a time")
                        .satisfies(lines -> assertThat(alternate(lines)).isTrue());
            }
        }
    }

    private static boolean alternate(List<? extends String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).startsWith(i % 2 == 0 ? "start " : "stop ")) {
                return false;
            }
        }
        return true;
    }

    /** The shards whose leases the node holds. */
    private static List<String> heldShards(TestCluster.Node node) {
        List<String> held = new ArrayList<>();
        for (int shard = 0; shard < 10; shard++) {
            String name = "test-shard-cart-" + shard;
            if (AkkaLeaseTest.electionOf(node, name).leadership().isPresent()) {
                held.add(name);
            }
        }
        return held;
    }

    // ---- the fixture

    private static List<String> started(Queue<String> told, String what) {
        return told.stream().filter(line -> line.startsWith("start " + what)).toList();
    }

    private static Behavior<String> telling(TestCluster.Node node, String what, Queue<String> told) {
        return Behaviors.setup(context -> {
            told.add("start " + what + " " + node.id());
            return Behaviors.receive(String.class)
                    .onAnyMessage(message -> {
                        told.add(message + " " + what);
                        return Behaviors.same();
                    })
                    .onSignal(PostStop.class, signal -> {
                        told.add("stop " + what + " " + node.id());
                        return Behaviors.same();
                    })
                    .build();
        });
    }
}
