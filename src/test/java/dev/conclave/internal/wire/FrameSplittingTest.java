package dev.conclave.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.node.NodeInput;
import dev.conclave.core.peer.Message;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FrameSplittingTest {

    @Test
    void manyMessagesAreSplitIntoSmallFramesInOrder() {
        List<PeerId> longNames = IntStream.range(0, Message.Heartbeat.MAX_SUCCESSION)
                .mapToObj(i -> new PeerId("h".repeat(251) + (1000 + i), 65_535))
                .toList();
        List<Envelope> envelopes = new ArrayList<>();
        for (long i = 1; i <= 10_000; i++) {
            Message message = i % 100 == 0 ? new Message.Heartbeat(i, i, longNames) : new Message.VoteGranted(i);
            envelopes.add(new Envelope(new ElectionName("ä".repeat((int) (i % 100) + 1)), (int) (i % 2), message));
        }
        NodeInput.Framed header = new NodeInput.Framed(
                SampleFrames.A, SampleFrames.HEADER.incarnation(), SampleFrames.HEADER.identity(), 1, 3, 1);

        List<Frame> frames = WireFormat.toFrames(header, envelopes);

        List<Envelope> there = new ArrayList<>();
        for (Frame frame : frames) {
            assertThat(SampleFrames.bytes(frame).length).isLessThan(Frame.MAX_BYTES);
            assertThat(WireFormat.read(frame)).isInstanceOfSatisfying(ParsedFrame.HeardBatch.class, batch -> {
                assertThat(batch.header()).isEqualTo(header);
                there.addAll(batch.envelopes());
            });
        }
        assertThat(there).isEqualTo(envelopes);
        assertThat(frames).hasSizeBetween(20, 60);
    }

    @Test
    void moreMessagesThanABatchMayHoldAreSplitIntoSeveralBatches() {
        Envelope envelope = new Envelope(new ElectionName("e"), 1, new Message.VoteGranted(1));

        assertThat(WireFormat.toFrames(
                        SampleFrames.HEADER, Collections.nCopies(2 * WireFormat.MAX_ENVELOPES + 1, envelope)))
                .allSatisfy(frame -> assertThat(WireFormat.read(frame)).isInstanceOf(ParsedFrame.HeardBatch.class))
                .hasSizeGreaterThanOrEqualTo(3);
        assertThat(WireFormat.toFrames(SampleFrames.HEADER, List.of())).isEmpty();
    }
}
