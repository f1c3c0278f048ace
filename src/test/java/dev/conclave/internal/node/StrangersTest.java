package dev.conclave.internal.node;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.Done;
import akka.actor.testkit.typed.javadsl.LoggingTestKit;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.node.Hello;
import dev.conclave.core.node.JournalHead;
import dev.conclave.core.node.NodeInput;
import dev.conclave.core.peer.Message;
import dev.conclave.internal.telemetry.TelemetryListener;
import dev.conclave.internal.wire.Envelope;
import dev.conclave.internal.wire.Frame;
import dev.conclave.internal.wire.FrameBytes;
import dev.conclave.internal.wire.ParsedFrame;
import dev.conclave.internal.wire.WireFormat;
import dev.conclave.lifeline.ExpressLaneFrame;
import dev.conclave.lifeline.Lifeline;
import dev.conclave.logging.AsyncLogger;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** R13: unknown peers and malformed messages change nothing and fill neither log nor memory. */
class StrangersTest {

    private static final ElectionName ORDERS = new ElectionName("orders");

    private final AtomicInteger taken = new AtomicInteger();
    private NodeFixture lone = new NodeFixture(NodeFixture.ANNA, NodeFixture.BERT, NodeFixture.CLEO);

    @AfterEach
    void close() {
        lone.close();
    }

    private static Hello hello(PeerId from, long echo) {
        return new Hello(from, new Incarnation(9), NodeFixture.identity(from), 0, 0, Hello.VERSION, 77, echo, true, 1);
    }

    private static Frame heartbeatOf(PeerId from, long pass) {
        return WireFormat.toFrames(
                        new NodeInput.Framed(
                                from, new Incarnation(9), NodeFixture.identity(from), pass, NodeFixture.GROUP, 0),
                        List.of(new Envelope(ORDERS, 0, new Message.Heartbeat(7, 1, List.of()))))
                .get(0);
    }

    /** Waits until the node has processed all earlier messages, in the same life. */
    private void settle() {
        CompletableFuture<Done> left = new CompletableFuture<>();
        lone.node.tell(new NodeCommand.Leave(left));
        await().atMost(10, SECONDS).until(left::isDone);
    }

    @Test
    void aFrameWithoutThePassIsIgnored() {
        JournalHead before = lone.store.head();
        lone.node.tell(heartbeatOf(NodeFixture.BERT, 0));
        lone.node.tell(heartbeatOf(NodeFixture.BERT, 1234));
        lone.node.tell(heartbeatOf(PeerId.parse("10.9.9.9:1"), 1234));
        settle();
        assertThat(lone.environment.elections().names()).isEmpty();
        assertThat(lone.store.ballots()).isEmpty();
        assertThat(lone.store.head()).isEqualTo(before);
    }

    private void tellExpress(byte[] bytes) {
        lone.node.tell(new NodeCommand.ExpressHeard(new ExpressLaneFrame("10.6.6.6", bytes, taken::incrementAndGet)));
    }

    @Test
    void aFrameOverAnExpressLaneWithoutThePassIsIgnored() {
        tellExpress(FrameBytes.of(heartbeatOf(NodeFixture.BERT, 0)));
        tellExpress(FrameBytes.of(heartbeatOf(NodeFixture.BERT, 1234)));
        settle();
        assertThat(lone.environment.elections().names()).isEmpty();
        assertThat(lone.store.ballots()).isEmpty();
        assertThat(taken).hasValue(2);
    }

    @Test
    void anExpressFrameThatIsNotABatchIsReportedOncePerAddress() {
        JournalHead before = lone.store.head();
        LoggingTestKit.warn("over an express lane were dropped")
                .withOccurrences(1)
                .expect(lone.kit.system(), () -> {
                    for (int i = 0; i < 100; i++) {
                        tellExpress(new byte[] {1, 2, 3});
                        tellExpress(FrameBytes.of(WireFormat.toFrame(hello(NodeFixture.BERT, 0))));
                    }
                    settle();
                    return true;
                });
        assertThat(taken).hasValue(200);
        assertThat(lone.store.head()).isEqualTo(before);
    }

    @Test
    void aHelloWithoutThePassChangesNothing() {
        JournalHead before = lone.store.head();
        lone.node.tell(WireFormat.toFrame(hello(NodeFixture.BERT, 0)));
        lone.node.tell(WireFormat.toFrame(hello(NodeFixture.BERT, 4711)));
        lone.node.tell(heartbeatOf(NodeFixture.BERT, 4711));
        settle();
        assertThat(lone.store.head()).isEqualTo(before);
        assertThat(lone.environment.elections().names()).isEmpty();
    }

    @Test
    void anotherNodeUnderTheNameOfThisNodeIsReportedOnce() {
        LoggingTestKit.warn("another node claims to be 127.0.0.1:1")
                .withOccurrences(1)
                .expect(lone.kit.system(), () -> {
                    for (int i = 0; i < 500; i++) {
                        lone.node.tell(WireFormat.toFrame(hello(NodeFixture.ANNA, 0)));
                    }
                    settle();
                    return true;
                });
    }

    @Test
    void aMalformedFrameIsReportedOnceForItsSender() {
        LoggingTestKit.warn("A malformed frame was dropped").withOccurrences(2).expect(lone.kit.system(), () -> {
            for (int i = 0; i < 500; i++) {
                lone.node.tell(new Frame(Map.of("k", 99L, "f", "127.0.0.1:2")));
                lone.node.tell(new Frame(Map.of("k", "x", "f", "forged\nline")));
            }
            settle();
            return true;
        });
    }

