package dev.conclave.bench.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RawResultsTest {

    private static final BenchedSystem CONCLAVE = BenchedSystem.ALL.get(0);
    private static final Block FIRST = new Block(1, Block.Kind.BLOWS, CONCLAVE);
    private static final Block SECOND = new Block(2, Block.Kind.BLOWS, CONCLAVE);

    @TempDir
    Path directory;

    private static Reading reading(double value) {
        return new Reading(FIRST.key(), 1, "conclave", Row.KILL, value, 0.1, null, Map.of("victim", 2));
    }

    @Test
    void aRunThatWasCutShortGoesOnWhereItStopped() throws IOException {
        RawResults raw = new RawResults(directory);
        raw.beginRun(Map.of("processors", 2));
        raw.add(reading(12.5));
        raw.finish(FIRST, 40);

        RawResults again = new RawResults(directory);
        assertThat(again.readings()).containsExactly(reading(12.5));
        assertThat(again.isFinished(FIRST)).isTrue();
        assertThat(again.isFinished(SECOND)).isFalse();
        assertThat(again.runs()).hasSize(1);
    }

    @Test
    void aLineThatWasCutInTheMiddleCostsNothingElse() throws IOException {
        RawResults raw = new RawResults(directory);
        raw.add(reading(1));
        Files.writeString(
                directory.resolve("raw.jsonl"), "{\"type\":\"reading\",\"block\":\"1-b", StandardOpenOption.APPEND);

        assertThat(new RawResults(directory).readings()).containsExactly(reading(1));
    }

    @Test
    void whatIsAddedAfterALineThatWasCutIsReadAgain() throws IOException {
        new RawResults(directory).add(reading(1));
        Files.writeString(
                directory.resolve("raw.jsonl"), "{\"type\":\"reading\",\"block\":\"1-b", StandardOpenOption.APPEND);
        new RawResults(directory).add(reading(2));

        assertThat(new RawResults(directory).readings()).containsExactly(reading(1), reading(2));
    }

    @Test
    void aFailureIsKeptWithItsReason() throws IOException {
        Reading failed = new Reading(FIRST.key(), 1, "conclave", Row.TERM, null, null, "nobody led", Map.of());
        new RawResults(directory).add(failed);

        assertThat(new RawResults(directory).readings()).containsExactly(failed);
    }
}
