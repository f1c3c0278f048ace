package dev.conclave.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.Quorum;
import dev.conclave.core.Settings;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.Configuration.Origin;
import dev.conclave.core.electorate.ElectorateMessage;
import dev.conclave.core.electorate.RoundBallot;
import dev.conclave.core.electorate.StoredElectorate.Acceptance;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Messages about the electorate as frames. */
class ElectorateKindTest {

    /** The smallest {@code akka.remote.artery.advanced.maximum-frame-size} that Akka accepts, less room for its envelope. */
    private static final int FITS_EVERYWHERE = 28 * 1024;

    static Stream<String> kinds() {
        return SampleFrames.electorateMessages().keySet().stream();
    }

    /** The most voters, with the longest names, and the longest history: no message about the electorate is ever split. */
    static Configuration longest() {
        Map<PeerId, DirectoryIdentity> named = new TreeMap<>();
        for (int i = 0; i < Quorum.MAX_VOTERS; i++) {
            named.put(
                    new PeerId("[:" + "a".repeat(252) + (10 + i) + "]", 65_535),
                    new DirectoryIdentity(Long.MIN_VALUE + i));
        }
        List<Origin> history = IntStream.range(0, Configuration.MAX_HISTORY)
                .mapToObj(i -> new Origin(
                        1_000_000 + i,
                        Long.MAX_VALUE,
                        "b".repeat(Configuration.MAX_TEXT),
                        "w".repeat(Configuration.MAX_TEXT)))
                .toList();
        return new Configuration(
                -1,
                LongStream.rangeClosed(1, Configuration.MAX_FORMER).boxed().toList(),
                1_000_000 + Configuration.MAX_HISTORY - 1,
                named,
                named,
                new Settings(List.copyOf(named.keySet()), 200_000_000, 1_000_000_000, 0.01),
                history);
    }

