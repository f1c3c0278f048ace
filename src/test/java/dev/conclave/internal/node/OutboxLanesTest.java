package dev.conclave.internal.node;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.node.NodeInput;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.MessageRoute;
import dev.conclave.internal.peer.PeerFixture;
import dev.conclave.internal.runtime.ManualClock;
import dev.conclave.internal.wire.Envelope;
import dev.conclave.internal.wire.Frame;
import dev.conclave.internal.wire.FrameBytes;
import dev.conclave.internal.wire.ParsedFrame;
import dev.conclave.internal.wire.RegisterPieces;
import dev.conclave.internal.wire.WireFormat;
import dev.conclave.lifeline.ExpressLaneFrame;
import dev.conclave.lifeline.Lifeline;
import dev.conclave.lifeline.LifelineCallback;
import dev.conclave.logging.AsyncLogger;
import dev.conclave.store.MemoryNodeStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which messages take an express lane, and when the others leave. */
class OutboxLanesTest {

    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    private final ManualClock clock = new ManualClock();
    private final BlockingQueue<Frame> lane = new LinkedBlockingQueue<>();
    private final List<Frame> artery = new ArrayList<>();
    private final List<String> reminders = new ArrayList<>();
    private final List<PeerId> wanted = new ArrayList<>();
    private Lifeline ours;
    private Lifeline berts;
    private Outbox outbox;

    @BeforeEach
    void open() throws IOException {
        ours = Lifeline.open(HERE, 0, PeerFixture.ANNA, PeerFixture.LIFE, new LifelineRelay(AsyncLogger.silent()));
        berts = Lifeline.open(HERE, 0, PeerFixture.BERT, PeerFixture.LIFE, new LifelineCallback() {
            @Override
            public void gone(PeerId peer, Incarnation incarnation) {}

            @Override
            public void ended(Throwable cause) {}

            @Override
            public void heard(ExpressLaneFrame frame) {
                FrameBytes.read(frame.take()).ifPresent(lane::add);
            }
        });
        outbox = new Outbox(
                PeerFixture.node(
                        MemoryNodeStore.of(PeerFixture.head()),
                        Optional.of(ours),
                        clock,
                        (to, frame) -> artery.add(frame),
                        new NodeEnvironment.Elections()),
                new Outbox.Reminder() {
                    @Override
                    public void soon() {
                        reminders.add("soon");
                    }

                    @Override
                    public void later() {
                        reminders.add("later");
                    }
                });
        ours.openLane(PeerFixture.BERT, new InetSocketAddress(HERE, berts.port()));
        await().atMost(20, SECONDS).until(() -> ours.hasLane(PeerFixture.BERT));
    }

    @AfterEach
    void close() {
        ours.close();
        berts.close();
    }

    private static Envelope envelope(String election) {
        return new Envelope(new ElectionName(election), 0, new Message.Heartbeat(1, 1, List.of()));
    }

    private void gather(String election, MessageRoute way) {
        outbox.gather(PeerFixture.BERT, envelope(election), way);
    }

    private Optional<NodeInput.Framed> header(PeerId to, int configuration) {
        return Optional.of(new NodeInput.Framed(
                PeerFixture.ANNA, new Incarnation(1), new DirectoryIdentity(1), 1, 77, configuration));
    }

    private boolean flush() {
        return outbox.flush(this::header, wanted::add);
    }

    private static List<String> elections(Frame frame) {
        return ((ParsedFrame.HeardBatch) WireFormat.read(frame))
                .envelopes().stream()
                        .map(envelope -> envelope.election().value())
                        .toList();
    }

    private List<String> overTheLane() throws InterruptedException {
        return elections(Objects.requireNonNull(lane.poll(20, SECONDS), "no frame over the lane"));
    }

    @Test
    void anUrgentMessageTakesTheLaneAndFollowsThroughArteryLater() throws InterruptedException {
        gather("urgent", MessageRoute.EXPRESS);
        gather("patient", MessageRoute.ARTERY);
        assertThat(flush()).isTrue();
        assertThat(overTheLane()).containsExactly("urgent");
        assertThat(artery)
                .singleElement()
                .satisfies(frame -> assertThat(elections(frame)).containsExactly("patient"));
        artery.clear();
        outbox.flushLater(this::header, wanted::add);
        assertThat(artery)
                .singleElement()
                .satisfies(frame -> assertThat(elections(frame)).containsExactly("urgent"));
        artery.clear();
        outbox.flushLater(this::header, wanted::add);
        assertThat(flush()).isFalse();
        assertThat(artery).isEmpty();
        assertThat(wanted).isEmpty();
    }

    @Test
    void soManyUrgentMessagesTakeTheLaneAndMoreGoThroughArteryAlone() throws InterruptedException {
        for (int i = 0; i < Outbox.MOST_URGENT; i++) {
            gather("few" + i, MessageRoute.EXPRESS);
        }
        flush();
        assertThat(overTheLane()).hasSize(Outbox.MOST_URGENT);
        outbox.flushLater(this::header, wanted::add);
        artery.clear();

        gather("patient", MessageRoute.ARTERY);
        for (int i = 0; i <= Outbox.MOST_URGENT; i++) {
            gather("many" + i, MessageRoute.EXPRESS);
        }
        assertThat(flush()).as("something waits").isFalse();
        assertThat(artery)
                .singleElement()
                .satisfies(frame -> assertThat(elections(frame))
                        .hasSize(Outbox.MOST_URGENT + 2)
                        .startsWith("many0", "many1")
                        .endsWith("patient"));
        gather("next", MessageRoute.EXPRESS);
        flush();
        assertThat(overTheLane()).containsExactly("next");
    }

