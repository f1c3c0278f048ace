package dev.conclave.internal.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.DeadLetter;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.eventstream.EventStream;
import akka.actor.typed.javadsl.Behaviors;
import dev.conclave.core.ElectionName;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.peer.Effect;
import dev.conclave.internal.node.NodeActor;
import dev.conclave.internal.node.NodeFixture;
import dev.conclave.internal.peer.LeadershipLease;
import dev.conclave.internal.telemetry.TelemetryListener;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three whole nodes in one process: they elect, hand over and fail over, and leave nothing behind. */
class NodeWarmUpTest {

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theWarmUpOfNodesElectsALeaderThatFindsTheRegisterOfEverySecondActAndLeaksNoMessages(boolean withLifelines)
            throws Exception {
        try (NodeFixture real = new NodeFixture(NodeFixture.ANNA)) {
            TestProbe<DeadLetter> lost = real.kit.createTestProbe(DeadLetter.class);
            real.kit.system().eventStream().tell(new EventStream.Subscribe<>(DeadLetter.class, lost.getRef()));
            for (int act = 0; act < 10; act++) {
                try (NodeWarmUp dress = new NodeWarmUp(
                        real.kit.system(),
                        real.environment.time(),
                        real.environment.settings(),
                        real.environment.peer().stopMarginNanos(),
                        withLifelines,
                        act,
                        new TelemetryListener() {})) {
                    LeadershipLease last = dress.play();
                    assertThat(last.leader().port()).isBetween(1, 3);
                    assertThat(last.found().value().map(RegisterValue::size))
                            .isEqualTo(act % 2 == 1 ? Optional.of(RegisterValue.MAX_BYTES) : Optional.empty());
                }
            }
            lost.expectNoMessage();
        }
    }

    @Test
    void theThreadOfTheWarmUpHasTheLowestPriority() {
        try (NodeFixture real = new NodeFixture(NodeFixture.ANNA)) {
            CompletableFuture<Integer> priority = new CompletableFuture<>();
            real.kit
                    .system()
                    .dispatchers()
                    .lookup(DispatcherSelector.fromConfig("conclave.warm-up-dispatcher"))
                    .execute(() -> priority.complete(Thread.currentThread().getPriority()));
            assertThat(priority.join()).isEqualTo(Thread.MIN_PRIORITY);
        }
    }

    /** The real elections have one thread, and a leadership that has just begun needs it. */
    @Test
    void aWarmUpTakesNoThreadFromTheDispatcherOfTheRealElections() throws Exception {
        try (NodeFixture real = new NodeFixture(NodeFixture.ANNA)) {
            CountDownLatch blocks = new CountDownLatch(1);
            CountDownLatch over = new CountDownLatch(1);
            real.kit
                    .system()
                    .systemActorOf(
                            Behaviors.setup(context -> {
                                blocks.countDown();
                                over.await();
                                return Behaviors.stopped();
                            }),
                            "blocks",
                            DispatcherSelector.fromConfig(NodeActor.DISPATCHER));
            blocks.await();
            try (NodeWarmUp dress = new NodeWarmUp(
                    real.kit.system(),
                    real.environment.time(),
                    real.environment.settings(),
                    real.environment.peer().stopMarginNanos(),
                    false,
                    1,
                    new TelemetryListener() {})) {
                assertThat(dress.play().leader().port()).isBetween(1, 3);
            } finally {
                over.countDown();
            }
        }
    }

    /** Otherwise the first election of a process that is measured runs the code that queues events for the first time. */
    @Test
    void aWarmUpPassesTheEventsOfItsElectionToAListener() throws Exception {
        CompletableFuture<Long> elected = new CompletableFuture<>();
        TelemetryListener listener = new TelemetryListener() {
            @Override
            public void decided(ElectionName election, Effect effect, long nowNanos) {
                if (effect instanceof Effect.Elected leads) {
                    elected.complete(leads.term());
                }
            }
        };
        try (NodeFixture real = new NodeFixture(NodeFixture.ANNA);
                NodeWarmUp dress = new NodeWarmUp(
                        real.kit.system(),
                        real.environment.time(),
                        real.environment.settings(),
                        real.environment.peer().stopMarginNanos(),
                        false,
                        0,
                        listener)) {
            dress.play();
            assertThat(elected).succeedsWithin(Duration.ofSeconds(30));
        }
    }
}
