package dev.conclave.artery;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import akka.actor.DeadLetter;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.eventstream.EventStream;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import com.typesafe.config.ConfigFactory;
import dev.conclave.Conclave;
import dev.conclave.Electorate;
import dev.conclave.ElectorateChange;
import dev.conclave.ElectorateView;
import dev.conclave.core.PeerId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The electorate as an application sees and changes it, among actor systems in one JVM over real Artery (E1 to E10). */
class ElectorateOverArteryTest {

    private static final String SETTINGS = "conclave.warm-up = off";

    @TempDir
    Path directory;

    private static Electorate electorate(TestCluster.Node node) {
        return Conclave.get(node.system()).electorate();
    }

    private static ElectorateView change(TestCluster.Node at, ElectorateChange change) {
        return electorate(at).change(change).toCompletableFuture().join();
    }

    private static Throwable refusal(CompletionStage<?> stage) {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        stage.whenComplete((done, failed) -> failure.complete(failed));
        return failure.join();
    }

    private static void assertRefused(CompletionStage<?> stage, String why) {
        assertThat(refusal(stage))
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage(why);
    }

    private static List<String> names(List<PeerId> peers) {
        return peers.stream().map(PeerId::toString).sorted().toList();
    }

    private static void awaitNumber(TestCluster cluster, int number) {
        await().atMost(30, SECONDS)
                .until(() -> cluster.nodes().stream()
                        .map(node -> electorate(node).view())
                        .allMatch(view -> view.number() == number && view.obeyed()));
    }

    private static TestCluster.Node follower(TestCluster cluster) {
        return cluster.nodes().stream()
                .filter(node -> !node.leads())
                .findFirst()
                .orElseThrow();
    }

    private static PeerId outsider() {
        return TestCluster.of(1, Path.of("")).voters().get(0);
    }

    @Test
    void e10_votersFoundOneGroupThatAllOfThemShow() {
        Instant began = Instant.now().minusMillis(1);
        try (TestCluster cluster = TestCluster.of(3, directory, SETTINGS)) {
            TestCluster.Node first = cluster.start(cluster.voters().get(0));
            ElectorateView before = electorate(first).view();
            assertThat(before.group()).isEmpty();
            assertThat(before.number()).isEqualTo(-1);
            assertThat(before.obeyed()).isFalse();
            assertThat(before.votes()).isFalse();
            assertThat(before.voters()).containsExactlyElementsOf(names(cluster.voters()));
            assertThat(before.history()).isEmpty();

            cluster.voters().stream().skip(1).forEach(cluster::start);

            cluster.awaitLeader();
            awaitNumber(cluster, 0);
            List<ElectorateView> views = cluster.nodes().stream()
                    .map(node -> electorate(node).view())
                    .toList();
            assertThat(views).allSatisfy(view -> {
                assertThat(view).isEqualTo(views.get(0));
                assertThat(view.group())
                        .hasValueSatisfying(group -> assertThat(group).matches("[0-9a-f]{16}"));
                assertThat(view.votes()).isTrue();
                assertThat(view.electionTimeout()).isEqualTo(Duration.ofSeconds(1));
                assertThat(view.heartbeatInterval()).isEqualTo(Duration.ofMillis(100));
                assertThat(view.underWay()).isEmpty();
                assertThat(view.history()).singleElement().satisfies(step -> {
                    assertThat(step.number()).isZero();
                    assertThat(step.at()).isAfter(began);
                    assertThat(step.what()).isEqualTo("founded");
                });
            });
        }
    }

    @Test
    void aNodeWhoseVotersWereAllReplacedFindsTheGroupThroughItsCluster() {
        try (TestCluster cluster = TestCluster.of(1, directory, SETTINGS)) {
            TestCluster.Node former = cluster.start(cluster.voters().get(0));
            cluster.awaitLeader();
            TestCluster.Node present = cluster.start(outsider());
            change(
                    former,
                    ElectorateChange.replace(
                            former.id().toString(), present.id().toString()));
            cluster.stop(former);
            joinAkkaCluster(present, present);

            TestCluster.Node late = cluster.join(outsider());
            joinAkkaCluster(late, present);

            await().atMost(60, SECONDS)
                    .until(() -> electorate(late)
                            .view()
                            .voters()
                            .equals(List.of(present.id().toString())));
            assertThat(cluster.awaitLeader()).isEqualTo(present);
        }
    }

    private static void joinAkkaCluster(TestCluster.Node node, TestCluster.Node seed) {
        Cluster.get(node.system())
                .manager()
                .tell(Join.create(Cluster.get(seed.system()).selfMember().address()));
    }

