package dev.conclave.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventLogTest {

    private static final ElectionName NAME = new ElectionName("orders/\"1\"");
    private static final PeerId A = PeerId.parse("[::1]:2551");
    private static final PeerId B = PeerId.parse("b:2551");
    private static final String GOOD = line(new Event.Leaderless(5, B, NAME, 3));

    @TempDir
    private Path directory;

    static List<Event> oneOfEachKind() {
        return List.of(
                new Event.Started(-1, A, NAME, 0),
                new Event.Started(-1, A, NAME, 0, false),
                new Event.Following(2, A, NAME, 1, B),
                new Event.Standing(3, A, NAME, 2),
                new Event.Elected(4, A, NAME, 2, 1000),
                new Event.Dismissed(5, A, NAME, 2, "hand-over", 4),
                new Event.Leaderless(6, A, NAME, 2),
                new Event.Stopped(7, A, NAME, 2),
                new Event.Killed(8, A));
    }

    @ParameterizedTest
    @MethodSource("oneOfEachKind")
    void anEventThatIsWrittenIsReadBack(Event event) throws EventLine.Malformed {
        assertThat(EventLine.read(line(event))).isEqualTo(event);
        assertThat(line(event)).doesNotContain("\n").contains("\"event\":\"" + event.word() + "\"");
    }

    @Test
    void anEventLineHasThePromisedFormat() {
        assertThat(EventLine.write(
                        new Event.Elected(4, B, new ElectionName("default"), 2, 1000),
                        Instant.parse("2026-01-01T00:00:00.5Z")))
                .isEqualTo(
                        "{\"mono\":4,\"at\":\"2026-01-01T00:00:00.500Z\",\"peer\":\"b:2551\",\"election\":\"default\","
                                + "\"event\":\"elected\",\"term\":2,\"leader\":\"b:2551\",\"leaseUntil\":1000}");
        assertThat(EventLine.write(
                        new Event.Standing(4, B, new ElectionName("default"), 2),
                        Instant.parse("2026-01-01T00:00:00Z")))
                .isEqualTo("{\"mono\":4,\"at\":\"2026-01-01T00:00:00Z\",\"peer\":\"b:2551\",\"election\":\"default\","
                        + "\"event\":\"standing\",\"term\":2,\"leader\":null}");
    }

    @Test
    void unknownFieldsOfALineAreIgnored() throws EventLine.Malformed {
        String more = GOOD.replaceFirst("\\{", "{\"new\":{\"a\":[1,{}]},\"also\":null,\"x\":1.5,");
        assertThat(EventLine.read(more)).isEqualTo(new Event.Leaderless(5, B, NAME, 3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "no json at all",
                "[]",
                "{}",
                "{\"mono\":1,\"peer\":\"b:1\"}",
                "{\"mono\":1,\"peer\":\"b\",\"event\":\"killed\"}",
                "{\"mono\":\"x\",\"peer\":\"b:1\",\"event\":\"killed\"}",
                "{\"mono\":99999999999999999999,\"peer\":\"b:1\",\"event\":\"killed\"}",
                "{\"mono\":1,\"peer\":\"b:1\",\"event\":\"crowned\",\"election\":\"e\",\"term\":1}",
                "{\"mono\":1,\"peer\":\"b:1\",\"event\":\"started\",\"election\":\"\",\"term\":1}",
                "{\"mono\":1,\"peer\":\"b:1\",\"event\":\"elected\",\"election\":\"e\",\"term\":1}",
                "{\"mono\":1,\"peer\":\"b:1\",\"event\":\"following\",\"election\":\"e\",\"term\":1,\"leader\":null}",
                "{\"mono\":1,\"peer\":\"b:1\",\"event\":\"killed\"} {",
                "{\"mono\":1,\"peer\":\"b:1\",\"event\":\"killed\"",
            })
    void anInvalidLineIsRefused(String garbage) {
        assertThatThrownBy(() -> EventLine.read(garbage))
                .isInstanceOf(EventLine.Malformed.class)
                .hasMessageNotContaining("\n");
    }

    @Test
    void anInvalidLineIsReportedWithFileAndNumberAndHidesNoOtherLine() throws IOException {
        Path file = write("a.jsonl", GOOD + "\n\nwhat?\n" + GOOD + "\n");
        EventLog log = EventLog.read(List.of(file));
        assertThat(log.events()).hasSize(2);
        assertThat(log.garbage())
                .singleElement()
                .satisfies(garbage -> assertThat(garbage.toString()).startsWith(file + ":3: "));
    }

    @Test
    void aTornLastLineIsNotReportedAsInvalid() throws IOException {
        byte[] bytes = line(new Event.Following(2, B, new ElectionName("Wörter"), 1, B))
                .getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length <= bytes.length; length++) {
            Path file = directory.resolve("torn-" + length);
            Files.writeString(file, GOOD + "\n");
            byte[] torn = new byte[length];
            System.arraycopy(bytes, 0, torn, 0, length);
            Files.write(file, torn, java.nio.file.StandardOpenOption.APPEND);
            EventLog log = EventLog.read(List.of(file));
            assertThat(log.garbage()).isEmpty();
            assertThat(log.events()).hasSize(length == bytes.length ? 2 : 1);
        }
    }

    @Test
    void logFilesAreReadInTheGivenOrder() throws IOException {
        Path first = write("1", line(new Event.Killed(1, A)) + "\n");
        Path second = write("2", line(new Event.Killed(2, B)) + "\n");
        assertThat(EventLog.read(List.of(second, first)).events())
                .containsExactly(new Event.Killed(2, B), new Event.Killed(1, A));
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private static String line(Event event) {
        return EventLine.write(event, Instant.EPOCH);
    }
}
