package dev.conclave.internal.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.Settings;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.ElectorateMessage;
import dev.conclave.core.electorate.RoundBallot;
import dev.conclave.core.electorate.StoredElectorate;
import dev.conclave.core.electorate.StoredElectorate.Acceptance;
import dev.conclave.core.node.Hello;
import dev.conclave.core.node.NodeInput;
import dev.conclave.core.peer.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One frame of every kind, and their bytes. */
public final class SampleFrames {

    public static final PeerId A = PeerId.parse("10.0.0.1:2551");
    public static final PeerId B = PeerId.parse("[2001:db8::2]:2551");
    public static final PeerId C = PeerId.parse("c.example.org:40000");
    static final ElectionName ORDERS = new ElectionName("orders");
    public static final Settings SETTINGS = new Settings(List.of(A, B, C), 200_000_000, 1_000_000_000, 0.01);
    private static final long GROUP = 0xfedc_ba98_7654_3210L;
    static final NodeInput.Framed HEADER = new NodeInput.Framed(
            A, new Incarnation(0x1122334455667788L), new DirectoryIdentity(0x0123456789abcdefL), -7, GROUP, 5);
    static final NodeInput.Framed HEADER_OF_AN_OUTSIDER = new NodeInput.Framed(
            A, new Incarnation(-1), DirectoryIdentity.NONE, Long.MIN_VALUE, Long.MAX_VALUE, (1 << 20) - 1);
    static final NodeInput.Framed HEADER_BEFORE_THE_FOUNDING =
            new NodeInput.Framed(B, new Incarnation(3), new DirectoryIdentity(-5), 4, 0, -1);
    static final Configuration FOUNDED = Configuration.founding(
            GROUP,
            Map.of(A, new DirectoryIdentity(11), B, new DirectoryIdentity(-12), C, new DirectoryIdentity(13)),
            SETTINGS,
            0,
            A.toString());
    static final Configuration NEXT = FOUNDED.removing(C, 1_764_547_200_000L, "the operator");
    private static final RoundBallot BALLOT = new RoundBallot(6, new DirectoryIdentity(-1), Long.MIN_VALUE);
    private static final RoundBallot HIGHER = new RoundBallot(4_294_967_296L, new DirectoryIdentity(2), 3);

    static final RegisterEntry ENTRY =
            new RegisterEntry(new RegisterVersion(9, 3), Optional.of(new RegisterValue(new byte[] {0, -1, 127})));
    static final RegisterEntry EMPTY = new RegisterEntry(new RegisterVersion(9, 0), Optional.empty());

    private static final ObjectMapper MAPPER =
            new ObjectMapper(new CBORFactory()).registerModule(new FrameJacksonModule());

    private SampleFrames() {}

    /** The electorate of a node under {@link #FOUNDED}. */
    public static StoredElectorate founded() {
        return StoredElectorate.EMPTY.storing(FOUNDED);
    }

