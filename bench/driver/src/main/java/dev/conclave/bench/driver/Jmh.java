package dev.conclave.bench.driver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Runs the benchmarks of the core, in a process of their own, and makes a table of what they say. */
final class Jmh {

    private static final String RESULT = "jmh.json";

    private final Parts parts;
    private final Path directory;

    Jmh(Parts parts, Path directory) {
        this.parts = parts;
        this.directory = directory;
    }

    /** Does nothing if that was done before. */
    void run(Duration longest) throws IOException, InterruptedException {
        Path result = directory.resolve(RESULT);
        if (Files.exists(result)) {
            return;
        }
        Path unfinished = directory.resolve("jmh-unfinished.json");
        Process process = new ProcessBuilder(List.of(
                        parts.java().toString(),
                        "-jar",
                        parts.home().resolve("jmh/target/bench-jmh.jar").toString(),
                        "-rf",
                        "json",
                        "-rff",
                        unfinished.toString(),
                        "-prof",
                        "gc"))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("jmh.txt").toFile())
                .start();
        Living.add(process);
        if (!process.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        } else if (process.exitValue() == 0) {
            Files.move(unfinished, result);
        }
        Living.remove(process);
    }

    /** As Markdown; empty if there is no result. */
    String markdown() throws IOException {
        Path result = directory.resolve(RESULT);
        if (!Files.exists(result)) {
            return "";
        }
        StringBuilder text = new StringBuilder("## The core by itself, one thread\n\n");
        text.append(
                "| | ns per operation | ± (99.9 %) | million per second | bytes allocated |\n|---|---|---|---|---|\n");
        for (JsonNode benchmark : new ObjectMapper().readTree(result.toFile())) {
            String name = benchmark.path("benchmark").asText();
            double nanos = benchmark.path("primaryMetric").path("score").asDouble();
            double error = benchmark.path("primaryMetric").path("scoreError").asDouble();
            double bytes = benchmark
                    .path("secondaryMetrics")
                    .path("gc.alloc.rate.norm")
                    .path("score")
                    .asDouble();
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %.1f | %.1f | %.2f | %.0f |%n",
                    name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1),
                    nanos,
                    error,
                    1e3 / nanos,
                    bytes));
        }
        return text.append('\n').toString();
    }
}