    @Test
    void aVoterIsAddedAndRemovedWhileTheLeaderLeadsOnAndEachNodeShowsTheHistory() {
        try (TestCluster cluster = TestCluster.of(3, directory, SETTINGS)) {
            cluster.startAll();
            TestCluster.Node leader = cluster.awaitLeader();
            long term = leader.election().status().term();
            TestCluster.Node added = cluster.start(outsider());
            String name = added.id().toString();

            ElectorateView four = change(leader, ElectorateChange.add(name));
            assertThat(four.number()).isEqualTo(1);
            assertThat(four.voters()).hasSize(4).contains(name);
            await().atMost(30, SECONDS).until(() -> electorate(added).view().votes());
            ElectorateView three = change(added, ElectorateChange.remove(name));

            assertThat(three.number()).isEqualTo(2);
            assertThat(three.voters()).containsExactlyElementsOf(names(cluster.voters()));
            assertThat(three.votes()).isFalse();
            awaitNumber(cluster, 2);
            assertThat(electorate(leader).view().history())
                    .extracting(ElectorateView.Step::what)
                    .containsExactly("founded", "added " + name, "removed " + name);
            assertThat(electorate(leader).view().history())
                    .extracting(ElectorateView.Step::by)
                    .containsExactly(
                            electorate(leader).view().history().get(0).by(), "the application", "the application");
            assertThat(leader.leads()).isTrue();
            assertThat(leader.election().status().term()).isEqualTo(term);
        }
    }

    @Test
    void e5_otherTimesCountForAllNodesWhileTheLeaderLeadsOn() {
        try (TestCluster cluster = TestCluster.of(3, directory, SETTINGS)) {
            cluster.startAll();
            TestCluster.Node leader = cluster.awaitLeader();
            long term = leader.election().status().term();
            ElectorateChange shorter =
                    ElectorateChange.settings(times -> times.withElectionTimeout(Duration.ofMillis(800))
                            .withHeartbeatInterval(Duration.ofMillis(80))
                            .withMaxClockDrift(0.02));

            assertThat(electorate(leader).plan(shorter).toCompletableFuture().join())
                    .containsExactly("set election-timeout=800ms heartbeat-interval=80ms max-clock-drift=0.02");
            assertThat(electorate(leader).view().number()).isZero();
            ElectorateView view = change(follower(cluster), shorter);

            assertThat(view.electionTimeout()).isEqualTo(Duration.ofMillis(800));
            awaitNumber(cluster, 1);
            assertThat(cluster.nodes()).allSatisfy(node -> {
                assertThat(electorate(node).view().electionTimeout()).isEqualTo(Duration.ofMillis(800));
                assertThat(electorate(node).view().heartbeatInterval()).isEqualTo(Duration.ofMillis(80));
                assertThat(electorate(node).view().maxClockDrift()).isEqualTo(0.02);
            });
            assertThat(leader.election().status().term()).isEqualTo(term);
            assertThat(leader.leads()).isTrue();
            assertThat(change(leader, shorter).number())
                    .as("nothing is left to be changed")
                    .isEqualTo(1);
        }
    }

    @Test
    void aChangeThatCannotSucceedIsRefusedWithASentenceThatSaysWhatToDo() {
        try (TestCluster cluster = TestCluster.of(2, directory, SETTINGS)) {
            cluster.startAll();
            TestCluster.Node leader = cluster.awaitLeader();
            awaitNumber(cluster, 0);
            Electorate electorate = electorate(leader);
            String absent = outsider().toString();
            PeerId observer = outsider();
            cluster.give(observer, "conclave.data-dir = \"\"");
            TestCluster.Node watching = cluster.join(observer);
            await().atMost(30, SECONDS).until(() -> electorate(watching).view().number() == 0);

            assertRefused(
                    electorate.change(ElectorateChange.add(absent)),
                    absent
                            + " has not stored configuration 0 within the last 1000 ms; start it first, or mind the address");
            assertRefused(
                    electorate.plan(ElectorateChange.add(absent)),
                    absent
                            + " has not stored configuration 0 within the last 1000 ms; start it first, or mind the address");
            assertRefused(
                    electorate.change(ElectorateChange.add(observer.toString())),
                    observer + " has no conclave.data-dir, and a voter must store its votes on disk");
            assertRefused(
                    electorate.change(ElectorateChange.remove(absent)),
                    absent + " is not a voter; the voters are " + names(cluster.voters()));
            assertRefused(
                    electorate.change(ElectorateChange.add(leader.id().toString())),
                    leader.id() + " is a voter already; if its directory was lost, readmit it");
            assertRefused(
                    electorate.change(
                            ElectorateChange.settings(times -> times.withElectionTimeout(Duration.ofMillis(300)))),
                    "conclave.stop-margin on "
                            + cluster.voters().stream().sorted().findFirst().orElseThrow()
                            + " is 100 ms, the lease would be 294 ms, of which two heartbeats take 200 ms: lower the margin"
                            + " there, or choose another election-timeout or heartbeat-interval");
            assertRefused(
                    electorate(watching)
                            .change(ElectorateChange.remove(leader.id().toString())),
                    observer + " has no conclave.data-dir, so it proposes nothing; ask a voter: "
                            + names(cluster.voters()));

            TestCluster.Node other = cluster.nodes().stream()
                    .filter(node -> cluster.voters().contains(node.id()) && !node.leads())
                    .findFirst()
                    .orElseThrow();
            cluster.stop(other);
            assertThat(refusal(
                            electorate.change(ElectorateChange.remove(other.id().toString()))))
                    .message()
                    .isIn(
                            "2 of 2 voters must answer, 1 does: start one, or, if they are lost for good, electorate force",
                            "2 of 2 voters must answer, 1 does: this node has just started, or the voters have just changed;"
                                    + " ask again in a moment");
            assertThat(electorate.view().number()).isZero();
            assertThat(electorate.view().underWay()).isEmpty();
        }
    }

