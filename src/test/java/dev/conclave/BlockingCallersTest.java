package dev.conclave;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.MailboxSelector;
import akka.actor.typed.javadsl.Behaviors;
import dev.conclave.artery.TestCluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Code and actors of the application that block hold up no election (R14), and none of them waits for an ended node. */
class BlockingCallersTest {

    private static final String WAITS_FOR_ROOM = """
            test.waits-for-room {
              mailbox-type = "akka.dispatch.BoundedMailbox"
              mailbox-capacity = 1
              mailbox-push-timeout-time = 1h
            }
            """;

    @TempDir
    Path directory;

    private final CountDownLatch release = new CountDownLatch(1);

    private void block() {
        try {
            release.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the node elects: a new election is led, and so is the one that was led before. */
    private static void elects(TestCluster.Node node, String election, long term) {
        Election later = Conclave.get(node.system()).join(election);
        later.stand();
        await().atMost(20, SECONDS).until(() -> later.leadership().isPresent());
        assertThat(node.leads()).isTrue();
        assertThat(node.election().status().term()).isEqualTo(term);
    }

    @Test
    void aCallbackOfAStageMayBlockWithoutDelayingElections() throws InterruptedException {
        try (TestCluster cluster = TestCluster.of(1, directory)) {
            TestCluster.Node node = cluster.startAll().get(0);
            cluster.awaitLeader();
            long term = node.election().status().term();
            Election small = Conclave.get(node.system()).join("small");
            small.stand();
            await().atMost(20, SECONDS).until(() -> small.leadership().isPresent());

            CountDownLatch blocked = new CountDownLatch(4);
            List<CompletableFuture<?>> stages = new ArrayList<>(List.of(
                    small.whenElected().toCompletableFuture(),
                    // Fails, since no other node stands.
                    small.handOver().toCompletableFuture(),
                    small.leave().toCompletableFuture(),
                    // Fails, since it does not lead.
                    Conclave.get(node.system()).join("idle").handOver().toCompletableFuture()));
            Thread caller = Thread.currentThread();
            for (CompletableFuture<?> stage : stages) {
                var unused = stage.whenComplete((value, failure) -> {
                    blocked.countDown();
                    // A stage that is complete already calls back at once, on the thread of its caller.
                    if (Thread.currentThread() != caller) {
                        block();
                    }
                });
            }
            assertThat(blocked.await(20, SECONDS)).isTrue();
            elects(node, "later", term);
            release.countDown();
        }
    }

    /** The election timeout is long, so that a leadership whose users are still awaited does not end within the test. */
    @Test
    void theAnswerOfAUserThatHasStoppedNeedsNoThreadOfTheApplication() {
        try (TestCluster cluster = TestCluster.of(1, directory, """
                conclave.election-timeout = 60s
                akka.actor.default-dispatcher.executor = thread-pool-executor
                akka.actor.default-dispatcher.thread-pool-executor.fixed-pool-size = 1
                """)) {
            TestCluster.Node node = cluster.startAll().get(0);
            cluster.awaitLeader();
            DispatcherSelector own = DispatcherSelector.fromConfig("akka.actor.internal-dispatcher");
            CompletableFuture<Serve> started = new CompletableFuture<>();
            node.election()
                    .serve(node.system()
                            .systemActorOf(
                                    Behaviors.<Serve>receiveMessage(message -> {
                                        started.complete(message);
                                        if (message instanceof Serve.Stop stop) {
                                            stop.replyTo().tell(Done.getInstance());
                                        }
                                        return Behaviors.same();
                                    }),
                                    "user",
                                    own));
            CompletableFuture<ElectionEvent> ended = new CompletableFuture<>();
            node.election()
                    .subscribe(node.system()
                            .systemActorOf(
                                    Behaviors.<ElectionEvent>receiveMessage(event -> {
                                        if (event instanceof ElectionEvent.Ended) {
                                            ended.complete(event);
                                        }
                                        return Behaviors.same();
                                    }),
                                    "subscriber",
                                    own));
            started.orTimeout(20, SECONDS).join();
            CountDownLatch blocked = new CountDownLatch(1);
            node.system()
                    .dispatchers()
                    .lookup(DispatcherSelector.defaultDispatcher())
                    .execute(() -> {
                        blocked.countDown();
                        block();
                    });
            await().atMost(20, SECONDS).until(() -> blocked.getCount() == 0);

            node.election().withdraw();
            ended.orTimeout(20, SECONDS).join();
            release.countDown();
        }
    }

    @Test
    void aStageThatItsCallerCompletesDoesNotAffectOtherCallers() {
        try (TestCluster cluster = TestCluster.of(1, directory)) {
            TestCluster.Node node = cluster.startAll().get(0);
            cluster.awaitLeader();
            Election other = Conclave.get(node.system()).join("other");
            CompletableFuture<Leadership> mine = other.whenElected().toCompletableFuture();
            CompletableFuture<Leadership> theirs = other.whenElected().toCompletableFuture();
            assertThat(mine.completeExceptionally(new IllegalStateException("of its own")))
                    .isTrue();
            other.stand();
            assertThat(theirs.orTimeout(20, SECONDS).join().holds()).isTrue();

            Conclave.get(node.system()).leave().toCompletableFuture().complete(Done.getInstance());
            Conclave.get(node.system())
                    .leave()
                    .toCompletableFuture()
                    .orTimeout(20, SECONDS)
                    .join();
            assertThat(node.leads()).isFalse();
        }
    }

    @Test
    void aSubscriberWithAFullMailboxDelaysNoElectionAndReceivesEventsInOrder() {
        try (TestCluster cluster = TestCluster.of(1, directory, WAITS_FOR_ROOM)) {
            TestCluster.Node node = cluster.startAll().get(0);
            cluster.awaitLeader();
            long term = node.election().status().term();
            Election other = Conclave.get(node.system()).join("other");
            List<String> heard = new ArrayList<>();
            CompletableFuture<Integer> sawTheEnd = new CompletableFuture<>();
            ActorRef<ElectionEvent> slow = node.system()
                    .systemActorOf(
                            Behaviors.<ElectionEvent>receiveMessage(event -> {
                                block();
                                heard.add(event.getClass().getSimpleName());
                                if (event instanceof ElectionEvent.Ended) {
                                    sawTheEnd.complete(heard.size());
                                }
                                return Behaviors.same();
                            }),
                            "slow",
                            MailboxSelector.fromConfig("test.waits-for-room"));
            other.subscribe(slow);
            other.stand();
            await().atMost(20, SECONDS).until(() -> other.leadership().isPresent());
            other.withdraw();
            await().atMost(20, SECONDS).until(() -> !other.leadership().isPresent());
            elects(node, "later", term);
            assertThat(sawTheEnd).isNotDone();

            release.countDown();
            sawTheEnd.orTimeout(20, SECONDS).join();
            assertThat(heard).containsSubsequence("Leaderless", "Standing", "Elected", "Dismissed", "Ended");
        }
    }

    /** The election timeout is short, since a node that has withdrawn waits for twelve of them before it leads again. */
    @Test
    void aUserWithAFullMailboxThatIsRegisteredAgainReceivesItsMessagesInOrder() {
        try (TestCluster cluster = TestCluster.of(1, directory, WAITS_FOR_ROOM + """
                conclave { election-timeout = 200ms, heartbeat-interval = 20ms, stop-margin = 20ms }
                """)) {
            TestCluster.Node node = cluster.startAll().get(0);
            Election election = node.election();
            List<String> heard = new ArrayList<>();
            CompletableFuture<Integer> all = new CompletableFuture<>();
            ActorRef<Serve> slow = node.system()
                    .systemActorOf(
                            Behaviors.<Serve>receiveMessage(serve -> {
                                block();
                                heard.add(serve.getClass().getSimpleName());
                                if (heard.size() == 6) {
                                    all.complete(6);
                                }
                                return Behaviors.same();
                            }),
                            "slow",
                            MailboxSelector.fromConfig("test.waits-for-room"));
            for (int time = 0; time < 3; time++) {
                election.serve(slow);
                election.stand();
                await().atMost(20, SECONDS).until(() -> election.leadership().isPresent());
                election.withdraw();
                await().atMost(20, SECONDS).until(() -> election.leadership().isEmpty());
            }
            release.countDown();
            all.orTimeout(20, SECONDS).join();
            assertThat(heard).containsExactly("Start", "Stop", "Start", "Stop", "Start", "Stop");
        }
    }

    @Test
    void callsAfterTheEndOfTheActorSystemAreAnsweredAtOnce() {
        try (TestCluster cluster = TestCluster.of(1, directory)) {
            TestCluster.Node node = cluster.startAll().get(0);
            cluster.awaitLeader();
            ActorSystem<Void> system = node.system();
            CompletableFuture<Leadership> before =
                    Conclave.get(system).join("never").whenElected().toCompletableFuture();
            system.terminate();
            await().atMost(30, SECONDS).until(() -> system.whenTerminated().isCompleted());

            assertThatThrownBy(() -> before.orTimeout(20, SECONDS).join())
                    .hasCauseInstanceOf(IllegalStateException.class);
            Election late = Conclave.get(system).join("late");
            for (Election election : List.of(node.election(), late)) {
                assertThatThrownBy(() -> election.whenElected()
                                .toCompletableFuture()
                                .orTimeout(20, SECONDS)
                                .join())
                        .hasCauseInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("ended");
                assertThatThrownBy(() -> election.handOver()
                                .toCompletableFuture()
                                .orTimeout(20, SECONDS)
                                .join())
                        .hasCauseInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("ended");
                election.leave().toCompletableFuture().orTimeout(20, SECONDS).join();
            }
            Conclave.get(system)
                    .leave()
                    .toCompletableFuture()
                    .orTimeout(20, SECONDS)
                    .join();
        }
    }
}