    @Test
    void theLongestConfigurationFitsIntoOneFrameAndArrivesUnchanged() throws IOException {
        RoundBallot ballot = new RoundBallot(Long.MAX_VALUE, new DirectoryIdentity(-1), -1);
        List<ElectorateMessage> messages = List.of(
                new ElectorateMessage.Shown(longest()),
                new ElectorateMessage.Accept(-1, 1_000_000, ballot, longest()),
                new ElectorateMessage.Promise(
                        -1, 1_000_000, ballot, Optional.of(new Acceptance(ballot, longest())), Long.MAX_VALUE));
        for (ElectorateMessage message : messages) {
            byte[] bytes = SampleFrames.bytes(WireFormat.toFrame(SampleFrames.HEADER, message));
            assertThat(bytes.length).isLessThan(FITS_EVERYWHERE);
            assertThat(WireFormat.read(SampleFrames.parse(bytes)))
                    .isEqualTo(new ParsedFrame.HeardElectorate(SampleFrames.HEADER, message));
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aMessageWithoutARequiredFieldIsMalformedAndItsSenderNamed(String kind) {
        Map<String, Object> frame = frame(kind);
        List<List<Object>> paths = new ArrayList<>();
        paths(message(frame), List.of(), paths);
        for (List<Object> path : paths) {
            ParsedFrame heard =
                    WireFormat.read(new Frame(with(frame, "m", changed(message(frame), path, Optional.empty()))));
            boolean isOptional =
                    List.of("Promise", "AskRegisters", "RegisterVersions").contains(kind);
            if (isOptional && path.equals(List.of("a"))) {
                assertThat(heard).isInstanceOf(ParsedFrame.HeardElectorate.class);
            } else {
                assertThat(heard)
                        .as("without %s", path)
                        .isEqualTo(new ParsedFrame.Malformed(
                                path.get(path.size() - 1) + " is missing", Optional.of(SampleFrames.A)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aFieldOfAnotherTypeIsMalformed(String kind) {
        Map<String, Object> frame = frame(kind);
        List<List<Object>> paths = new ArrayList<>();
        paths(message(frame), List.of(), paths);
        for (List<Object> path : paths) {
            for (Object other : List.of(0.25f, List.of(List.of()), Frame.UNREAD)) {
                assertThat(WireFormat.read(
                                new Frame(with(frame, "m", changed(message(frame), path, Optional.of(other))))))
                        .as("%s = %s", path, other)
                        .isInstanceOf(ParsedFrame.Malformed.class);
            }
        }
    }

    @Test
    void aConfigurationThatTheCoreRefusesIsMalformed() {
        Map<String, Object> frame = frame("Shown");
        List<Object> voter = List.of("o", "vs", 0, "d");
        List<Map<String, Object>> tooMany = IntStream.rangeClosed(0, Quorum.MAX_VOTERS)
                .mapToObj(i -> Map.<String, Object>of("f", "host" + i + ":1", "d", 1L))
                .toList();
        List<Map<String, Object>> twice = List.of(Map.of("f", "a:1", "d", 1L), Map.of("f", "a:1", "d", 2L));
        Map<String, Object> origin = Map.of("n", 0L, "t", 0L, "by", "b", "w", "w");
        Map<List<Object>, List<Object>> wrong = new LinkedHashMap<>();
        wrong.put(List.of("k"), List.of(0L, 11L, -1L, Long.MAX_VALUE));
        wrong.put(List.of("o", "g"), List.of(0L));
        wrong.put(
                List.of("o", "fg"),
                List.of(
                        7L,
                        List.of("x"),
                        LongStream.rangeClosed(0, Configuration.MAX_FORMER)
                                .boxed()
                                .toList(),
                        List.of(SampleFrames.FOUNDED.group())));
        wrong.put(List.of("o", "n"), List.of(-1L, 1L << 20, 1L << 32));
        wrong.put(List.of("o", "h"), List.of(0L, -1L, 1L << 60));
        wrong.put(List.of("o", "e"), List.of(0L, -1L, Long.MAX_VALUE));
        wrong.put(List.of("o", "rho"), List.of(Double.NaN, -1.0, 2.0));
        wrong.put(List.of("o", "vs"), List.of(List.of(), tooMany, twice));
        wrong.put(voter, List.of(0L));
        wrong.put(
                List.of("o", "hi"),
                List.of(IntStream.rangeClosed(0, Configuration.MAX_HISTORY)
                        .mapToObj(i -> origin)
                        .toList()));
        wrong.forEach((path, values) -> values.forEach(value -> assertThat(
                        WireFormat.read(new Frame(with(frame, "m", changed(message(frame), path, Optional.of(value))))))
                .as("%s = %s", path, value)
                .isInstanceOf(ParsedFrame.Malformed.class)));
    }

    /** Texts of other nodes end in logs. */
    @Test
    void theTextsOfAHistoryArePrintableAndShort() {
        Map<String, Object> frame = frame("Shown");
        Object forged = "x\n\u001b[31mFATAL\u2028" + "y".repeat(900);

        ParsedFrame heard = WireFormat.read(
                new Frame(with(frame, "m", changed(message(frame), List.of("o", "hi", 0, "by"), Optional.of(forged)))));

        assertThat(heard).isInstanceOfSatisfying(ParsedFrame.HeardElectorate.class, told -> {
            Configuration shown = ((ElectorateMessage.Shown) told.message()).configuration();
            assertThat(shown.history().get(0).by())
                    .hasSize(Configuration.MAX_TEXT)
                    .matches("[ -~]*");
        });
    }

    // ---- trees

    private static Map<String, Object> frame(String kind) {
        ElectorateMessage message = SampleFrames.electorateMessages().get(kind);
        assertThat(message).isNotNull();
        return WireFormat.toFrame(SampleFrames.HEADER, message).fields();
    }

    private static Object message(Map<String, Object> frame) {
        Object message = frame.get("m");
        assertThat(message).isNotNull();
        return message;
    }

    private static Map<String, Object> with(Map<String, Object> fields, String name, Object value) {
        Map<String, Object> changed = new LinkedHashMap<>(fields);
        changed.put(name, value);
        return changed;
    }

    /** The way to each field: names, and the places in lists. */
    private static void paths(Object value, List<Object> from, List<List<Object>> to) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, field) -> {
                List<Object> path = new ArrayList<>(from);
                path.add(name);
                to.add(path);
                paths(field, path, to);
            });
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                List<Object> path = new ArrayList<>(from);
                path.add(i);
                paths(list.get(i), path, to);
            }
        }
    }

    /** The tree with another value at the end of the path, or without it. */
    private static Object changed(Object value, List<Object> path, Optional<Object> other) {
        Object first = path.get(0);
        List<Object> rest = path.subList(1, path.size());
        if (value instanceof List<?> list) {
            List<Object> items = new ArrayList<>(list);
            items.set((Integer) first, changed(items.get((Integer) first), rest, other));
            return items;
        }
        Map<Object, Object> fields = new LinkedHashMap<>((Map<?, ?>) value);
        if (!rest.isEmpty()) {
            fields.computeIfPresent(first, (name, field) -> changed(field, rest, other));
        } else if (other.isPresent()) {
            fields.put(first, other.get());
        } else {
            fields.remove(first);
        }
        return fields;
    }
}