    private static Envelope value(long count) {
        byte[] bytes = new byte[RegisterValue.MAX_BYTES];
        new Random(count).nextBytes(bytes);
        return new Envelope(
                new ElectionName("orders"),
                0,
                new Message.StoreRegister(
                        new RegisterEntry(new RegisterVersion(9, count), Optional.of(new RegisterValue(bytes)))));
    }

    @Test
    void theLargestValueOfARegisterTakesTheLaneInPiecesAndFollowsWhole() throws InterruptedException {
        outbox.gather(PeerFixture.BERT, value(1), MessageRoute.EXPRESS);
        flush();
        RegisterPieces pieces = new RegisterPieces();
        Optional<Envelope> arrived = Optional.empty();
        while (arrived.isEmpty()) {
            Frame frame = Objects.requireNonNull(lane.poll(20, SECONDS), "a piece is missing");
            for (ParsedFrame.Piece piece : ((ParsedFrame.HeardBatch) WireFormat.read(frame)).pieces()) {
                arrived = pieces.add("anna", 0, piece);
            }
        }
        assertThat(arrived).contains(value(1));
        outbox.flushLater(this::header, wanted::add);
        assertThat(artery)
                .singleElement()
                .satisfies(frame -> assertThat(((ParsedFrame.HeardBatch) WireFormat.read(frame)).envelopes())
                        .containsExactly(value(1)));
    }

    @Test
    void moreValuesThanALaneTakesAtOnceGoThroughArteryAlone() {
        for (long count = 1; count * RegisterValue.MAX_BYTES <= Outbox.MOST_URGENT_BYTES; count++) {
            outbox.gather(PeerFixture.BERT, value(count), MessageRoute.EXPRESS);
        }
        assertThat(flush()).as("copies wait").isTrue();
        assertThat(artery).isEmpty();
        outbox.gather(PeerFixture.BERT, value(100), MessageRoute.EXPRESS);
        flush();
        assertThat(artery)
                .singleElement()
                .satisfies(frame -> assertThat(((ParsedFrame.HeardBatch) WireFormat.read(frame)).envelopes())
                        .containsExactly(value(100)));
    }

    @Test
    void manyMessagesForAProcessThatIsGoneWaitLikeOne() {
        outbox.gone(PeerFixture.BERT);
        for (int i = 0; i <= Outbox.MOST_URGENT; i++) {
            gather("many" + i, MessageRoute.EXPRESS);
        }
        assertThat(flush()).isTrue();
        assertThat(artery).isEmpty();
        outbox.flushLater(this::header, wanted::add);
        assertThat(artery).hasSize(1);
    }

    @Test
    void aPeerWithoutContactIsWantedAndItsMessagesAreLost() {
        gather("urgent", MessageRoute.EXPRESS);
        outbox.gather(PeerFixture.CLEO, envelope("patient"), MessageRoute.ARTERY);
        assertThat(outbox.flush((to, configuration) -> Optional.empty(), wanted::add))
                .isTrue();
        assertThat(wanted).containsExactly(PeerFixture.CLEO);
        outbox.flushLater((to, configuration) -> Optional.empty(), wanted::add);
        assertThat(wanted).containsExactly(PeerFixture.CLEO, PeerFixture.BERT);
        assertThat(artery).isEmpty();
        outbox.flushLater(this::header, wanted::add);
        assertThat(artery).isEmpty();
    }

    @Test
    void theNodeIsRemindedOnceAtOnceOfUrgentMessagesAndOnceLaterOfOthers() {
        gather("one", MessageRoute.ARTERY);
        gather("two", MessageRoute.ARTERY);
        assertThat(reminders).containsExactly("later");
        gather("three", MessageRoute.EXPRESS);
        gather("four", MessageRoute.EXPRESS);
        assertThat(reminders).containsExactly("later", "soon");
        assertThat(outbox.isComplete()).isTrue();
        flush();
        gather("five", MessageRoute.ARTERY);
        gather("six", MessageRoute.EXPRESS);
        assertThat(reminders).containsExactly("later", "soon", "later", "soon");
    }

    @Test
    void messagesThatAreInNoHurryWaitAsLongAsMoreComeAndNoLongerThanTwoMilliseconds() {
        gather("one", MessageRoute.ARTERY);
        assertThat(outbox.isComplete()).as("nothing came behind the first").isTrue();
        flush();

        reminders.clear();
        gather("one", MessageRoute.ARTERY);
        gather("two", MessageRoute.ARTERY);
        assertThat(outbox.isComplete()).isFalse();
        assertThat(reminders).containsExactly("later", "later");
        assertThat(outbox.isComplete()).as("nothing came since").isTrue();
        flush();

        gather("one", MessageRoute.ARTERY);
        gather("two", MessageRoute.ARTERY);
        clock.pause(Duration.ofMillis(2));
        assertThat(outbox.isComplete()).as("two milliseconds").isFalse();
        gather("three", MessageRoute.ARTERY);
        clock.pause(Duration.ofNanos(1));
        assertThat(outbox.isComplete()).as("more than two milliseconds").isTrue();
    }
}
