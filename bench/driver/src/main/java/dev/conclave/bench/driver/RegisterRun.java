package dev.conclave.bench.driver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** The options that the measurements with an application of its own have in common, and its processes. */
final class RegisterRun {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SETTLING = Duration.ofSeconds(180);

    @Option(names = "--minutes", description = "Ends after so long, whatever is missing (default: ${DEFAULT-VALUE}).")
    private int minutes = 30;

    @Option(names = "--election-millis", description = "E; H is a fifth of it (default: ${DEFAULT-VALUE}).")
    private int electionMillis = 1000;

    @Option(names = "--jvm", split = " ", description = "Options of the processes' JVMs (default: ${DEFAULT-VALUE}).")
    private List<String> jvm = List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    @Option(names = "--out", description = "Where results go (default: bench/results/<date>).")
    private Path out;

    private final List<RegisterNode> nodes = new ArrayList<>();
    private Deadline deadline = Deadline.in(Duration.ZERO);
    private Path raw = Path.of("");
    private Parts parts;

    /** A measurement. */
    interface Measurement {
        void run() throws Exception;
    }

    /** Runs a measurement until it ends or the time is up; its lines go to {@code registers-<name>.jsonl}. */
    void run(String name, Measurement measurement) throws Exception {
        Path home = Main.home();
        parts = Parts.standard(home);
        Path results = Optional.ofNullable(out)
                .orElse(home.resolve("results").resolve(LocalDate.now().toString()));
        Files.createDirectories(results);
        raw = results.resolve("registers-" + name + ".jsonl");
        deadline = Deadline.in(Duration.ofMinutes(minutes));
        Runtime.getRuntime().addShutdownHook(new Thread(Living::endAll, "bench-end"));
        note(line -> line.put("what", "run")
                .put("processors", Runtime.getRuntime().availableProcessors())
                .put("jdk", System.getProperty("java.runtime.version"))
                .put("jar", digest())
                .put("electionMillis", electionMillis)
                .put("jvm", String.join(" ", jvm)));
        try {
            measurement.run();
        } catch (Deadline.OutOfTime over) {
            System.out.println("the time is up");
        } finally {
            Living.endAll();
        }
    }

    private String digest() {
        try {
            return parts.conclaveDigest();
        } catch (IOException unreadable) {
            return String.valueOf(unreadable);
        }
    }

    /** Adds a line to the results. */
    void note(Consumer<ObjectNode> fields) throws IOException {
        ObjectNode line = JSON.createObjectNode().put("at", Instant.now().toString());
        fields.accept(line);
        Files.writeString(raw, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    Group group(String name, int size) throws IOException {
        return Group.of(
                parts.home().resolve("target/run-" + ProcessHandle.current().pid() + "-" + name),
                size,
                electionMillis / 5,
                electionMillis);
    }

    /**
     * Starts processes, the first three of which are voters.
     *
     * @param elections how many elections each joins
     * @param stands in which it is a candidate: {@code first}, only the first process and in all; {@code own}, each process in a third
     */
    List<RegisterNode> start(Group group, int elections, String stands) throws IOException {
        nodes.clear();
        for (int i = 0; i < group.size(); i++) {
            List<String> command = new ArrayList<>(parts.dieWithParent());
            command.add(parts.java().toString());
            command.addAll(jvm);
            command.add("-Dbench.voters=3");
            command.add("-Dbench.elections=" + elections);
            command.add("-Dbench.stands=" + stands);
            command.addAll(
                    List.of("-cp", parts.conclaveJar() + ":" + parts.look(), "dev.conclave.bench.akka.RegisterPeer"));
            command.add("index=" + i);
            command.add("members=" + String.join(",", group.members()));
            command.add("data=" + group.data(i));
            command.add("heartbeatMillis=" + electionMillis / 5);
            command.add("electionMillis=" + electionMillis);
            nodes.add(new RegisterNode(group, i, command));
        }
        for (RegisterNode node : nodes) {
            try {
                node.await("ready", SETTLING);
            } catch (Trio.Overdue | InterruptedException overdue) {
                throw new IOException(overdue);
            }
        }
        return List.copyOf(nodes);
    }

    /** Puts registers into the directories of stopped processes. */
    void fill(Group group, int directories, int registers, int bytes) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(parts.dieWithParent());
        command.addAll(List.of(
                parts.java().toString(),
                "-Xmx1g",
                "-cp",
                parts.conclaveJar() + ":" + parts.look(),
                "dev.conclave.bench.akka.RegisterFill",
                "" + registers,
                "" + bytes));
        for (int i = 0; i < directories; i++) {
            command.add(group.data(i).toString());
        }
        Process fill = new ProcessBuilder(command).inheritIO().start();
        Living.add(fill);
        if (fill.waitFor() != 0) {
            throw new IOException("the registers could not be put into the directories");
        }
        Living.remove(fill);
    }

    /** Waits until all processes that live obey one configuration, and know the leaders of all elections. */
    void awaitSettled(int elections) throws Exception {
        long until = System.nanoTime() + SETTLING.toNanos();
        while (!isSettled(elections)) {
            if (System.nanoTime() > until) {
                throw new Trio.Overdue("the processes do not know all leaders");
            }
            deadline.rest(Duration.ofMillis(200));
        }
        deadline.rest(Duration.ofSeconds(1));
    }

    private boolean isSettled(int elections) throws Exception {
        List<Integer> numbers = new ArrayList<>();
        for (RegisterNode node : nodes) {
            if (node.isAlive()) {
                JsonNode state = node.state();
                if (state.path("known").asInt() < elections
                        || !state.path("obeyed").asBoolean()
                        || !state.path("takesPart").asBoolean()) {
                    return false;
                }
                numbers.add(state.path("number").asInt());
            }
        }
        return numbers.stream().distinct().count() == 1;
    }

    void rest(Duration time) throws Deadline.OutOfTime {
        deadline.rest(time);
    }

    /** Ends the processes. */
    void end() throws InterruptedException {
        for (RegisterNode node : nodes) {
            node.kill();
        }
        nodes.clear();
    }

    static double[] millis(JsonNode micros) {
        double[] millis = new double[micros.size()];
        for (int i = 0; i < millis.length; i++) {
            millis[i] = micros.get(i).asLong() / 1e3;
        }
        return millis;
    }

    static String size(int bytes) {
        return bytes % 1024 == 0 ? bytes / 1024 + " KiB" : bytes + " bytes";
    }

    static String number(double value) {
        return String.format(Locale.ROOT, "%,.2f", value);
    }
}
