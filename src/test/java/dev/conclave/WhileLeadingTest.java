package dev.conclave;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.BootstrapSetup;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import dev.conclave.core.PeerId;
import dev.conclave.logging.LogLines;
import dev.conclave.testkit.ConclaveTestKit;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@link Election#whileLeading}: tasks that end on interruption, and tasks that do not (R8). */
class WhileLeadingTest {

    private static final PeerId OTHER = PeerId.parse("10.0.0.2:2551");

    private final ConclaveTestKit kit = ConclaveTestKit.create();
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final CountDownLatch letGo = new CountDownLatch(1);

    private ActorSystem<Void> system = start("abandon");
    private Election election = Conclave.get(system).join("orders");

    private ActorSystem<Void> start(String whenStuck) {
        return ActorSystem.create(
                Behaviors.empty(),
                "test",
                ActorSystemSetup.create(
                        BootstrapSetup.create(ConfigFactory.parseString("conclave.singleton.restart-delay = 1ms\n"
                                        + "conclave.singleton.hard-stop-timeout = 200ms\n"
                                        + "conclave.singleton.when-stuck = " + whenStuck)
                                .withFallback(ConfigFactory.load())),
                        kit.setup()));
    }

    @AfterEach
    void end() throws Exception {
        letGo.countDown();
        system.terminate();
        system.getWhenTerminated().toCompletableFuture().get(30, SECONDS);
        executor.shutdownNow();
        assertThat(executor.awaitTermination(30, SECONDS)).isTrue();
        assertThat(most.get()).as("tasks at once").isLessThanOrEqualTo(1);
    }

