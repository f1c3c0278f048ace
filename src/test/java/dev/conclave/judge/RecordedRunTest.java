package dev.conclave.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.judge.Violation.Promise;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * A run of three real processes, recorded once by {@code dev.conclave.cluster.Recording}: leaders that are killed,
 * frozen, asked to hand over and told to stop, each twice, and one that is killed while frozen. The run keeps all promises; with one changed
 * word it does not.
 */
class RecordedRunTest {

    @Test
    void theRecordedRunKeepsAllPromises() throws Exception {
        List<Event> events = events(recorded());
        Report report = Judge.judge(events);
        assertThat(report.violations()).isEmpty();
        assertThat(report.elections().values())
                .singleElement()
                .satisfies(figures -> assertThat(figures.leaderships()).hasSize(11));
        assertThat(events).filteredOn(Event.Killed.class::isInstance).hasSize(4);
        assertThat(events)
                .filteredOn(Event.Dismissed.class::isInstance)
                .extracting(event -> ((Event.Dismissed) event).reason())
                .contains("lease-expired", "hand-over", "leaving");
    }

    @Test
    void aFollowerThatNamesAnotherLeaderBreaksS1() throws Exception {
        assertThat(changed(
                        line -> line.contains("\"following\"") && line.contains("\"leader\":\"c:1\""),
                        line -> line.replace("\"leader\":\"c:1\"", "\"leader\":\"a:1\"")))
                .isEqualTo(Promise.S1);
    }

    @Test
    void aLeaderThatHeldItsLeaseForAnotherSecondBreaksS3() throws Exception {
        assertThat(changed(line -> line.contains("\"lease-expired\""), line -> {
                    Event.Dismissed said = (Event.Dismissed) read(line);
                    return line.replace("" + said.heldUntil(), "" + (said.heldUntil() + 1_000_000_000));
                }))
                .isEqualTo(Promise.S3);
    }

    @Test
    void aLeaderOfAMuchHigherTermBreaksS4ForTheNext() throws Exception {
        assertThat(changed(
                        line -> line.contains("\"elected\"") && line.contains("\"term\":5,"),
                        line -> line.replace("\"term\":5,", "\"term\":50,")))
                .isEqualTo(Promise.S4);
    }

    /** Changes the first line that fits; returns the promise that the judge finds broken, the only one of S1, S3 and S4. */
    private static Promise changed(Predicate<String> which, UnaryOperator<String> change) throws Exception {
        List<String> lines = recorded();
        int at = 0;
        while (!which.test(lines.get(at))) {
            at++;
        }
        String before = lines.set(at, change.apply(lines.get(at)));
        assertThat(lines.get(at)).isNotEqualTo(before);
        return Judge.judge(events(lines)).violations().stream()
                .map(Violation::promise)
                .filter(promise -> promise != Promise.S2)
                .distinct()
                .reduce((one, other) -> {
                    throw new AssertionError(one + " and " + other + " are both broken");
                })
                .orElseThrow();
    }

    private static Event read(String line) {
        try {
            return EventLine.read(line);
        } catch (EventLine.Malformed e) {
            throw new AssertionError(line, e);
        }
    }

    private static List<Event> events(List<String> lines) {
        return lines.stream().map(RecordedRunTest::read).toList();
    }

    private static List<String> recorded() throws IOException, URISyntaxException {
        Path file = Path.of(Objects.requireNonNull(
                        RecordedRunTest.class.getResource("good-recorded-kills-freezes-hand-overs.jsonl"))
                .toURI());
        return new ArrayList<>(Files.readAllLines(file, StandardCharsets.UTF_8));
    }
}
