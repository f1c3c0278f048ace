package dev.conclave.internal.wire;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.electorate.ElectorateMessage;
import dev.conclave.core.node.Hello;
import dev.conclave.core.node.NodeInput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The wire format: translates between values of the core and the fields of a {@link Frame}.
 *
 * <p>Every frame: {@code k} 1 for a hello, 2 for a batch and 3 for a message about the electorate, {@code f} from, {@code i}
 * incarnation, {@code d} the identity of the directory, {@code p} pass. A hello also has {@code v} version, {@code lp} lifeline
 * port, {@code hp} HTTP port (left out if none), {@code ec} echo, {@code am} answer me, {@code st} starts. The others have
 * {@code g} the group and {@code n} the number of the configuration, and {@code m}: in a batch a list of messages ({@link
 * MessageKind}), otherwise one ({@link ElectorateKind}).
 *
 * <p>Compatibility of versions: a reader ignores fields that it does not know, so a newer version may add optional fields; a
 * frame with a missing field, or one of another type, is rejected; messages of unknown kinds are skipped and counted, and the
 * rest of their batch is delivered. Names and numbers are never reused.
 */
public final class WireFormat {

    /** The maximum number of messages in one batch. */
    static final int MAX_ENVELOPES = FrameJacksonModule.MAX_ITEMS;

    private static final long HELLO = 1;
    private static final long BATCH = 2;
    private static final long ELECTORATE = 3;

    private WireFormat() {}

    public static Frame toFrame(Hello hello) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("k", HELLO);
        fields.put("v", (long) hello.version());
        fields.put("f", hello.from().toString());
        fields.put("i", hello.incarnation().value());
        fields.put("d", hello.identity().value());
        fields.put("p", hello.pass());
        fields.put("lp", (long) hello.lifelinePort());
        if (hello.httpPort() != 0) {
            fields.put("hp", (long) hello.httpPort());
        }
        fields.put("ec", hello.echo());
        fields.put("am", hello.answerMe());
        fields.put("st", hello.starts());
        return new Frame(fields);
    }

    /** Returns the frame of a message about the electorate. */
    public static Frame toFrame(NodeInput.Framed header, ElectorateMessage message) {
        Map<String, Object> fields = header(ELECTORATE, header);
        fields.put("m", ElectorateKind.write(message));
        return new Frame(fields);
    }

    /** Returns one frame for all envelopes, of any size; {@link #toFrames} limits the size. */
    public static Frame toFrame(NodeInput.Framed header, List<Envelope> envelopes) {
        return batch(
                header(BATCH, header),
                envelopes.stream()
                        .map(envelope -> MessageKind.write(envelope, header.configuration()))
                        .toList());
    }

    /**
     * Distributes the envelopes, in their order, over as few frames as possible, each below {@link Frame#MAX_BYTES} and {@link
     * #MAX_ENVELOPES}; returns none for no envelopes.
     */
    public static List<Frame> toFrames(NodeInput.Framed header, List<Envelope> envelopes) {
        return toFrames(header, envelopes, Frame.MAX_BYTES);
    }

    /** Distributes the envelopes over frames with another size limit, in bytes. */
    public static List<Frame> toFrames(NodeInput.Framed header, List<Envelope> envelopes, int maxBytes) {
        Map<String, Object> head = header(BATCH, header);
        int headBytes = Frame.bytesOf(head) + 16;
        List<Frame> frames = new ArrayList<>();
        List<Map<String, Object>> messages = new ArrayList<>();
        int bytes = headBytes;
        for (Envelope envelope : envelopes) {
            Map<String, Object> whole = MessageKind.write(envelope, header.configuration());
            for (Map<String, Object> message : RegisterPieces.split(whole, maxBytes - headBytes - 1)) {
                int more = Frame.bytesOf(message);
                boolean full = bytes + more >= maxBytes || messages.size() == MAX_ENVELOPES;
                if (full && !messages.isEmpty()) {
                    frames.add(batch(head, messages));
                    messages = new ArrayList<>();
                    bytes = headBytes;
                }
                messages.add(message);
                bytes += more;
            }
        }
        if (!messages.isEmpty()) {
            frames.add(batch(head, messages));
        }
        return frames;
    }

    /** Parses a frame. Never throws, whatever the frame contains. */
    public static ParsedFrame read(Frame frame) {
        if (frame.equals(Frame.UNREADABLE)) {
            return new ParsedFrame.Malformed("bytes are not a frame", Optional.empty());
        }
        FrameFields fields = new FrameFields(frame.fields());
        try {
            long kind = fields.number("k");
            if (kind == HELLO) {
                return new ParsedFrame.HeardHello(hello(fields));
            }
            if (kind == BATCH) {
                return heardBatch(fields);
            }
            if (kind == ELECTORATE) {
                return new ParsedFrame.HeardElectorate(
                        header(fields), ElectorateKind.read(FrameFields.of(fields.demandValue("m"))));
            }
            return new ParsedFrame.Malformed("kind " + kind + " of frame is unknown", claimedSender(fields));
        } catch (IllegalArgumentException outOfRange) {
            String why = outOfRange.getMessage();
            return new ParsedFrame.Malformed(why == null ? "out of range" : why, claimedSender(fields));
        }
    }

    private static Optional<PeerId> claimedSender(FrameFields fields) {
        try {
            return Optional.of(fields.peer("f"));
        } catch (IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    private static Hello hello(FrameFields fields) {
        return new Hello(
                fields.peer("f"),
                new Incarnation(fields.number("i")),
                fields.identity("d"),
                fields.smallNumber("lp"),
                fields.ifThere("hp", fields::smallNumber).orElse(0),
                fields.smallNumber("v"),
                fields.number("p"),
                fields.number("ec"),
                fields.flag("am"),
                fields.number("st"));
    }

    private static NodeInput.Framed header(FrameFields fields) {
        return new NodeInput.Framed(
                fields.peer("f"),
                new Incarnation(fields.number("i")),
                fields.identity("d"),
                fields.number("p"),
                fields.number("g"),
                fields.smallNumber("n"));
    }

    private static ParsedFrame heardBatch(FrameFields fields) {
        NodeInput.Framed header = header(fields);
        List<?> messages = fields.list("m", MAX_ENVELOPES);
        List<Envelope> envelopes = new ArrayList<>();
        List<ParsedFrame.Piece> pieces = new ArrayList<>();
        for (Object message : messages) {
            FrameFields parts = FrameFields.of(message);
            if (RegisterPieces.isPiece(parts)) {
                pieces.add(RegisterPieces.read(parts));
            } else {
                MessageKind.read(parts, header.configuration()).ifPresent(envelopes::add);
            }
        }
        return new ParsedFrame.HeardBatch(
                header, envelopes, pieces, messages.size() - envelopes.size() - pieces.size());
    }

    private static Map<String, Object> header(long kind, NodeInput.Framed header) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("k", kind);
        fields.put("f", header.from().toString());
        fields.put("i", header.incarnation().value());
        fields.put("d", header.identity().value());
        fields.put("p", header.pass());
        fields.put("g", header.group());
        fields.put("n", (long) header.configuration());
        return fields;
    }

    private static Frame batch(Map<String, Object> header, List<Map<String, Object>> messages) {
        Map<String, Object> fields = new LinkedHashMap<>(header);
        fields.put("m", messages);
        return new Frame(fields);
    }

    static List<String> texts(List<PeerId> peers) {
        return peers.stream().map(PeerId::toString).toList();
    }
}