    /** Counts itself while it runs. */
    private LeadingTask counted(LeadingTask task) {
        return leadership -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            seen.add("begins " + leadership.fencingToken());
            try {
                task.run(leadership);
            } finally {
                running.decrementAndGet();
                seen.add("ends " + leadership.fencingToken());
            }
        };
    }

    private void awaits(String... lines) {
        await().atMost(30, SECONDS).untilAsserted(() -> assertThat(seen).containsExactly(lines));
    }

    private static void untilInterrupted(Leadership leadership) throws InterruptedException {
        new CountDownLatch(1).await();
    }

    @Test
    void aTaskRunsWithTheTokenIsInterruptedAndBeginsAgainInTheNextLeadership() {
        election.stand();
        election.whileLeading(executor, counted(WhileLeadingTest::untilInterrupted));
        kit.elect("orders");
        awaits("begins 1");
        kit.dismiss("orders", Duration.ofMinutes(1)).toCompletableFuture().join();
        assertThat(seen).containsExactly("begins 1", "ends 1");
        kit.elect("orders");
        awaits("begins 1", "ends 1", "begins 2");
    }

    @Test
    void r9_aHandOverWaitsForTheTask() {
        election.stand();
        kit.addCandidate("orders", OTHER);
        CountDownLatch interrupted = new CountDownLatch(1);
        election.whileLeading(executor, counted(leadership -> {
            try {
                untilInterrupted(leadership);
            } catch (InterruptedException stop) {
                interrupted.countDown();
                letGo.await();
            }
        }));
        kit.elect("orders");
        awaits("begins 1");
        var over = election.handOver(OTHER).toCompletableFuture();
        await().atMost(30, SECONDS).until(() -> interrupted.getCount() == 0);
        assertThat(over).isNotDone();
        letGo.countDown();
        over.join();
        assertThat(election.status().leader()).contains(OTHER);
    }

    @Test
    void aTaskThatReturnsBeginsAgainOnlyInTheNextLeadership() {
        election.stand();
        election.whileLeading(executor, counted(leadership -> {}));
        kit.elect("orders");
        awaits("begins 1", "ends 1");
        kit.dismiss("orders").toCompletableFuture().join();
        kit.elect("orders");
        awaits("begins 1", "ends 1", "begins 2", "ends 2");
    }

    @Test
    void aTaskThatFailsBeginsAgainAndTheThirdFailureInARowHandsOver() {
        election.stand();
        try (LogLines log = LogLines.of("dev.conclave")) {
            election.whileLeading(executor, counted(leadership -> {
                throw new IllegalStateException("provoked by the test");
            }));
            kit.addCandidate("orders", OTHER);
            kit.elect("orders");
            await().atMost(30, SECONDS).until(() -> election.status().leader().equals(java.util.Optional.of(OTHER)));
            assertThat(seen).containsExactly("begins 1", "ends 1", "begins 1", "ends 1", "begins 1", "ends 1");
            assertThat(log.soFar()).anyMatch(line -> line.contains("orders: the task failed, 3 in a row"));
        }
    }

    @Test
    void aTaskThatTheExecutorRefusesBeginsWhenTheExecutorTakesIt() {
        AtomicBoolean refuses = new AtomicBoolean(true);
        CountDownLatch refused = new CountDownLatch(1);
        election.stand();
        election.whileLeading(
                run -> {
                    if (refuses.get()) {
                        refused.countDown();
                        throw new RejectedExecutionException("provoked by the test");
                    }
                    executor.execute(run);
                },
                counted(WhileLeadingTest::untilInterrupted));
        kit.elect("orders");
        await().atMost(30, SECONDS).until(() -> refused.getCount() == 0);
        assertThat(seen).isEmpty();
        refuses.set(false);
        awaits("begins 1");
    }

    @Test
    void aClosedTaskIsInterruptedAndNeverBeginsAgainAndTheNodeGoesOnLeading() {
        election.stand();
        LeadingTaskHandle task = election.whileLeading(executor, counted(WhileLeadingTest::untilInterrupted));
        Leadership leadership = kit.elect("orders");
        awaits("begins 1");
        assertThat(task.ended().toCompletableFuture()).isNotDone();
        task.close();
        task.close();
        task.ended().toCompletableFuture().join();
        assertThat(seen).containsExactly("begins 1", "ends 1");
        assertThat(leadership.holds()).isTrue();
        kit.dismiss("orders").toCompletableFuture().join();
        election.whileLeading(executor, leading -> seen.add("another " + leading.fencingToken()));
        kit.elect("orders");
        awaits("begins 1", "ends 1", "another 2");
    }

    @Test
    void aThreadOfTheExecutorIsNotInterruptedAfterItsTask() throws Exception {
        ExecutorService one = Executors.newSingleThreadExecutor();
        try {
            election.stand();
            LeadingTaskHandle task = election.whileLeading(one, leadership -> {
                seen.add("begins");
                while (!Thread.currentThread().isInterrupted()) {
                    LockSupport.park();
                }
            });
            kit.elect("orders");
            awaits("begins");
            task.close();
            task.ended().toCompletableFuture().join();
            assertThat(one.submit(() -> Thread.currentThread().isInterrupted()).get())
                    .isFalse();
        } finally {
            one.shutdownNow();
        }
    }

    /** The task blocks, ignores its interruption, and goes on. */
    private void neverMind() {
        boolean waits = true;
        while (waits) {
            try {
                letGo.await();
                waits = false;
            } catch (InterruptedException ignored) {
                seen.add("goes on");
            }
        }
    }

    @Test
    void r8_aTaskThatIgnoresItsInterruptionIsNamedAndKeepsItsNodeFromStandingUntilItHasEnded() {
        election.stand();
        try (LogLines log = LogLines.of("dev.conclave")) {
            election.whileLeading(executor, counted(leadership -> neverMind()));
            kit.elect("orders");
            awaits("begins 1");
            kit.dismiss("orders", Duration.ZERO).toCompletableFuture().join();
            await().atMost(30, SECONDS).until(() -> !kit.stands("orders"));
            await().atMost(30, SECONDS).until(() -> said(log, "still runs although its lease is over", "neverMind"));
            await().atMost(30, SECONDS).until(() -> said(log, "it is left running", "neverMind"));
            letGo.countDown();
            await().atMost(30, SECONDS).until(() -> kit.stands("orders"));
            kit.elect("orders");
            awaits("begins 1", "goes on", "ends 1", "begins 2", "ends 2");
        }
    }

    private static boolean said(LogLines log, String... parts) {
        return log.soFar().stream().anyMatch(line -> List.of(parts).stream().allMatch(line::contains));
    }

    @Test
    void aStuckTaskTerminatesTheActorSystemIfThatIsSet() throws Exception {
        ConclaveTestKit other = ConclaveTestKit.create();
        ActorSystem<Void> terminates = ActorSystem.create(
                Behaviors.empty(),
                "terminates",
                ActorSystemSetup.create(
                        BootstrapSetup.create(ConfigFactory.parseString("conclave.singleton.hard-stop-timeout = 1ms\n"
                                        + "conclave.singleton.when-stuck = terminate")
                                .withFallback(ConfigFactory.load())),
                        other.setup()));
        Election stuck = Conclave.get(terminates).join("orders");
        stuck.stand();
        stuck.whileLeading(executor, counted(leadership -> neverMind()));
        other.elect("orders");
        awaits("begins 1");
        other.dismiss("orders", Duration.ZERO);
        terminates.getWhenTerminated().toCompletableFuture().get(30, SECONDS);
    }
}
