package dev.conclave.internal.wire;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.node.NodeInput;
import dev.conclave.core.peer.Message;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The work between the core's values and the bytes of a frame, with Jackson's own mapper, as Akka's serializer uses it.
 * In this package since the classes of the wire are visible only here.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class WireBenchmark {

    private static final long GROUP = 0xfedc_ba98_7654_3210L;

    private ObjectMapper mapper;
    private NodeInput.Framed header;
    private List<Envelope> envelopes;
    private byte[] bytes;

    /** A frame with one heartbeat in it. */
    @Setup
    public void write() throws IOException {
        PeerId from = PeerId.parse("10.0.0.1:2551");
        mapper = new ObjectMapper(new CBORFactory()).registerModule(new FrameJacksonModule());
        header = new NodeInput.Framed(
                from, new Incarnation(0x1122334455667788L), new DirectoryIdentity(0x0123456789abcdefL), -7, GROUP, 0);
        envelopes = List.of(new Envelope(
                new ElectionName("orders"),
                0,
                new Message.Heartbeat(
                        9, -123_456_789_012L, List.of(PeerId.parse("10.0.0.2:2551"), PeerId.parse("10.0.0.3:2551")))));
        bytes = encode();
    }

    /** From a message to its bytes. */
    @Benchmark
    public byte[] encode() throws IOException {
        return mapper.writeValueAsBytes(WireFormat.toFrames(header, envelopes).get(0));
    }

    /** From bytes to a message. */
    @Benchmark
    public Object decode() throws IOException {
        return WireFormat.read(mapper.readValue(bytes, Frame.class));
    }
}
