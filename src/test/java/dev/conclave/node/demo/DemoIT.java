package dev.conclave.node.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged demo as a user starts it, with real processes that are really killed. */
@Timeout(180)
class DemoIT {

    @TempDir
    private Path directory;

    private final List<Process> started = new ArrayList<>();
    private final List<ProcessHandle> peers = new ArrayList<>();

    @AfterEach
    void endAll() {
        for (Process process : started) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        // They are no descendants of a process that was killed.
        peers.forEach(ProcessHandle::destroyForcibly);
    }

    /** E is so long that only the proof of R10 can have brought about the next leader in time. */
    @Test
    void theDemoElectsOneSuccessorBeforeTheElectionTimeoutAndLeavesNothingBehind()
            throws IOException, InterruptedException {
        Process demo = start("demo", "--rounds", "1", "--json", "--heartbeat", "200ms", "--election-timeout", "90s");
        assertThat(demo.waitFor(150, TimeUnit.SECONDS)).isTrue();
        String out = output("out");
        String err = output("err");
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
        List<ProcessHandle> children = awaitPeers(demo);
        demo.destroy();
        assertThat(demo.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(children).noneMatch(ProcessHandle::isAlive);
        assertThat(leftInTemporaryDirectory()).isEmpty();
    }

    @Test
    @Tag("soak")
    void noProcessOutlivesADemoThatIsKilled() throws IOException {
        Process demo = start("demo", "--json");
        List<ProcessHandle> children = awaitPeers(demo);
        demo.destroyForcibly();
        Awaitility.await()
                .atMost(60, TimeUnit.SECONDS)
                .until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** A frozen process cannot notice the end of its input. */
    @Test
    @Tag("soak")
    void noFrozenPeerOutlivesADemoThatIsKilled() throws Exception {
        Process demo = start("demo", "--page");
        List<ProcessHandle> children = awaitPeers(demo);
        String page = Awaitility.await()
                .atMost(60, TimeUnit.SECONDS)
                .until(() -> output("out"), out -> out.contains(" in a browser"))
                .split(" ", -1)[1];
        JsonNode state = new ObjectMapper().readTree(URI.create(page + "state").toURL());
        String first = state.at("/peers/0/name").textValue();
        HttpResponse<String> frozen = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(page + "act?act=freeze&peer=" + first))
                                .header("X-Conclave-Demo", "1")
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(frozen.statusCode()).as(frozen.body()).isEqualTo(200);
        demo.destroyForcibly();
        Awaitility.await()
                .atMost(60, TimeUnit.SECONDS)
                .until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
    }

    private List<ProcessHandle> awaitPeers(Process demo) {
        List<ProcessHandle> three = Awaitility.await()
                .atMost(60, TimeUnit.SECONDS)
                .until(() -> demo.children().toList(), all -> all.size() == 3);
        peers.addAll(three);
        return three;
    }

    private String output(String file) throws IOException {
        return Files.readString(directory.resolve(file), StandardCharsets.UTF_8);
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