    /** Greets as BERT until the node has given it its pass, and shows that. */
    private long passToBert(int version) {
        Hello first = hello(NodeFixture.BERT, 0);
        lone.node.tell(WireFormat.toFrame(first));
        await().atMost(10, SECONDS).until(() -> passes().findAny().isPresent());
        long pass = passes().findAny().orElseThrow();
        Frame known = WireFormat.toFrame(hello(NodeFixture.BERT, pass));
        Map<String, Object> fields = new LinkedHashMap<>(known.fields());
        fields.put("v", (long) version);
        await().atMost(10, SECONDS).until(() -> {
            lone.node.tell(new Frame(fields));
            lone.node.tell(heartbeatOf(NodeFixture.BERT, pass));
            return lone.environment.elections().names().contains(ORDERS);
        });
        return pass;
    }

    private Stream<Long> passes() {
        return lone.sent.stream()
                .map(WireFormat::read)
                .filter(ParsedFrame.HeardHello.class::isInstance)
                .map(heard -> ((ParsedFrame.HeardHello) heard).hello().pass());
    }

    @Test
    void messagesOfAnUnknownKindAreCountedAndTheRestOfTheirBatchIsProcessed() {
        ConcurrentLinkedQueue<String> dropped = new ConcurrentLinkedQueue<>();
        lone.environment
                .instruments()
                .fit(
                        new TelemetryListener() {
                            @Override
                            public void dropped(String reason) {
                                dropped.add(reason);
                            }
                        },
                        Runnable::run);
        Map<String, Object> batch = new LinkedHashMap<>(
                heartbeatOf(NodeFixture.BERT, passToBert(Hello.VERSION)).fields());
        List<Object> messages = new ArrayList<>((List<?>) Objects.requireNonNull(batch.get("m")));
        messages.add(0, Map.of("k", 99L, "e", "orders"));
        messages.add(Map.of("k", 100L));
        batch.put("m", messages);
        LoggingTestKit.warn(
                        "127.0.0.1:2 runs a newer version and sends messages of a kind that this version does not know")
                .withOccurrences(1)
                .expect(lone.kit.system(), () -> {
                    lone.node.tell(new Frame(batch));
                    lone.node.tell(new Frame(batch));
                    settle();
                    return true;
                });
        assertThat(dropped).filteredOn("UNKNOWN_KIND"::equals).hasSize(4);
        assertThat(lone.environment.elections().names()).containsExactly(ORDERS);
    }

    @Test
    void bytesOverAnExpressLaneThatCannotBeReadAreCounted() {
        AtomicInteger malformed = new AtomicInteger();
        lone.environment
                .instruments()
                .fit(
                        new TelemetryListener() {
                            @Override
                            public void dropped(String reason) {
                                malformed.addAndGet(reason.equals("MALFORMED") ? 1 : 0);
                            }
                        },
                        Runnable::run);
        tellExpress(new byte[] {1, 2, 3});
        tellExpress(new byte[0]);
        settle();
        assertThat(malformed).hasValue(2);
    }

    @Test
    void anotherVersionOfTheWireIsReportedOnceAndAccepted() {
        LoggingTestKit.warn("127.0.0.1:2 uses version 2 of the wire format, and this node version 1")
                .withOccurrences(1)
                .expect(lone.kit.system(), () -> {
                    long pass = passToBert(2);
                    passToBert(2);
                    lone.node.tell(heartbeatOf(NodeFixture.BERT, pass));
                    settle();
                    return true;
                });
        assertThat(lone.environment.elections().names()).containsExactly(ORDERS);
    }

    @Test
    void r10_aVoterWhoseMessagesArriveWithoutALifelineIsReported() throws IOException {
        lone.close();
        try (Lifeline lifeline = Lifeline.open(
                InetAddress.getLoopbackAddress(),
                0,
                NodeFixture.ANNA,
                new Incarnation(1),
                new LifelineRelay(AsyncLogger.silent()))) {
            lone = new NodeFixture(lifeline, NodeFixture.ANNA, NodeFixture.BERT, NodeFixture.CLEO);
            Frame heartbeat = heartbeatOf(NodeFixture.BERT, passToBert(Hello.VERSION));
            LoggingTestKit.warn("127.0.0.1:2 can be reached, but the lifeline to it is not up")
                    .withOccurrences(1)
                    .expect(lone.kit.system(), () -> {
                        lone.node.tell(heartbeat);
                        settle();
                        lone.advance(Duration.ofNanos(PeerLifelines.PATIENCE_NANOS));
                        lone.node.tell(heartbeat);
                        settle();
                        return true;
                    });
        }
    }

    @Test
    void tenThousandStrangersUnderAnyNameNeitherFillTheMemoryNorStopTheNode() {
        List<String> hosts = List.of("[::1%25]", "[:%]", "[:::]", "a..b", "_", "-", "[::1]", "x".repeat(255), "[:1.2]");
        LoggingTestKit.error("").withOccurrences(0).expect(lone.kit.system(), () -> {
            hosts.forEach(host -> lone.node.tell(WireFormat.toFrame(hello(new PeerId(host, 1), 0))));
            for (int i = 0; i < 10_000; i++) {
                PeerId stranger = new PeerId("10.1." + i / 250 + "." + i % 250, 1 + i % 60_000);
                lone.node.tell(WireFormat.toFrame(hello(stranger, 0)));
                lone.node.tell(heartbeatOf(stranger, i));
            }
            settle();
            return true;
        });
        assertThat(lone.environment.elections().names()).isEmpty();
    }
}
