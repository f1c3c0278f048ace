package dev.conclave.bench.driver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** One process of an application that uses registers: what the driver tells it, and what it answers. Used by one thread. */
final class RegisterNode {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String name;
    private final Path data;
    private final Path log;
    private final List<String> command;
    private final List<JsonNode> said = new ArrayList<>();
    private Process process;
    private long startedNanos;

    RegisterNode(Group group, int index, List<String> command) throws IOException {
        this.name = group.members().get(index);
        this.data = group.data(index);
        this.log = group.log(index);
        this.command = command;
        start();
    }

    /** Starts the process, also after {@link #kill()}. */
    void start() throws IOException {
        Files.createDirectories(data);
        synchronized (said) {
            said.clear();
        }
        startedNanos = System.nanoTime();
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        Living.add(process);
        Process mine = process;
        Thread reader = new Thread(() -> read(mine), "bench-node-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    private void read(Process mine) {
        try (BufferedReader lines = mine.inputReader(StandardCharsets.US_ASCII)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode node = JSON.readTree(line);
                synchronized (said) {
                    said.add(node);
                    said.notifyAll();
                }
            }
        } catch (JsonProcessingException cutShort) {
            // The process ended while it wrote.
        } catch (IOException gone) {
            // Its answers count.
        }
    }

    String name() {
        return name;
    }

    long startedNanos() {
        return startedNanos;
    }

    Path journal() {
        return data.resolve("journal");
    }

    boolean isAlive() {
        return process.isAlive();
    }

    void tell(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().flush();
    }

    /** Waits for the next line about an event, and takes it and all lines before it. */
    JsonNode await(String event, Duration patience) throws Trio.Overdue, InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        synchronized (said) {
            while (true) {
                Optional<JsonNode> found = said.stream()
                        .filter(line -> line.path("event").asText().equals(event))
                        .findFirst();
                if (found.isPresent()) {
                    said.subList(0, said.indexOf(found.get()) + 1).clear();
                    return found.get();
                }
                long left = (until - System.nanoTime()) / 1_000_000;
                if (left <= 0 || !process.isAlive()) {
                    throw new Trio.Overdue(name + " did not say \"" + event + "\"; its log is " + log);
                }
                said.wait(Math.min(left, 200));
            }
        }
    }

    /** Tells the process a line, and waits for the answer. */
    JsonNode ask(String line, String event, Duration patience) throws IOException, Trio.Overdue, InterruptedException {
        tell(line);
        return await(event, patience);
    }

    JsonNode state() throws IOException, Trio.Overdue, InterruptedException {
        return ask("state", "state", Duration.ofSeconds(60));
    }

    /** Ends the process by SIGKILL, and waits for its end. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
        Living.remove(process);
    }

    void emptyDirectory() throws IOException {
        try (Stream<Path> all = Files.walk(data)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
