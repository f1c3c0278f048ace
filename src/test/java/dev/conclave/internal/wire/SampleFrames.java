package dev.conclave.internal.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.node.Hello;
import dev.conclave.core.node.NodeInput;
import dev.conclave.core.peer.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One frame of every kind, and their bytes. */
public final class SampleFrames {

    public static final PeerId A = PeerId.parse("10.0.0.1:2551");
    public static final PeerId B = PeerId.parse("[2001:db8::2]:2551");
    public static final PeerId C = PeerId.parse("c.example.org:40000");
    static final ElectionName ORDERS = new ElectionName("orders");
    public static final Settings SETTINGS = new Settings(List.of(A, B, C), 200_000_000, 1_000_000_000, 0.01);
    static final NodeInput.Framed HEADER = new NodeInput.Framed(
            A, new Incarnation(0x1122334455667788L), new DirectoryIdentity(1, 0x0123456789abcdefL), -7, Map.of());
    static final NodeInput.Framed HEADER_WITH_REPLACED = new NodeInput.Framed(
            A,
            new Incarnation(-1),
            DirectoryIdentity.NONE,
            Long.MIN_VALUE,
            Map.of(B, new DirectoryIdentity(2, 5), C, new DirectoryIdentity(3, Long.MAX_VALUE)));

    private static final ObjectMapper MAPPER =
            new ObjectMapper(new CBORFactory()).registerModule(new FrameJacksonModule());

    private SampleFrames() {}

    /** By the name of the kind. */
    static Map<String, Message> messages() {
        List<Message> messages = List.of(
                new Message.RequestPreVote(5, 4),
                new Message.PreVoteGranted(6),
                new Message.PreVoteRefused(1L << 52, 24, 999_999_999),
                new Message.RequestVote(256, 0),
                new Message.VoteGranted(65_536),
                new Message.VoteRefused(0, 4_294_967_296L),
                new Message.Heartbeat(9, -123_456_789_012L, List.of(B, C)),
                new Message.HeartbeatAck(9, Long.MIN_VALUE, true),
                new Message.HeartbeatRefused(4_294_967_295L),
                new Message.Release(10, Optional.of(C)),
                new Message.Observe(0, false));
        Map<String, Message> byName = new LinkedHashMap<>();
        messages.forEach(message -> byName.put(message.getClass().getSimpleName(), message));
        return byName;
    }

    /** Samples of what a node may receive, by a file name: a batch with one message for each kind, and some more. */
    public static Map<String, ParsedFrame> samples() {
        Map<String, ParsedFrame> samples = new LinkedHashMap<>();
        messages().forEach((name, message) -> samples.put(name, batch(HEADER, message)));
        samples.put("ReleaseToNobody", batch(HEADER, new Message.Release(11, Optional.empty())));
        samples.put("HeartbeatToNobody", batch(HEADER, new Message.Heartbeat(11, 0, List.of())));
        samples.put("ObserveOfAnother", batch(HEADER, new Message.Observe(11, true, Optional.of(B))));
        samples.put(
                "VoteGrantedToOneLife", batch(HEADER, new Message.VoteGranted(11, Optional.of(new Incarnation(7)))));
        samples.put("Batch", batch(HEADER_WITH_REPLACED, messages().values().toArray(Message[]::new)));
        samples.put("Hello", new ParsedFrame.HeardHello(hello()));
        samples.put("HelloOfANewcomer", new ParsedFrame.HeardHello(helloOfANewcomer()));
        return samples;
    }

    static ParsedFrame.HeardBatch batch(NodeInput.Framed header, Message... messages) {
        List<Envelope> envelopes = new ArrayList<>();
        for (Message message : messages) {
            envelopes.add(new Envelope(envelopes.isEmpty() ? ORDERS : new ElectionName("Größe/名:😀"), message));
        }
        return new ParsedFrame.HeardBatch(header, envelopes, 0);
    }

    static Hello hello() {
        return new Hello(
                A,
                new Incarnation(Long.MAX_VALUE),
                new DirectoryIdentity(2, -2),
                Optional.of(new DirectoryIdentity(1, 77)),
                true,
                SETTINGS,
                65_535,
                0,
                Hello.VERSION,
                Long.MIN_VALUE,
                4_294_967_296L,
                true,
                Optional.of(new DirectoryIdentity(4, -4_294_967_297L)),
                17,
                Map.of(B, new DirectoryIdentity(2, 1)),
                1);
    }

    static Hello helloOfANewcomer() {
        return new Hello(
                B,
                new Incarnation(1),
                DirectoryIdentity.NONE,
                Optional.empty(),
                false,
                SETTINGS,
                0,
                0,
                Hello.VERSION,
                1,
                0,
                false,
                Optional.empty(),
                0,
                Map.of(),
                1);
    }

    public static Frame frame(ParsedFrame heard) {
        if (heard instanceof ParsedFrame.HeardHello greeting) {
            return WireFormat.toFrame(greeting.hello());
        } else if (heard instanceof ParsedFrame.HeardBatch batch) {
            return WireFormat.toFrame(batch.header(), batch.envelopes());
        }
        throw new IllegalArgumentException("no frame says " + heard);
    }

    public static byte[] bytes(Frame frame) {
        try {
            return MAPPER.writeValueAsBytes(frame);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    public static Frame parse(byte[] bytes) throws IOException {
        return MAPPER.readValue(bytes, Frame.class);
    }
}
