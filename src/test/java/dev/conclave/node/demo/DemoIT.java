package dev.conclave.node.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged demo as a user starts it, with real processes that are really killed. */
@Timeout(180)
class DemoIT {

    @TempDir
    private Path directory;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endAll() {
        for (Process process : started) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** E is so long that only the proof of R10 can have brought about the next leader in time. */
    @Test
    void theDemoElectsOneSuccessorBeforeTheElectionTimeoutAndLeavesNothingBehind()
            throws IOException, InterruptedException {
        Process demo = start("demo", "--rounds", "1", "--json", "--heartbeat", "200ms", "--election-timeout", "90s");
        assertThat(demo.waitFor(150, TimeUnit.SECONDS)).isTrue();
        String out = Files.readString(directory.resolve("out"), StandardCharsets.UTF_8);
        String err = Files.readString(directory.resolve("err"), StandardCharsets.UTF_8);
        assertThat(demo.exitValue()).as("%s%n%s", out, err).isZero();
        assertThat(err).isEmpty();
        assertThat(out.lines()).hasSize(1);

        JsonNode summary = new ObjectMapper().readTree(out);
        assertThat(summary.get("good").booleanValue()).isTrue();
        assertThat(summary.get("verdict")).allMatch(JsonNode::booleanValue);
        assertThat(summary.get("rounds")).singleElement().satisfies(round -> {
            assertThat(round.get("term").longValue()).isGreaterThan(1);
            assertThat(round.get("leaders").intValue()).isEqualTo(1);
            assertThat(round.get("failoverMillis").doubleValue()).isLessThan(45_000);
            long nanos =
                    round.get("electedAt").longValue() - round.get("killedAt").longValue();
            assertThat(round.get("failoverMillis").doubleValue()).isBetween(nanos / 1e6 - 0.001, nanos / 1e6 + 0.001);
        });
        assertThat(leftInTemporaryDirectory()).isEmpty();
    }

    @Test
    void noProcessOrFileOutlivesADemoThatIsTerminated() throws IOException, InterruptedException {
        Process demo = start("demo", "--json");
        List<ProcessHandle> peers = awaitPeers(demo);
        demo.destroy();
        assertThat(demo.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(peers).noneMatch(ProcessHandle::isAlive);
        assertThat(leftInTemporaryDirectory()).isEmpty();
    }

    @Test
    void noProcessOutlivesADemoThatIsKilled() throws IOException {
        Process demo = start("demo", "--json");
        List<ProcessHandle> peers = awaitPeers(demo);
        demo.destroyForcibly();
        Awaitility.await()
                .atMost(60, TimeUnit.SECONDS)
                .until(() -> peers.stream().noneMatch(ProcessHandle::isAlive));
    }

    private static List<ProcessHandle> awaitPeers(Process demo) {
        return Awaitility.await()
                .atMost(60, TimeUnit.SECONDS)
                .until(() -> demo.children().toList(), children -> children.size() == 3);
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Djava.io.tmpdir=" + Files.createDirectories(directory.resolve("tmp")));
        command.add("-jar");
        command.add(System.getProperty("conclave.node.jar"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile())
                .start();
        started.add(process);
        return process;
    }

    private List<Path> leftInTemporaryDirectory() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("tmp"))) {
            return files.filter(file -> !file.getFileName().toString().startsWith("hsperfdata"))
                    .toList();
        }
    }
}
