package dev.conclave.node.run;

import dev.conclave.core.PeerId;
import dev.conclave.judge.Event;
import dev.conclave.judge.EventLog;
import dev.conclave.node.demo.PeerStates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** One life of a peer as a process, started from the packaged jar as a user starts it. */
final class Jvm implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(90);

    private final PeerId peer;
    private final Process process;
    private final Path events;
    private final Path log;

    private Jvm(PeerId peer, Process process, Path events, Path log) {
        this.peer = peer;
        this.process = process;
        this.events = events;
        this.log = log;
    }

    static Jvm start(Path directory, PeerId peer, List<PeerId> voters, String... more) throws IOException {
        return start(List.of(), List.of(), directory, peer, voters, more);
    }

    /** Starts the peer with more options for its JVM. */
    static Jvm startWith(List<String> jvmOptions, Path directory, PeerId peer, List<PeerId> voters, String... more)
            throws IOException {
        return start(List.of(), jvmOptions, directory, peer, voters, more);
    }

    /** Starts the peer by another command, to which that of the peer is appended. */
    static Jvm startThrough(List<String> other, Path directory, PeerId peer, List<PeerId> voters, String... more)
            throws IOException {
        return start(other, List.of(), directory, peer, voters, more);
    }

    private static Jvm start(
            List<String> other,
            List<String> jvmOptions,
            Path directory,
            PeerId peer,
            List<PeerId> voters,
            String... more)
            throws IOException {
        Path home = Files.createDirectories(directory.resolve("peer-" + peer.port()));
        int life = 0;
        while (Files.exists(home.resolve("events-" + life + ".jsonl"))) {
            life++;
        }
        Path events = home.resolve("events-" + life + ".jsonl");
        Path log = home.resolve("log.txt");
        List<String> command = new ArrayList<>(other);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + Path.of("conclave.jvm").toAbsolutePath());
        // conclave.jvm names the file relative to the working directory, which differs here.
        command.add("-XX:SharedArchiveFile="
                + Path.of("target", "conclave-node.jsa").toAbsolutePath());
        // A lease lasts, and a leader that leaves is asked in time, also on a machine that is busy for a while.
        command.add("-Dconclave.election-timeout=2s");
        command.add("-Dconclave.heartbeat-interval=100ms");
        command.addAll(jvmOptions);
        command.add("-jar");
        command.add(System.getProperty("conclave.node.jar"));
        command.addAll(List.of("run", "--events", "json", "--port", String.valueOf(peer.port())));
        command.addAll(List.of(
                "--voters",
                String.join(",", voters.stream().map(PeerId::toString).toList())));
        command.addAll(List.of(more));
        // The data directory has its default place, below the working directory.
        Process process = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectOutput(events.toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new Jvm(peer, process, events, log);
    }

    PeerId peer() {
        return peer;
    }

    Process process() {
        return process;
    }

    /** The events that the process has written so far. */
    List<Event> events() {
        try {
            EventLog read = EventLog.read(List.of(events));
            if (!read.garbage().isEmpty()) {
                throw new AssertionError(read.garbage().toString());
            }
            return read.events();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The log of the process. */
    String log() throws IOException {
        return Files.readString(log, StandardCharsets.UTF_8);
    }

    /** The term that it led last. */
    long lastTerm() {
        return events().stream()
                .filter(event -> event instanceof Event.Elected)
                .mapToLong(event -> ((Event.Elected) event).term())
                .max()
                .orElseThrow(() -> new AssertionError(peer + " never led"));
    }

    /** Waits until it leads, going by its last word. */
    void awaitLeading() {
        Awaitility.await().atMost(PATIENCE).until(this::leads);
    }

    /** Whether it leads, going by its last word. */
    boolean leads() {
        List<Event> said = events();
        return !said.isEmpty() && said.get(said.size() - 1) instanceof Event.Elected;
    }

    boolean hasLed() {
        return events().stream().anyMatch(Event.Elected.class::isInstance);
    }

    void command(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    int awaitExit() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError(peer + " did not end");
        }
        return process.exitValue();
    }

    /** Waits for a leader above a term whom all others follow. */
    static Jvm awaitLeader(List<Jvm> all, long above) {
        return Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> settled(all, above), Optional::isPresent)
                .orElseThrow();
    }

    private static Optional<Jvm> settled(List<Jvm> all, long above) {
        PeerStates states = PeerStates.EMPTY;
        for (Event event : all.stream().flatMap(jvm -> jvm.events().stream()).toList()) {
            states = states.after(event);
        }
        return states.leaderOf(all.stream().map(Jvm::peer).toList())
                .filter(elected -> elected.term() > above)
                .flatMap(elected -> all.stream()
                        .filter(jvm -> jvm.peer.equals(elected.peer()))
                        .findFirst());
    }

    /** Everything that all lives of all peers below a directory have said. */
    static List<Event> allEvents(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return EventLog.read(files.filter(file -> file.toString().endsWith(".jsonl"))
                            .sorted()
                            .toList())
                    .events();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
