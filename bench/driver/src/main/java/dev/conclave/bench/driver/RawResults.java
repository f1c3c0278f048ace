package dev.conclave.bench.driver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Every reading, one line of JSON each, written as soon as it is there: what was measured is kept however the run ends, and
 * a later run with the same directory goes on where this one stopped.
 */
final class RawResults {

    private static final ObjectMapper JSON =
            new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

    private final Path file;
    private final List<Reading> readings = new ArrayList<>();
    private final List<Map<String, Object>> runs = new ArrayList<>();
    private final Set<String> finished = new HashSet<>();

    RawResults(Path directory) throws IOException {
        Files.createDirectories(directory);
        this.file = directory.resolve("raw.jsonl");
        if (Files.exists(file)) {
            String before = Files.readString(file);
            before.lines().forEach(this::read);
            if (!before.isEmpty() && !before.endsWith("\n")) {
                Files.writeString(file, "\n", StandardOpenOption.APPEND);
            }
        }
    }

    private void read(String line) {
        try {
            JsonNode node = JSON.readTree(line);
            switch (node.path("type").asText()) {
                case "reading" -> readings.add(JSON.treeToValue(node, Reading.class));
                case "finished" -> finished.add(node.path("block").asText());
                case "run" ->
                    runs.add(JSON.convertValue(
                            node, new com.fasterxml.jackson.core.type.TypeReference<Map<String, Object>>() {}));
                default -> {}
            }
        } catch (JsonProcessingException cutShort) {
            // The last line of a run that was ended while it wrote.
        }
    }

    synchronized void add(Reading reading) {
        readings.add(reading);
        write("reading", JSON.valueToTree(reading));
    }

    synchronized void finish(Block block, double seconds) {
        finished.add(block.key());
        write("finished", JSON.createObjectNode().put("block", block.key()).put("seconds", seconds));
    }

    synchronized void beginRun(Map<String, Object> circumstances) {
        runs.add(circumstances);
        write("run", JSON.valueToTree(circumstances));
    }

    private void write(String type, ObjectNode fields) {
        ObjectNode line = JSON.createObjectNode();
        line.put("type", type);
        line.put("at", Instant.now().toString());
        line.setAll(fields);
        try {
            Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    synchronized boolean isFinished(Block block) {
        return finished.contains(block.key());
    }

    synchronized List<Reading> readings() {
        return List.copyOf(readings);
    }

    /** Under what circumstances each run was made. */
    synchronized List<Map<String, Object>> runs() {
        return List.copyOf(runs);
    }
}
