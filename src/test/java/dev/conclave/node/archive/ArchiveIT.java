package dev.conclave.node.archive;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conclave.node.cli.FreePorts;
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
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The class archive: a matching one is used; a missing or unusable one is neither a failure nor a log line. */
class ArchiveIT {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void aPeerLoadsItsClassesFromTheArchiveOfTheBuild() throws Exception {
        assertLoadsItsClassesFrom(Path.of("target", "conclave-node.jsa").toAbsolutePath());
    }

    /** Otherwise a peer that serves HTTP would read them from the jar, in the seconds in which it may be needed for an election. */
    @Test
    void theArchiveOfTheBuildContainsTheClassesThatAnswerOverHttp() throws Exception {
        Path archive = Path.of("target", "conclave-node.jsa").toAbsolutePath();
        Path loaded = directory.resolve("loaded.txt");
        List<Integer> ports = FreePorts.find(2, new Random());
        String peer = "127.0.0.1:" + ports.get(0);
        List<String> command = command(archive, "-Xlog:class+load:file=" + loaded);
        command.addAll(List.of("run", "--port", String.valueOf(ports.get(0)), "--voters", peer));
        command.addAll(List.of("--data-dir", directory.resolve("data").toString()));
        command.addAll(List.of("--http", "127.0.0.1:" + ports.get(1)));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            HttpClient client = HttpClient.newHttpClient();
            for (String path : List.of("status", "livez", "leader/none")) {
                URI uri = URI.create("http://127.0.0.1:" + ports.get(1) + "/conclave/" + path);
                HttpRequest request = HttpRequest.newBuilder(uri).build();
                await().atMost(60, SECONDS)
                        .ignoreExceptionsInstanceOf(IOException.class)
                        .until(() -> client.send(request, HttpResponse.BodyHandlers.discarding())
                                        .statusCode()
                                > 0);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(Files.readString(loaded))
                .contains("dev.conclave.internal.http.HttpEndpoint source: shared objects file (top)")
                .doesNotContainPattern("(micrometer|prometheus|internal\\.http)\\S* source: file:");
    }

    @Test
    @Tag("soak")
    void theArchiveCommandWritesAnArchiveAndLeavesNothingBesideIt() throws Exception {
        Path archive = directory.resolve("classes.jsa");
        Process writing = new ProcessBuilder(java(), "-jar", jar(), "archive", "--file", archive.toString())
                .redirectErrorStream(true)
                .start();
        String said = read(writing);
        assertThat(writing.waitFor()).as(said).isEqualTo(0);
        assertThat(said).contains("Wrote " + archive);

        assertLoadsItsClassesFrom(archive);
        try (var left = Files.list(directory)) {
            assertThat(left).containsExactly(archive);
        }
    }

    private static void assertLoadsItsClassesFrom(Path archive) throws Exception {
        assertThat(run(archive, "-Xlog:class+load:stderr").errors())
                .containsPattern("dev\\.conclave\\.node\\.Main source: shared objects file \\(top\\)");
    }

    @Test
    void aMissingClassArchiveIsIgnored() throws Exception {
        assertSilent(directory.resolve("none.jsa"));
    }

    @Test
    void aFileThatIsNotAClassArchiveIsIgnored() throws Exception {
        assertSilent(Files.write(directory.resolve("broken.jsa"), new byte[100_000]));
    }

    private static void assertSilent(Path archive) throws Exception {
        Said said = run(archive, "-Xshare:auto");
        assertThat(said.errors()).isEmpty();
        assertThat(said.output()).startsWith("conclave-node ").hasLineCount(1);
    }

    private record Said(String output, String errors) {}

    private static Said run(Path archive, String option) throws IOException, InterruptedException {
        List<String> command = command(archive, option);
        command.add("--version");
        Path errors = Files.createTempFile("conclave-errors-", ".txt");
        try {
            Process process =
                    new ProcessBuilder(command).redirectError(errors.toFile()).start();
            String output = read(process);
            assertThat(process.waitFor()).isEqualTo(0);
            return new Said(output, Files.readString(errors, StandardCharsets.UTF_8));
        } finally {
            Files.delete(errors);
        }
    }

    private static List<String> command(Path archive, String option) {
        String options = "@" + Path.of("conclave.jvm").toAbsolutePath();
        return new ArrayList<>(List.of(java(), options, "-XX:SharedArchiveFile=" + archive, option, "-jar", jar()));
    }

    private static String read(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static String jar() {
        return Objects.requireNonNull(System.getProperty("conclave.node.jar"), "no -Dconclave.node.jar");
    }
}
