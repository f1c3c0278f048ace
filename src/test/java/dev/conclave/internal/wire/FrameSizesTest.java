package dev.conclave.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.Terms;
import dev.conclave.core.node.NodeInput;
import dev.conclave.core.peer.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The sizes of frames that the pages name, for peers with IPv4 addresses and an election of six letters. */
class FrameSizesTest {

    private static final PeerId A = PeerId.parse("10.0.0.1:2551");
    private static final PeerId B = PeerId.parse("10.0.0.2:2551");
    private static final PeerId C = PeerId.parse("10.0.0.3:2551");
    private static final ElectionName ORDERS = new ElectionName("orders");
    private static final int LATER = 5;

    /** By the monotonic clock of a machine that has run for some days. */
    private static final long SENT_AT = 400_000_000_000_000L;

    @Test
    void thePagesNameTheSizesOfOneMessageAndOfAHundredAcknowledgements() throws IOException {
        IntSummaryStatistics one = IntStream.of(0, LATER)
                .flatMap(configuration -> messages(Terms.before(configuration) + 9).stream()
                        .mapToInt(
                                message -> bytes(configuration, List.of(new Envelope(ORDERS, configuration, message)))))
                .summaryStatistics();

        String sizes = String.format(
                Locale.ROOT,
                "frame is %d to %d bytes, a hundred acknowledgements that travel together are %.1f KB, and %.1f KB after a"
                        + " change of the electorate",
                one.getMin(),
                one.getMax(),
                bytes(0, acknowledgements(0)) / 1e3,
                bytes(LATER, acknowledgements(LATER)) / 1e3);
        for (String page : List.of("sizing.md", "performance.md")) {
            String text = Files.readString(Path.of("docs", page)).replaceAll("\\s+", " ");
            assertThat(text.contains(sizes)).as("docs/%s says: %s", page, sizes).isTrue();
        }
    }

    private static List<Message> messages(long term) {
        return List.of(
                new Message.RequestPreVote(term, term - 1),
                new Message.PreVoteGranted(term),
                new Message.PreVoteRefused(term, term, 999_999_999),
                new Message.RequestVote(term, 0),
                new Message.VoteGranted(term),
                new Message.VoteRefused(term, term),
                new Message.Heartbeat(term, SENT_AT, List.of(B, C)),
                new Message.HeartbeatAck(term, SENT_AT, true),
                new Message.HeartbeatRefused(term),
                new Message.Release(term, Optional.of(C)),
                new Message.Observe(0, false));
    }

    private static List<Envelope> acknowledgements(int configuration) {
        List<Envelope> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(new Envelope(
                    new ElectionName("job-" + (100 + i)),
                    configuration,
                    new Message.HeartbeatAck(Terms.before(configuration) + 9, SENT_AT + i, true)));
        }
        return all;
    }

    private static int bytes(int configuration, List<Envelope> envelopes) {
        NodeInput.Framed header = new NodeInput.Framed(
                A,
                new Incarnation(0x1122334455667788L),
                new DirectoryIdentity(0x0123456789abcdefL),
                0x7edc_ba98_7654_3210L,
                0x6edc_ba98_7654_3210L,
                configuration);
        List<Frame> frames = WireFormat.toFrames(header, envelopes);
        assertThat(frames).hasSize(1);
        return SampleFrames.bytes(frames.get(0)).length;
    }
}