    @Test
    void aSubscriberReceivesTheViewNowAndAfterEachChangeInOrder() {
        try (TestCluster cluster = TestCluster.of(2, directory, SETTINGS)) {
            TestCluster.Node first = cluster.start(cluster.voters().get(0));
            ConcurrentLinkedQueue<ElectorateView> seen = new ConcurrentLinkedQueue<>();
            ActorRef<ElectorateView> subscriber = first.system()
                    .systemActorOf(
                            Behaviors.receiveMessage(view -> {
                                seen.add(view);
                                return Behaviors.same();
                            }),
                            "subscriber",
                            Props.empty());
            electorate(first).subscribe(subscriber);
            await().atMost(10, SECONDS).until(() -> !seen.isEmpty());
            assertThat(seen).allMatch(view -> view.number() == -1);

            cluster.start(cluster.voters().get(1));
            cluster.awaitLeader();
            TestCluster.Node added = cluster.start(outsider());
            change(first, ElectorateChange.add(added.id().toString()));

            await().atMost(10, SECONDS)
                    .until(() -> seen.stream().anyMatch(view -> view.number() == 1 && view.obeyed()));
            assertThat(seen).extracting(ElectorateView::number).isSorted().contains(-1, 0, 1);
            await().atMost(10, SECONDS)
                    .until(() -> seen.stream()
                            .reduce((former, later) -> later)
                            .orElseThrow()
                            .equals(electorate(first).view()));
            assertThat(seen).anyMatch(view -> view.underWay().isPresent());
        }
    }

    @Test
    void aSubscriberThatHasEndedIsForgotten() {
        try (TestCluster cluster = TestCluster.of(1, directory, SETTINGS)) {
            TestCluster.Node node = cluster.start(cluster.voters().get(0));
            cluster.awaitLeader();
            ActorSystem<Void> system = node.system();
            TestProbe<ElectorateView> stays = TestProbe.create(system);
            TestProbe<ElectorateView> ends = TestProbe.create(system);
            TestProbe<DeadLetter> lost = TestProbe.create(system);
            for (TestProbe<ElectorateView> probe : List.of(ends, ends, stays)) {
                electorate(node).subscribe(probe.getRef());
                probe.receiveMessage();
            }
            TestProbe<Object> watch = TestProbe.create(system);
            ends.stop();
            watch.expectTerminated(ends.getRef());
            // The actor that sends the views answers this after it has learnt of the end.
            electorate(node).subscribe(stays.getRef());
            stays.receiveMessage();
            system.eventStream().tell(new EventStream.Subscribe<>(DeadLetter.class, lost.getRef()));

            change(node, ElectorateChange.settings(times -> times.withElectionTimeout(Duration.ofMillis(1500))));

            await().atMost(10, SECONDS).until(() -> {
                ElectorateView view = stays.receiveMessage();
                return view.number() == 1 && view.obeyed() && view.underWay().isEmpty();
            });
            lost.expectNoMessage();
        }
    }

    @Test
    void aNodeWithoutVotersInItsSettingsHasNoElectorate() {
        ActorSystem<Void> system = ActorSystem.create(
                Behaviors.empty(),
                "test",
                TestCluster.of(1, directory)
                        .configOf(outsider())
                        .withoutPath("conclave.voters")
                        .withFallback(ConfigFactory.load()));
        try {
            assertThatThrownBy(() -> Conclave.get(system).electorate())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("conclave.voters");
        } finally {
            system.terminate();
            await().atMost(30, SECONDS).until(() -> system.whenTerminated().isCompleted());
        }
    }
}
