package dev.conclave.node.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two peers without a disk run a command, one at a time; a third, the only voter, runs none. All commands write their tokens to
 * one file: as long as they never run side by side, no token in it is lower than the one before (S4).
 */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExecIT {

    private static final String COMMAND = "trap 'echo $CONCLAVE_TOKEN terminated >> ticks; exit 0' TERM;"
            + " while :; do echo $CONCLAVE_TOKEN $$ $CONCLAVE_ELECTION >> ticks; sleep 0.02; done";

    @TempDir
    private static Path directory;

    private final Map<Integer, Process> all = new HashMap<>();
    private List<String> peers = List.of();

    /** A line of a command. */
    private record Tick(long token, String pid) {}

    @BeforeAll
    void startTheCluster() throws CliException, IOException {
        peers = FreePorts.find(4, new Random()).stream()
                .map(port -> "127.0.0.1:" + port)
                .toList();
        Process voter = start("run", 0, "--die-with-stdin");
        voter.getOutputStream().write("withdraw\n".getBytes(StandardCharsets.UTF_8));
        voter.getOutputStream().flush();
        startRunner(1);
        startRunner(2);
    }

    @AfterAll
    void endAll() {
        for (Process process : all.values()) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    @Test
    void onSigtermTheCommandIsAskedToEndAndThePeerHandsOverAndExitsWithZero() throws Exception {
        Tick first = running(0);
        int since = ticks().size() - 1;
        int peer = peerOf(first);
        process(peer).toHandle().destroy();
        Tick second = running(first.token());
        assertThat(process(peer).waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process(peer).exitValue()).isZero();
        assertThat(lines())
                .as(() -> "the ticks; the log of the peer: " + log(peer))
                .contains(first.token() + " terminated")
                .anyMatch(line -> line.endsWith(" orders"));
        assertThat(peerOf(second)).isNotEqualTo(peer);
        commandsNeverRanSideBySide(since);
        startRunner(peer);
    }

    @Test
    void aCommandEndsWhenItsPeerIsKilled() throws Exception {
        Tick first = running(0);
        int since = ticks().size() - 1;
        int peer = peerOf(first);
        process(peer).destroyForcibly();
        Tick second = running(first.token());
        assertThat(isGone(first)).isTrue();
        assertThat(peerOf(second)).isNotEqualTo(peer);
        commandsNeverRanSideBySide(since);
        startRunner(peer);
    }

    @Test
    @Tag("soak")
    void aCommandEndsWhileItsPeerIsFrozenBeforeAnotherBegins() throws Exception {
        Tick first = running(0);
        int since = ticks().size() - 1;
        int peer = peerOf(first);
        long pid = process(peer).pid();
        signal("STOP", pid);
        running(first.token());
        assertThat(isGone(first)).isTrue();
        signal("CONT", pid);
        commandsNeverRanSideBySide(since);
    }

    /** The limit of what a watchdog can do: only the token tells the two commands apart. */
    @Test
    void aCommandWhosePeerAndWatchdogAreFrozenRunsOnWithALowerTokenAndIsKilledWhenOneThaws() throws Exception {
        Tick first = running(0);
        ProcessHandle peer = process(peerOf(first)).toHandle();
        ProcessHandle watchdog = watchdogOf(peer, first);
        signal("STOP", watchdog.pid());
        signal("STOP", peer.pid());
        Tick second = running(first.token());
        assertThat(isGone(first)).isFalse();
        signal("CONT", watchdog.pid());
        await().until(() -> isGone(first));
        signal("CONT", peer.pid());
        assertThat(second.token()).isGreaterThan(first.token());
    }

    @Test
    @Tag("soak")
    void aPeerThatDoesNotLeadInTimeGivesUpWithACodeOfItsOwn() throws Exception {
        running(0);
        Process late = start("exec", 3, "--try=1s", "--", "sh", "-c", "echo never >> ticks");
        assertThat(late.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(late.exitValue()).isEqualTo(75);
        assertThat(log(3)).contains("did not lead within 1000 ms");
        assertThat(lines()).doesNotContain("never");
    }

    /**
     * Waits for a command with a token above this one that a peer runs. On a busy machine the first leadership may end at once, and
     * then a process of its command's group may outlive the command by a moment.
     */
    private Tick running(long above) {
        return await().until(
                        this::lastTick,
                        tick -> tick.filter(last -> last.token() > above
                                        && !isGone(last)
                                        && peerWith(last).isPresent())
                                .isPresent())
                .orElseThrow();
    }

    private Optional<Tick> lastTick() throws IOException {
        List<Tick> ticks = ticks();
        return ticks.isEmpty() ? Optional.empty() : Optional.of(ticks.get(ticks.size() - 1));
    }

    private List<Tick> ticks() throws IOException {
        return lines().stream()
                .filter(line -> line.endsWith(" orders"))
                .map(line -> line.split(" ", -1))
                .map(words -> new Tick(Long.parseLong(words[0]), words[1]))
                .toList();
    }

    private List<String> lines() throws IOException {
        Path file = directory.resolve("ticks");
        return Files.exists(file) ? Files.readAllLines(file, StandardCharsets.UTF_8) : List.of();
    }

    private void commandsNeverRanSideBySide(int since) throws IOException {
        assertThat(ticks().stream().skip(since).map(Tick::token)).isSorted().hasSizeGreaterThan(1);
    }

    private static boolean isGone(Tick tick) {
        return ProcessGroup.isGone(Long.parseLong(tick.pid()));
    }

    private int peerOf(Tick tick) {
        return peerWith(tick).orElseThrow(() -> new AssertionError("no peer has the command " + tick));
    }

    private Optional<Integer> peerWith(Tick tick) {
        return all.entrySet().stream()
                .filter(peer -> peer.getValue()
                        .children()
                        .anyMatch(child -> String.valueOf(child.pid()).equals(tick.pid())))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static ProcessHandle watchdogOf(ProcessHandle peer, Tick tick) {
        return peer.children()
                .filter(child -> child.children()
                        .anyMatch(
                                killer -> killer.info().commandLine().orElse("").endsWith(" " + tick.pid())))
                .findFirst()
                .orElseThrow();
    }

    private void startRunner(int peer) throws IOException {
        var unused = start("exec", peer, "--", "sh", "-c", COMMAND);
    }

    private Process start(String verb, int peer, String... more) throws IOException {
        String[] place = peers.get(peer).split(":", -1);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of("conclave.jvm").toAbsolutePath(),
                // A command has most of a lease to end when it is asked to, also on a machine that is busy for a while.
                "-Dconclave.election-timeout=4s",
                "-Dconclave.heartbeat-interval=100ms",
                "-Dconclave.warm-up=off",
                "-jar",
                System.getProperty("conclave.node.jar"),
                verb,
                "--port",
                place[1],
                "--voters",
                peers.get(0),
                "--election",
                "orders"));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log-" + peer).toFile()))
                .start();
        all.put(peer, process);
        return process;
    }

    private Process process(int peer) {
        return Optional.ofNullable(all.get(peer)).orElseThrow();
    }

    private String log(int peer) {
        try {
            return Files.readString(directory.resolve("log-" + peer), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void signal(String name, long pid) throws Exception {
        new ProcessBuilder("kill", "-" + name, String.valueOf(pid))
                .start()
                .onExit()
                .get();
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50));
    }
}
