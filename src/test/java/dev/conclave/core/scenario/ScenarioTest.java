package dev.conclave.core.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.judge.Judge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each file contains a story and its result, line by line. After a change of the protocol {@code mvn test
 * -Dtest=ScenarioTest -Drewrite=true} writes the files anew: read the difference, and commit it only if you understand it.
 */
class ScenarioTest {

    private static final Path STORIES = Path.of("src/test/resources/scenarios");

    static List<Path> stories() throws IOException {
        try (Stream<Path> files = Files.list(STORIES)) {
            return files.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("stories")
    void aScenarioPlaysAsItIsWritten(Path story) throws IOException {
        String told = Files.readString(story);
        Network network = new Network();
        String happened = new Script(told).playedOn(network);
        assertThat(Judge.judge(network.events()).violations()).isEmpty();
        if (Boolean.getBoolean("rewrite")) {
            Files.writeString(story, happened);
        } else {
            assertThat(happened).isEqualTo(told);
        }
    }

    @Test
    void thereAreMoreThanFifteenScenarios() throws IOException {
        assertThat(stories()).hasSizeGreaterThan(15);
    }
}
