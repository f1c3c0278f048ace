package dev.conclave.internal.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.node.NodeEffect;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Message;
import dev.conclave.internal.node.DroppedMessageLog;
import dev.conclave.internal.runtime.ManualClock;
import dev.conclave.internal.wire.ParsedFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Instruments come and go, and none of them is the protocol's concern. */
class TelemetryPublisherTest {

    private static final ElectionName ORDERS = new ElectionName("orders");
    private static final PeerId BERT = new PeerId("b", 1);

    private final TelemetryPublisher publisher = new TelemetryPublisher();
    private final List<String> heard = new ArrayList<>();

    private final class Ear implements TelemetryListener {
        @Override
        public void decided(ElectionName election, Effect effect, long nowNanos) {
            heard.add("decided " + election + " " + effect);
        }

        @Override
        public void heard(ElectionName election, PeerId from, Message message, long nowNanos) {
            heard.add("heard " + election + " " + from + " " + message.term());
        }

        @Override
        public void dropped(String reason) {
            heard.add("dropped " + reason);
        }

        @Override
        public void forced(long tookNanos) {
            heard.add("forced " + tookNanos);
        }

        @Override
        public void begun(ElectionName election, long nowNanos) {
            heard.add("begun " + election);
        }

        @Override
        public void forgotten(ElectionName election, long nowNanos) {
            heard.add("forgotten " + election);
        }

        @Override
        public void singletonBegun(String singleton, SingletonCounts counts) {
            heard.add("singleton " + singleton);
        }

        @Override
        public void singletonStopped(String singleton, long tookNanos) {
            heard.add("stopped " + singleton + " " + tookNanos);
        }

        @Override
        public void leaseAcquired(long tookNanos) {
            heard.add("acquired " + tookNanos);
        }
    }

    private void tellAll() {
        publisher.decided(ORDERS, new Effect.Standing(1), 0);
        publisher.heard(ORDERS, BERT, new Message.VoteGranted(2), 0);
        publisher.dropped("MALFORMED");
        publisher.forced(3);
        publisher.begun(ORDERS, 0);
        publisher.forgotten(ORDERS, 0);
        publisher.singletonBegun("one", new SingletonCounts());
        publisher.singletonStopped("one", 4);
        publisher.leaseAcquired(5);
    }

    @Test
    void instrumentsReceiveEveryEventUntilTheyAreRemoved() {
        tellAll();
        assertThat(heard).isEmpty();
        TelemetryListener ear = new Ear();
        publisher.fit(ear, Runnable::run);
        tellAll();
        assertThat(heard)
                .containsExactly(
                        "decided orders Standing[term=1]",
                        "heard orders b:1 2",
                        "dropped MALFORMED",
                        "forced 3",
                        "begun orders",
                        "forgotten orders",
                        "singleton one",
                        "stopped one 4",
                        "acquired 5");
        publisher.remove(ear);
        tellAll();
        assertThat(heard).hasSize(9);
    }

    @Test
    void aListenerOfAnActorSystemIsCalledOnTheDispatcherForBlockingCallsUntilTheSystemHasEnded() {
        ActorTestKit kit = ActorTestKit.create();
        try {
            CompletableFuture<String> thread = new CompletableFuture<>();
            TelemetryListener listener = new TelemetryListener() {
                @Override
                public void forced(long tookNanos) {
                    thread.complete(Thread.currentThread().getName());
                }
            };
            publisher.fit(listener, kit.system());
            publisher.forced(3);
            assertThat(thread).succeedsWithin(Duration.ofSeconds(30)).asString().contains("blocking-io");
        } finally {
            kit.shutdownTestKit();
        }
        publisher.fit(new Ear(), kit.system());
        publisher.forced(4);
        publisher.forced(5);
        assertThat(heard).isEmpty();
    }

    @Test
    void instrumentsReceiveNoHeartbeatsAndOnlyTheAcknowledgementsThatANodeReceives() {
        publisher.fit(new Ear(), Runnable::run);
        Message beat = new Message.Heartbeat(1, 2, List.of());
        Message ack = new Message.HeartbeatAck(1, 2, true);
        publisher.decided(ORDERS, new Effect.Send(BERT, beat), 0);
        publisher.decided(ORDERS, new Effect.Send(BERT, ack), 0);
        publisher.heard(ORDERS, BERT, beat, 0);
        assertThat(heard).isEmpty();
        publisher.heard(ORDERS, BERT, ack, 0);
        assertThat(heard).containsExactly("heard orders b:1 1");
    }

    @Test
    void failingInstrumentsDoNotKeepEventsFromOthers() {
        publisher.fit(
                new TelemetryListener() {
                    @Override
                    public void forced(long tookNanos) {
                        throw new IllegalStateException("broken");
                    }
                },
                Runnable::run);
        publisher.fit(new Ear(), Runnable::run);
        tellAll();
        tellAll();
        assertThat(heard).hasSize(18);
    }

    /** R14: a registry of the application may block, and no election waits for it. */
    @Test
    void blockedInstrumentsDelayNothingAndCountTheEventsThatTheyMiss() throws InterruptedException {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        AtomicLong told = new AtomicLong();
        AtomicLong missed = new AtomicLong();
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            publisher.fit(
                    new TelemetryListener() {
                        @Override
                        public void forced(long tookNanos) {
                            blocked.countDown();
                            await(released);
                            told.incrementAndGet();
                        }

                        @Override
                        public void missed(long events) {
                            missed.addAndGet(events);
                        }
                    },
                    executor);
            publisher.forced(0);
            await(blocked);
            int events = TelemetryQueue.MOST + 10;
            for (int i = 0; i < events; i++) {
                publisher.forced(i);
            }
            assertThat(told.get()).isZero();
            released.countDown();
        } finally {
            executor.shutdown();
        }
        assertThat(executor.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        assertThat(told.get()).isEqualTo(TelemetryQueue.MOST + 1);
        assertThat(missed.get()).isEqualTo(10);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    void everyReasonOfTheDropLogIsAmongTheCountedReasons() {
        publisher.fit(new Ear(), Runnable::run);
        DroppedMessageLog drops = new DroppedMessageLog(publisher, new ManualClock());
        drops.malformed(new ParsedFrame.Malformed("no frame", Optional.empty()));
        drops.implausible(BERT, 1L << 40);
        drops.crowded(BERT);
        drops.crowdedOut(ORDERS, BERT);
        drops.diskBehind(ORDERS);
        assertThat(heard).hasSize(5);
        assertThat(DropReasons.all().stream().map(reason -> "dropped " + reason))
                .containsAll(heard);
    }

    @Test
    void r13_everyDroppedMessageIsCounted() {
        publisher.fit(new Ear(), Runnable::run);
        DroppedMessageLog drops = new DroppedMessageLog(publisher, new ManualClock());
        for (int i = 0; i < 3; i++) {
            drops.malformed(new ParsedFrame.Malformed("no frame", Optional.empty()));
            drops.implausible(BERT, 1L << 40);
            drops.dropped(new NodeEffect.Dropped(BERT, NodeEffect.Drop.OTHER_GROUP, "another group"));
        }
        assertThat(heard)
                .hasSize(9)
                .containsOnly("dropped MALFORMED", "dropped IMPLAUSIBLE_TERM", "dropped OTHER_GROUP");
    }
}
