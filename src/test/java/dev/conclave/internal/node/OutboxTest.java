package dev.conclave.internal.node;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.node.NodeInput;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.MessageRoute;
import dev.conclave.internal.peer.PeerFixture;
import dev.conclave.internal.runtime.ManualClock;
import dev.conclave.internal.wire.Envelope;
import dev.conclave.internal.wire.Frame;
import dev.conclave.internal.wire.FrameSender;
import dev.conclave.internal.wire.ParsedFrame;
import dev.conclave.internal.wire.WireFormat;
import dev.conclave.store.MemoryNodeStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Messages that are sent at once and messages that wait, where there are no express lanes. */
class OutboxTest {

    private static final ActorTestKit KIT = ActorTestKit.create();

    private final TestProbe<Frame> bert = KIT.createTestProbe();
    private final TestProbe<Frame> cleo = KIT.createTestProbe();
    private final List<PeerId> wanted = new ArrayList<>();
    private final Outbox outbox = outbox((to, frame) -> endpointOf(to).tell(frame));

    private static Outbox outbox(FrameSender endpoints) {
        return new Outbox(
                PeerFixture.node(
                        MemoryNodeStore.of(PeerFixture.head()),
                        Optional.empty(),
                        new ManualClock(),
                        endpoints,
                        new NodeEnvironment.Elections()),
                new Outbox.Reminder() {
                    @Override
                    public void soon() {}

                    @Override
                    public void later() {}
                });
    }

    private ActorRef<Frame> endpointOf(PeerId peer) {
        return (peer.equals(PeerFixture.BERT) ? bert : cleo).getRef();
    }

    @AfterAll
    static void end() {
        KIT.shutdownTestKit();
    }

    private void gather(PeerId to, MessageRoute way) {
        outbox.gather(to, new Envelope(new ElectionName("orders"), 0, new Message.Heartbeat(1, 1, List.of())), way);
    }

    private boolean flush() {
        return outbox.flush(this::header, wanted::add);
    }

    private void flushLater() {
        outbox.flushLater(this::header, wanted::add);
    }

    private Optional<NodeInput.Framed> header(PeerId to, int configuration) {
        return Optional.of(new NodeInput.Framed(
                PeerFixture.ANNA, new Incarnation(1), new DirectoryIdentity(1), 1, 77, configuration));
    }

    @Test
    void framesToAProcessThatIsGoneWaitUntilTheFailOverIsOver() {
        outbox.gone(PeerFixture.BERT);
        gather(PeerFixture.BERT, MessageRoute.EXPRESS);
        gather(PeerFixture.CLEO, MessageRoute.EXPRESS);
        assertThat(flush()).isTrue();
        cleo.receiveMessage();
        bert.expectNoMessage();

        gather(PeerFixture.BERT, MessageRoute.ARTERY);
        assertThat(flush()).as("that one comes along with the first").isFalse();
        flushLater();
        Frame both = bert.receiveMessage();
        assertThat(WireFormat.read(both))
                .isInstanceOfSatisfying(
                        ParsedFrame.HeardBatch.class,
                        batch -> assertThat(batch.envelopes()).hasSize(2));
        bert.expectNoMessage();
    }

    @Test
    void aPeerThatSendsAgainIsNoLongerGone() {
        outbox.gone(PeerFixture.BERT);
        outbox.heard(PeerFixture.BERT);
        gather(PeerFixture.BERT, MessageRoute.ARTERY);
        assertThat(flush()).isFalse();
        bert.receiveMessage();
        assertThat(wanted).isEmpty();
    }

    /** Pods die under ever new addresses. */
    @Test
    void theOutboxRemembersTheNewestOfThePeersThatAreGone() {
        outbox.gone(PeerFixture.BERT);
        for (int i = 1; i < Outbox.MAX_GONE; i++) {
            outbox.gone(PeerId.parse("pod" + i + ":1"));
        }
        gather(PeerFixture.BERT, MessageRoute.ARTERY);
        assertThat(flush()).as("it waits").isTrue();
        flushLater();
        bert.receiveMessage();

        outbox.gone(PeerFixture.BERT);
        outbox.gone(PeerId.parse("x:1"));
        gather(PeerFixture.BERT, MessageRoute.ARTERY);
        assertThat(flush()).as("the eldest was another one").isTrue();
        flushLater();
        bert.receiveMessage();

        for (int i = 0; i < Outbox.MAX_GONE; i++) {
            outbox.gone(PeerId.parse("node" + i + ":1"));
        }
        gather(PeerFixture.BERT, MessageRoute.ARTERY);
        assertThat(flush()).as("it has been forgotten").isFalse();
        bert.receiveMessage();
    }

    @Test
    void leaseRenewalsAreSentBeforeOtherMessages() {
        outbox.gather(
                PeerFixture.BERT,
                new Envelope(new ElectionName("new"), 0, new Message.RequestPreVote(1, 0)),
                MessageRoute.ARTERY);
        gather(PeerFixture.BERT, MessageRoute.ARTERY);
        outbox.gather(
                PeerFixture.BERT,
                new Envelope(new ElectionName("old"), 0, new Message.HeartbeatAck(1, 1, true)),
                MessageRoute.ARTERY);
        flush();
        assertThat(WireFormat.read(bert.receiveMessage()))
                .isInstanceOfSatisfying(
                        ParsedFrame.HeardBatch.class,
                        batch -> assertThat(batch.envelopes())
                                .extracting(Envelope::election)
                                .extracting(ElectionName::value)
                                .containsExactly("orders", "old", "new"));
    }

    @Test
    void aLargeBatchIsSplitBelowTheFrameSizeOfTheEndpoints() {
        List<Frame> frames = new ArrayList<>();
        FrameSender small = new FrameSender() {
            @Override
            public void send(PeerId to, Frame frame) {
                frames.add(frame);
            }

            @Override
            public int maxFrameBytes() {
                return 2_000;
            }
        };
        Outbox many = outbox(small);
        for (int i = 0; i < 100; i++) {
            many.gather(
                    PeerFixture.BERT,
                    new Envelope(new ElectionName("orders-" + i), 0, new Message.Heartbeat(1, 1, List.of())),
                    MessageRoute.ARTERY);
        }
        many.flush(this::header, wanted::add);
        assertThat(frames).hasSizeBetween(2, 50).allMatch(frame -> Frame.bytesOf(frame.fields()) < 2_000);
        assertThat(frames.stream()
                        .map(WireFormat::read)
                        .mapToInt(heard ->
                                ((ParsedFrame.HeardBatch) heard).envelopes().size())
                        .sum())
                .isEqualTo(100);
    }
}
