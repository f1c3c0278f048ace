package dev.conclave.cluster.trial;

import dev.conclave.cluster.machine.Shell;
import dev.conclave.cluster.program.Application;
import dev.conclave.core.PeerId;
import dev.conclave.judge.Event;
import dev.conclave.node.demo.EventHistory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** One peer of a trial and its lives, each of which is a process. Used by one thread. */
public final class PeerProcess {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** In the line of an event of one of {@link Application#FURTHER_ELECTIONS}. */
    private static final String FURTHER = "\"election\":\"further-";

    private final PeerId id;
    private final Path home;
    private final List<String> command;
    private final EventHistory history;
    private final EventHistory further;
    private final Optional<HttpDoor> door;
    private int lives;
    private volatile Optional<Life> life = Optional.empty();
    private volatile boolean mayEnd;
    private OptionalLong frozenAt = OptionalLong.empty();

    /** A process, and the future that completes when it has ended and its last line was read. */
    private record Life(Process process, CompletableFuture<Void> told) {}

    /**
     * A peer that was not started yet.
     *
     * @param history receives the events of the election of all trials
     * @param further receives those of all other elections
     */
    PeerProcess(
            PeerId id,
            Path home,
            List<String> command,
            EventHistory history,
            EventHistory further,
            Optional<HttpDoor> door) {
        this.id = id;
        this.home = home;
        this.command = List.copyOf(command);
        this.history = history;
        this.further = further;
        this.door = door;
    }

    public PeerId id() {
        return id;
    }

    /** Its HTTP door, which the peers of {@link Trial#electorate} have. */
    public HttpDoor door() {
        return door.orElseThrow(() -> new IllegalStateException(id + " has no HTTP door"));
    }

    /** The data directory of the peer, which must not be lost. */
    public Path dataDirectory() {
        return home.resolve("data");
    }

    public Path journal() {
        return dataDirectory().resolve("journal");
    }

    public boolean isRunning() {
        return life.map(now -> now.process().isAlive()).orElse(false) && frozenAt.isEmpty();
    }

    long pid() {
        return process().pid();
    }

    private Process process() {
        return life.orElseThrow(() -> new IllegalStateException(id + " was never started"))
                .process();
    }

    /** Starts the next life. */
    public void start() {
        start(command);
    }

    /** Starts a life that is expected to end by itself. */
    public void startInVain() {
        start(command);
        mayEnd = true;
    }

    /** Starts the next life with more options for its JVM, which win over those that it has. */
    public void startWith(List<String> jvmOptions) {
        List<String> whole = new ArrayList<>(command);
        int program = Math.max(whole.indexOf("-jar"), whole.indexOf("-cp"));
        whole.addAll(program, jvmOptions);
        start(whole);
    }

    /** Starts the next life with another value of an option of {@code run}, or without the option if the value is empty. */
    public void startWithOption(String option, Optional<String> value, String... jvmOptions) {
        List<String> whole = new ArrayList<>(command);
        whole.addAll(whole.indexOf("-jar"), List.of(jvmOptions));
        int at = whole.indexOf(option);
        whole.subList(at, at + 2).clear();
        value.ifPresent(text -> whole.addAll(List.of(option, text)));
        start(whole);
    }

    /** Loses all that the peer has stored; its process must have ended. */
    public void emptyDataDirectory() {
        Path directory = dataDirectory();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                if (!path.equals(directory)) {
                    Files.delete(path);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the next life through another command, which replaces itself by the command that follows it. */
    public void startThrough(List<String> through) {
        List<String> whole = new ArrayList<>(through);
        whole.addAll(command);
        start(whole);
    }

    private void start(List<String> whole) {
        try {
            Files.createDirectories(home);
            Process process = new ProcessBuilder(whole)
                    .directory(home.toFile())
                    .redirectError(ProcessBuilder.Redirect.appendTo(logFile().toFile()))
                    .start();
            CompletableFuture<Void> told = new CompletableFuture<>();
            Path copy = home.resolve("events-" + lives + ".jsonl");
            Thread reader = new Thread(() -> read(process, copy, lines(), told), "read-" + id);
            reader.setDaemon(true);
            reader.start();
            life = Optional.of(new Life(process, told));
            lives++;
            mayEnd = false;
            var unused = process.onExit().thenRun(() -> {
                if (!mayEnd && life.filter(now -> now.process().equals(process)).isPresent()) {
                    history.breakOff(id + " ended by itself; its log ends with: " + lastWords());
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Consumer<String> lines() {
        Consumer<String> own = history.lines(id);
        Consumer<String> others = further.lines(id);
        return line -> (line.contains(FURTHER) ? others : own).accept(line);
    }

    private static void read(Process process, Path copy, Consumer<String> lines, CompletableFuture<Void> told) {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                Files.writeString(copy, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                lines.accept(line);
            }
        } catch (IOException gone) {
            // The lines written so far count.
        } finally {
            told.complete(null);
        }
    }

    /** SIGKILL; returns when the process has ended and all its output was read. */
    void kill() {
        if (life.isEmpty() || !process().isAlive()) {
            return;
        }
        mayEnd = true;
        long killedAt = frozenAt.orElse(System.nanoTime());
        // Not Process.destroy: that closes our ends of its pipes as well, and its last lines would be lost.
        process().toHandle().destroyForcibly();
        history.add(new Event.Killed(killedAt, id));
        further.add(new Event.Killed(killedAt, id));
        frozenAt = OptionalLong.empty();
        awaitExit();
    }

    /** SIGTERM. */
    public void terminate() {
        mayEnd = true;
        process().toHandle().destroy();
    }

    /** SIGSTOP. */
    void freeze() {
        frozenAt = OptionalLong.of(System.nanoTime());
        signal("STOP");
    }

    /** SIGCONT. */
    void thaw() {
        signal("CONT");
        frozenAt = OptionalLong.empty();
    }

    private void signal(String name) {
        Shell.run("kill", "-" + name, Long.toString(pid()));
    }

    /** Writes a line to its standard input: hand-over, withdraw, stand. */
    public void command(String line) {
        try {
            process().getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process().getOutputStream().flush();
        } catch (IOException gone) {
            // A dead process executes no command.
        }
    }

    /** The test expects the end of the process from now on. */
    PeerProcess mayEnd() {
        mayEnd = true;
        return this;
    }

    /** Waits until the process has ended and all its output was read; returns its exit code. */
    public int awaitExit() {
        Life ending = life.orElseThrow();
        try {
            if (!ending.process().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError(id + " did not end");
            }
            ending.told().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            return ending.process().exitValue();
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("the end of " + id + " was not seen", e);
        }
    }

    private Path logFile() {
        return home.resolve("log.txt");
    }

    /** The log of all its lives. */
    public String log() {
        try {
            return Files.exists(logFile()) ? Files.readString(logFile(), StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String lastWords() {
        List<String> lines = log().lines().toList();
        return lines.isEmpty() ? "(nothing)" : lines.get(lines.size() - 1);
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
