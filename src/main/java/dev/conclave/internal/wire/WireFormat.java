package dev.conclave.internal.wire;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
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
 * <p>Every frame: {@code k} 1 for a hello and 2 for a batch, {@code f} from, {@code i} incarnation, {@code d} identity, {@code p}
 * pass, {@code x} replaced identities (maps of {@code f} and {@code d}). A batch also has {@code m} messages ({@link
 * MessageKind}). A hello also has {@code v} version, {@code rp} the lost identity that the sender replaces (left out if none),
 * {@code tp} takes part, {@code vs} voters, {@code h} and {@code e} H and E in nanoseconds, {@code rho} clock drift, {@code lp}
 * lifeline port, {@code hp} HTTP port (left out if none), {@code ec} echo, {@code am} answer me, {@code ka} known as (left out if unknown), {@code ht} highest term,
 * {@code st} starts.
 *
 * <p>Compatibility of versions: a reader ignores fields that it does not know, so a newer version may add optional fields; a
 * frame with a missing field, or one of another type, is rejected; messages of unknown kinds are skipped and counted, and the
 * rest of their batch is delivered. Names and numbers are never reused.
 */
public final class WireFormat {

    /** The maximum number of messages in one batch. */
    static final int MAX_ENVELOPES = FrameJacksonModule.MAX_ITEMS;

    /** The maximum number of voters that a hello can name. */
    static final int MAX_VOTERS = 63;

    /** The maximum number of replaced identities that a frame can name. */
    static final int MAX_REPLACED = 1024;

    private static final long HELLO = 1;
    private static final long BATCH = 2;

    private WireFormat() {}

    public static Frame toFrame(Hello hello) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("k", HELLO);
        fields.put("v", (long) hello.version());
        fields.put("f", hello.from().toString());
        fields.put("i", hello.incarnation().value());
        fields.put("d", parts(hello.identity()));
        fields.put("p", hello.pass());
        fields.put("x", list(hello.replaced()));
        hello.replaces().ifPresent(identity -> fields.put("rp", parts(identity)));
        fields.put("tp", hello.takesPart());
        fields.put("vs", texts(hello.settings().voters()));
        fields.put("h", hello.settings().heartbeatNanos());
        fields.put("e", hello.settings().electionNanos());
        fields.put("rho", hello.settings().maxClockDrift());
        fields.put("lp", (long) hello.lifelinePort());
        if (hello.httpPort() != 0) {
            fields.put("hp", (long) hello.httpPort());
        }
        fields.put("ec", hello.echo());
        fields.put("am", hello.answerMe());
        hello.knownAs().ifPresent(identity -> fields.put("ka", parts(identity)));
        fields.put("ht", hello.highestTerm());
        fields.put("st", hello.starts());
        return new Frame(fields);
    }

    /** Returns one frame for all envelopes, of any size; {@link #toFrames} limits the size. */
    public static Frame toFrame(NodeInput.Framed header, List<Envelope> envelopes) {
        return batch(header(header), envelopes.stream().map(MessageKind::write).toList());
    }

    /**
     * Distributes the envelopes, in their order, over as few frames as possible, each below {@link Frame#MAX_BYTES} and {@link
     * #MAX_ENVELOPES}; returns none for no envelopes.
     *
     * <p>Each frame repeats the whole header: a vote must not count before the receiver has stored the identities that the sender
     * knew (R15), so they cannot be distributed over frames. A frame is larger only if the header itself has about that size,
     * which takes hundreds of replaced identities.
     */
    public static List<Frame> toFrames(NodeInput.Framed header, List<Envelope> envelopes) {
        return toFrames(header, envelopes, Frame.MAX_BYTES);
    }

    /** Distributes the envelopes over frames with another size limit, in bytes. */
    public static List<Frame> toFrames(NodeInput.Framed header, List<Envelope> envelopes, int maxBytes) {
        Map<String, Object> head = header(header);
        int headBytes = Frame.bytesOf(head) + 16;
        List<Frame> frames = new ArrayList<>();
        List<Map<String, Object>> messages = new ArrayList<>();
        int bytes = headBytes;
        for (Envelope envelope : envelopes) {
            Map<String, Object> message = MessageKind.write(envelope);
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
        Settings settings = new Settings(
                fields.peers("vs", MAX_VOTERS), fields.number("h"), fields.number("e"), fields.fraction("rho"));
        return new Hello(
                fields.peer("f"),
                new Incarnation(fields.number("i")),
                fields.identity("d"),
                fields.ifThere("rp", fields::identity),
                fields.flag("tp"),
                settings,
                fields.smallNumber("lp"),
                fields.ifThere("hp", fields::smallNumber).orElse(0),
                fields.smallNumber("v"),
                fields.number("p"),
                fields.number("ec"),
                fields.flag("am"),
                fields.ifThere("ka", fields::identity),
                fields.number("ht"),
                fields.identities("x", MAX_REPLACED),
                fields.number("st"));
    }

    private static ParsedFrame heardBatch(FrameFields fields) {
        NodeInput.Framed header = new NodeInput.Framed(
                fields.peer("f"),
                new Incarnation(fields.number("i")),
                fields.identity("d"),
                fields.number("p"),
                fields.identities("x", MAX_REPLACED));
        List<?> messages = fields.list("m", MAX_ENVELOPES);
        List<Envelope> envelopes = new ArrayList<>();
        for (Object message : messages) {
            MessageKind.read(FrameFields.of(message)).ifPresent(envelopes::add);
        }
        return new ParsedFrame.HeardBatch(header, envelopes, messages.size() - envelopes.size());
    }

    private static Map<String, Object> header(NodeInput.Framed header) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("k", BATCH);
        fields.put("f", header.from().toString());
        fields.put("i", header.incarnation().value());
        fields.put("d", parts(header.identity()));
        fields.put("p", header.pass());
        fields.put("x", list(header.replaced()));
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

    private static List<Long> parts(DirectoryIdentity identity) {
        return List.of(identity.generation(), identity.random());
    }

    private static List<Map<String, Object>> list(Map<PeerId, DirectoryIdentity> identities) {
        List<Map<String, Object>> list = new ArrayList<>();
        identities.forEach((peer, identity) -> {
            // In a fixed order, unlike Map.of, since the bytes must be the same in every process.
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("f", peer.toString());
            entry.put("d", parts(identity));
            list.add(entry);
        });
        return list;
    }
}