    /** The identity of the voter's directory in {@link #FOUNDED}. */
    public static DirectoryIdentity identity(PeerId voter) {
        DirectoryIdentity identity = FOUNDED.named().get(voter);
        if (identity == null) {
            throw new IllegalArgumentException(voter + " is not a voter");
        }
        return identity;
    }

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
                new Message.Observe(0, false),
                new Message.StoreRegister(ENTRY),
                new Message.RegisterStored(9, 3),
                new Message.RequestRegister(9, new RegisterVersion(8, 2)),
                new Message.ReadRegister(9, Long.MIN_VALUE),
                new Message.RegisterTruth(9, 77, Optional.of(ENTRY)));
        Map<String, Message> byName = new LinkedHashMap<>();
        messages.forEach(message -> byName.put(message.getClass().getSimpleName(), message));
        return byName;
    }

    /** Messages about the electorate, by the name of the kind. */
    static Map<String, ElectorateMessage> electorateMessages() {
        List<ElectorateMessage> messages = List.of(
                new ElectorateMessage.Holds(GROUP, 5, 4, 200_000_000, true),
                new ElectorateMessage.Shown(NEXT),
                new ElectorateMessage.Prepare(GROUP, 0, BALLOT),
                new ElectorateMessage.Promise(GROUP, 0, HIGHER, Optional.of(new Acceptance(BALLOT, NEXT)), 1),
                new ElectorateMessage.Accept(GROUP, 0, BALLOT, NEXT),
                new ElectorateMessage.Accepted(GROUP, 1_048_575, BALLOT),
                new ElectorateMessage.Refused(GROUP, 0, BALLOT, HIGHER),
                new ElectorateMessage.AskRegisters(GROUP, 5, Optional.of(ORDERS)),
                new ElectorateMessage.RegisterVersions(
                        GROUP, 5, Optional.of(ORDERS), new TreeMap<>(Map.of(ORDERS, ENTRY.version())), true),
                new ElectorateMessage.AskToReadmit(),
                new ElectorateMessage.AskToFound(),
                new ElectorateMessage.MayFound());
        Map<String, ElectorateMessage> byName = new LinkedHashMap<>();
        messages.forEach(message -> byName.put(message.getClass().getSimpleName(), message));
        return byName;
    }

    /** Samples of what a node may receive, by a file name: a batch with one message for each kind, and some more. */
    public static Map<String, ParsedFrame> samples() {
        Map<String, ParsedFrame> samples = new LinkedHashMap<>();
        messages().forEach((name, message) -> samples.put(name, batch(HEADER, message)));
        samples.put("StoreEmptyRegister", batch(HEADER, new Message.StoreRegister(EMPTY)));
        samples.put("RegisterTruthOfNoLeader", batch(HEADER, new Message.RegisterTruth(9, 78, Optional.empty())));
        samples.put("HeartbeatWithARegister", batch(HEADER, new Message.Heartbeat(9, 1, List.of(B), 4, 3)));
        samples.put("HeartbeatAckWithARegister", batch(HEADER, new Message.HeartbeatAck(9, 1, false, 4)));
        samples.put("RequestVoteWithARegister", batch(HEADER, new Message.RequestVote(9, 0, ENTRY.version())));
        samples.put(
                "VoteGrantedWithARegister",
                batch(HEADER, new Message.VoteGranted(9, Optional.empty(), ENTRY.version())));
        samples.put("ReleaseToNobody", batch(HEADER, new Message.Release(11, Optional.empty())));
        samples.put("HeartbeatToNobody", batch(HEADER, new Message.Heartbeat(11, 0, List.of())));
        samples.put("ObserveOfAnother", batch(HEADER, new Message.Observe(11, true, Optional.of(B))));
        samples.put(
                "VoteGrantedToOneLife", batch(HEADER, new Message.VoteGranted(11, Optional.of(new Incarnation(7)))));
        samples.put("Batch", batchUnderSeveralConfigurations());
        electorateMessages()
                .forEach((name, message) -> samples.put(name, new ParsedFrame.HeardElectorate(HEADER, message)));
        samples.put(
                "HoldsRegisters",
                new ParsedFrame.HeardElectorate(HEADER, new ElectorateMessage.Holds(GROUP, 5, 5, 0, false, true)));
        samples.put(
                "HoldsNothing",
                new ParsedFrame.HeardElectorate(
                        HEADER_BEFORE_THE_FOUNDING, new ElectorateMessage.Holds(0, -1, -1, 0, false)));
        samples.put(
                "ShownByForce",
                new ParsedFrame.HeardElectorate(
                        HEADER,
                        new ElectorateMessage.Shown(
                                NEXT.forced(List.of(A), 3, 2_000, -4_711, 1_764_547_260_000L, "the operator"))));
        samples.put(
                "PromiseOfNothing",
                new ParsedFrame.HeardElectorate(
                        HEADER, new ElectorateMessage.Promise(GROUP, 5, BALLOT, Optional.empty(), Long.MAX_VALUE)));
        samples.put("Hello", new ParsedFrame.HeardHello(hello()));
        samples.put("HelloOfANewcomer", new ParsedFrame.HeardHello(helloOfANewcomer()));
        return samples;
    }

    static ParsedFrame.HeardBatch batch(NodeInput.Framed header, Message... messages) {
        List<Envelope> envelopes = new ArrayList<>();
        for (Message message : messages) {
            envelopes.add(new Envelope(ORDERS, header.configuration(), message));
        }
        return new ParsedFrame.HeardBatch(header, envelopes, 0);
    }

    /** Some messages were made before the node switched (E3). */
    private static ParsedFrame.HeardBatch batchUnderSeveralConfigurations() {
        List<Envelope> envelopes = new ArrayList<>();
        int newest = HEADER_OF_AN_OUTSIDER.configuration();
        for (Message message : messages().values()) {
            envelopes.add(new Envelope(
                    envelopes.isEmpty() ? ORDERS : new ElectionName("Größe/名:😀"),
                    newest - envelopes.size() % 3,
                    message));
        }
        return new ParsedFrame.HeardBatch(HEADER_OF_AN_OUTSIDER, envelopes, 0);
    }

    static Hello hello() {
        return new Hello(
                A,
                new Incarnation(Long.MAX_VALUE),
                new DirectoryIdentity(-2),
                65_535,
                8_558,
                Hello.VERSION,
                Long.MIN_VALUE,
                4_294_967_296L,
                true,
                17);
    }

    static Hello helloOfANewcomer() {
        return new Hello(B, new Incarnation(1), DirectoryIdentity.NONE, 0, 0, Hello.VERSION, 1, 0, false, 0);
    }

    public static Frame frame(ParsedFrame heard) {
        if (heard instanceof ParsedFrame.HeardHello greeting) {
            return WireFormat.toFrame(greeting.hello());
        } else if (heard instanceof ParsedFrame.HeardBatch batch) {
            return WireFormat.toFrame(batch.header(), batch.envelopes());
        } else if (heard instanceof ParsedFrame.HeardElectorate told) {
            return WireFormat.toFrame(told.header(), told.message());
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
