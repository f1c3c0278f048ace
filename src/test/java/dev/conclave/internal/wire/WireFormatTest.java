package dev.conclave.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.electorate.ElectorateMessage;
import dev.conclave.core.peer.Message;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WireFormatTest {

    /** The fields that say "none" by not being there. */
    private static final Set<String> OPTIONAL = Set.of("hp");

    static Stream<String> kinds() {
        return SampleFrames.samples().keySet().stream();
    }

    static Stream<String> messages() {
        return SampleFrames.messages().keySet().stream();
    }

    @Test
    void everyMessageOfTheCoreIsAmongTheSamples() {
        assertThat(SampleFrames.messages().keySet())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(Message.class.getPermittedSubclasses())
                        .map(Class::getSimpleName)
                        .toList());
        assertThat(SampleFrames.electorateMessages().keySet())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(ElectorateMessage.class.getPermittedSubclasses())
                        .map(Class::getSimpleName)
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void anUnknownFieldIsIgnoredAnywhereInAFrame(String kind) throws IOException {
        Frame frame = SampleFrames.frame(sample(kind));
        Object later = List.of(Map.of("deep", List.of(List.of(List.of(List.of(List.of(List.of(1L)))))), "no", 0.5));

        Frame there =
                SampleFrames.parse(SampleFrames.bytes(new Frame(fieldsOf(withField(frame.fields(), "zz", later)))));

        assertThat(WireFormat.read(there)).isEqualTo(sample(kind));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aFrameWithoutARequiredFieldIsMalformed(String kind) {
        Map<String, Object> fields = SampleFrames.frame(sample(kind)).fields();
        for (String name : fields.keySet()) {
            Map<String, Object> fewer = new LinkedHashMap<>(fields);
            fewer.remove(name);

            ParsedFrame heard = WireFormat.read(new Frame(fewer));

            if (OPTIONAL.contains(name)) {
                assertThat(heard).isInstanceOf(ParsedFrame.HeardHello.class);
            } else {
                assertThat(heard).isEqualTo(new ParsedFrame.Malformed(name + " is missing", claimed(fewer)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aMessageWithoutARequiredFieldIsMalformed(String kind) {
        Map<String, Object> fields = written(message(kind));
        for (String name : fields.keySet()) {
            Map<String, Object> fewer = new LinkedHashMap<>(fields);
            fewer.remove(name);

            ParsedFrame heard = WireFormat.read(batchOf(fewer));

            boolean optional = kind.equals("Release") && name.equals("o");
            assertThat(heard)
                    .isEqualTo(
                            optional
                                    ? SampleFrames.batch(
                                            SampleFrames.HEADER,
                                            new Message.Release(message(kind).term(), Optional.empty()))
                                    : new ParsedFrame.Malformed(name + " is missing", Optional.of(SampleFrames.A)));
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aFieldOfAnotherTypeIsRefusedAndTheSenderNamed(String kind) {
        Map<String, Object> fields = SampleFrames.frame(sample(kind)).fields();
        List<Object> others = List.of(1L << 60, "?", 7.5, true, List.of("?"), Map.of("?", "?"), Frame.UNREAD);
        for (Map.Entry<String, Object> field : fields.entrySet()) {
            for (Object other : others) {
                Map<String, Object> wrong = new LinkedHashMap<>(fields);
                wrong.put(field.getKey(), other);
                if (!other.getClass().equals(field.getValue().getClass()) && !(other instanceof List)) {
                    assertThat(WireFormat.read(new Frame(wrong)))
                            .as("%s = %s", field.getKey(), other)
                            .isInstanceOfSatisfying(
                                    ParsedFrame.Malformed.class,
                                    malformed -> assertThat(malformed.from()).isEqualTo(claimed(wrong)));
                }
            }
        }
    }

    @Test
    void aMessageOfAKindFromALaterVersionIsLeftOutAndCounted() {
        Map<String, Object> known = written(new Message.VoteGranted(3));

        ParsedFrame heard = WireFormat.read(
                batchOf(Map.of("k", 99L, "q", "?"), known, Map.of("k", -1L), Map.of("k", Long.MAX_VALUE)));

        assertThat(heard)
                .isEqualTo(new ParsedFrame.HeardBatch(
                        SampleFrames.HEADER, List.of(envelope(new Message.VoteGranted(3))), 3));
    }

    @Test
    void aFrameOfAnUnknownKindIsMalformed() {
        assertThat(WireFormat.read(new Frame(Map.of("k", 4L, "f", "a:1"))))
                .isEqualTo(new ParsedFrame.Malformed("kind 4 of frame is unknown", Optional.of(PeerId.parse("a:1"))));
    }

    @Test
    void aFrameWithAValueThatTheCoreRefusesIsMalformed() {
        Map<String, Object> heartbeat = written(new Message.Heartbeat(1, 1, List.of()));
        Map<String, Object> hello = SampleFrames.frame(new ParsedFrame.HeardHello(SampleFrames.hello()))
                .fields();
        Map<String, Object> batch =
                SampleFrames.frame(SampleFrames.batch(SampleFrames.HEADER)).fields();
        List<Object> succession = Collections.nCopies(Message.Heartbeat.MAX_SUCCESSION + 1, "a:1");
        List<Frame> wrong = List.of(
                batchOf(with(heartbeat, "t", 0L)),
                batchOf(with(heartbeat, "t", (1L << 52) + 1)),
                batchOf(with(heartbeat, "e", "")),
                batchOf(with(heartbeat, "e", "x".repeat(ElectionName.MAX_BYTES + 1))),
                batchOf(with(heartbeat, "o", succession)),
                batchOf(with(heartbeat, "o", List.of("no port"))),
                new Frame(with(batch, "i", 0L)),
                new Frame(with(batch, "n", 1L << 32)),
                batchOf(with(heartbeat, "n", 1L << 32)),
                new Frame(with(batch, "m", Collections.nCopies(WireFormat.MAX_ENVELOPES + 1, heartbeat))),
                new Frame(with(hello, "v", 0L)),
                new Frame(with(hello, "v", (1L << 32) + 1)),
                new Frame(with(hello, "lp", 65_536L)),
                new Frame(with(hello, "lp", (1L << 32) + 1)),
                new Frame(with(hello, "hp", 65_536L)),
                new Frame(with(hello, "st", -1L)),
                new Frame(with(hello, "p", 0L)));

        assertThat(wrong)
                .allSatisfy(frame -> assertThat(WireFormat.read(frame)).isInstanceOf(ParsedFrame.Malformed.class));
    }

    @Test
    void theBoundsOfAFrameAreInclusive() {
        Map<String, Object> batch =
                SampleFrames.frame(SampleFrames.batch(SampleFrames.HEADER)).fields();
        Map<String, Object> vote = written(new Message.VoteGranted(1L << 52));

        assertThat(WireFormat.read(new Frame(with(batch, "m", Collections.nCopies(WireFormat.MAX_ENVELOPES, vote)))))
                .isInstanceOf(ParsedFrame.HeardBatch.class);
    }

    @Test
    void textFromAStrangerCannotForgeALogLine() {
        ParsedFrame heard =
                WireFormat.read(new Frame(Map.of("k", 1L, "f", "x\n\u001b[31mFATAL\u2028" + "y".repeat(900))));

        assertThat(heard)
                .isInstanceOfSatisfying(
                        ParsedFrame.Malformed.class,
                        malformed -> assertThat(malformed.why())
                                .hasSizeLessThanOrEqualTo(200)
                                .matches("[ -~]*"));
    }

    private static ParsedFrame sample(String kind) {
        ParsedFrame sample = SampleFrames.samples().get(kind);
        assertThat(sample).isNotNull();
        return sample;
    }

    private static Message message(String kind) {
        Message message = SampleFrames.messages().get(kind);
        assertThat(message).isNotNull();
        return message;
    }

    private static Envelope envelope(Message message) {
        return new Envelope(SampleFrames.ORDERS, SampleFrames.HEADER.configuration(), message);
    }

    private static Map<String, Object> written(Message message) {
        return MessageKind.write(envelope(message), SampleFrames.HEADER.configuration());
    }

    private static Frame batchOf(Object... messages) {
        return new Frame(
                with(SampleFrames.frame(SampleFrames.batch(SampleFrames.HEADER)).fields(), "m", List.of(messages)));
    }

    private static Map<String, Object> with(Map<String, Object> fields, String name, Object value) {
        Map<String, Object> changed = new LinkedHashMap<>(fields);
        changed.put(name, value);
        return changed;
    }

    /** The tree with one more field in each of its maps, before all others. */
    private static Object withField(Object value, String name, Object added) {
        if (value instanceof List<?> list) {
            return list.stream().map(item -> withField(item, name, added)).toList();
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> more = new LinkedHashMap<>();
            more.put(name, added);
            map.forEach((key, field) -> more.put(key, withField(field, name, added)));
            return more;
        }
        return value;
    }

    private static Map<String, Object> fieldsOf(Object map) {
        return ((Map<?, ?>) map)
                .entrySet().stream()
                        .collect(Collectors.toMap(
                                entry -> (String) entry.getKey(),
                                Map.Entry::getValue,
                                (a, b) -> b,
                                LinkedHashMap::new));
    }

    private static Optional<PeerId> claimed(Map<String, Object> fields) {
        return Optional.of(SampleFrames.B)
                .filter(b -> b.toString().equals(fields.get("f")))
                .or(() -> Optional.of(SampleFrames.A).filter(a -> a.toString().equals(fields.get("f"))));
    }
}
