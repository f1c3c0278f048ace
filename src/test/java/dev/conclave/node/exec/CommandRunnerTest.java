package dev.conclave.node.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real commands, shells and watchdogs; only the leadership is one that the test ends. */
@Timeout(60)
class CommandRunnerTest {

    private static final RunTimes TIMES =
            new RunTimes(Duration.ofMillis(200).toNanos(), Duration.ofMillis(50).toNanos());

    /** Writes its process id, then its token and election, and lives until it receives SIGTERM. */
    private static final String OBEDIENT =
            "trap 'echo terminated >> log; exit 0' TERM; echo $$ > pid; echo $CONCLAVE_TOKEN $CONCLAVE_ELECTION >> log;"
                    + " while :; do sleep 0.02; done";

    @TempDir
    private Path directory;

    private final TestLeadership leadership = new TestLeadership(Duration.ofSeconds(2));
    private final AtomicInteger handOvers = new AtomicInteger();
    private final CompletableFuture<Long> stopped = new CompletableFuture<>();

    private final List<CommandRunner> runners = new ArrayList<>();

    @AfterEach
    void endTheCommand() throws Exception {
        runners.forEach(CommandRunner::close);
        await().until(() -> !Files.exists(file("pid")) || ProcessGroup.isGone(pid()));
    }

    @Test
    void theCommandHasItsTokenAndElectionInTheEnvironmentAndReceivesSigterm() throws Exception {
        CommandRunner runner = lead(OnExit.RESTART, OBEDIENT);
        await().until(() -> log().equals(List.of("7 orders")));
        runner.end(this::stopped);
        stopped.get();
        assertThat(log()).containsExactly("7 orders", "terminated");
        assertThat(ProcessGroup.isGone(pid())).isTrue();
    }

    @Test
    void aCommandThatIgnoresSigtermIsKilledWithItsChildrenBeforeTheLeaseEnds() throws Exception {
        // Far more than a busy machine needs for a kill: the order of the two instants is the matter here.
        RunTimes early = new RunTimes(Duration.ofSeconds(30).toNanos(), TIMES.renewNanos());
        leadership.keep(Duration.ofSeconds(60));
        CommandRunner runner = runner(
                OnExit.RESTART,
                "trap '' TERM; (while :; do sleep 0.02; done) & echo $$ > pid; while :; do sleep 0.02; done",
                early);
        runner.begin(leadership);
        await().until(() ->
                Files.exists(file("pid")) && !Files.readString(file("pid")).isBlank());
        leadership.endAfter(Duration.ofSeconds(31));
        runner.end(this::stopped);
        assertThat(stopped.get() - leadership.until())
                .as("after the end of the lease")
                .isNegative();
        assertThat(ProcessGroup.isGone(pid())).isTrue();
    }

    @Test
    void aCommandIsKilledAndStartsAgainWhenItsWatchdogIsKilled() throws Exception {
        lead(OnExit.END, OBEDIENT);
        aCommandStartsAgainAfter("KILL");
    }

    @Test
    void aCommandIsKilledAndStartsAgainWhenItsWatchdogIsFrozen() throws Exception {
        lead(OnExit.END, OBEDIENT);
        aCommandStartsAgainAfter("STOP");
    }

    private void aCommandStartsAgainAfter(String signal) throws Exception {
        await().until(() -> !log().isEmpty());
        long first = pid();
        signal(signal, watchdogOf(first));
        await().until(() -> log().stream().filter("7 orders"::equals).count() >= 2);
        assertThat(pid()).isNotEqualTo(first);
        assertThat(ProcessGroup.isGone(first)).isTrue();
    }

    @Test
    void aCommandThatEndsStartsAgain() throws Exception {
        lead(OnExit.RESTART, "echo $$ > pid; echo run >> log; exit 3");
        await().until(() -> log().size() >= 2);
        assertThat(handOvers).hasValue(0);
    }

    @Test
    void aCommandThatEndsHandsOver() throws Exception {
        lead(OnExit.HAND_OVER, "exit 3");
        await().until(() -> handOvers.get() == 1);
    }

    @Test
    void aCommandThatEndsPassesItsExitCodeOnAndLeavesNoProcessBehind() throws Exception {
        CommandRunner runner = lead(OnExit.END, "echo $$ > pid; sleep 1000 & exit 3");
        assertThat(runner.outcome().get()).isEqualTo(3);
        assertThat(ProcessGroup.isGone(pid())).isTrue();
    }

    @Test
    void noCommandBeginsAfterTheEndOfTheLease() throws Exception {
        leadership.endAfter(Duration.ZERO);
        CommandRunner runner = lead(OnExit.RESTART, "echo run >> log");
        runner.end(this::stopped);
        stopped.get();
        assertThat(log()).isEmpty();
    }

    @Test
    void aRunnerThatGaveUpStartsNothing() throws Exception {
        CommandRunner runner = runner(OnExit.RESTART, "echo run >> log");
        assertThat(runner.giveUp()).isTrue();
        runner.begin(leadership);
        runner.end(this::stopped);
        stopped.get();
        assertThat(log()).isEmpty();
    }

    @Test
    void aClosedRunnerKillsItsCommandAndLeavesNoWatchdogBehind() throws Exception {
        CommandRunner runner = lead(OnExit.RESTART, OBEDIENT);
        await().until(() -> !log().isEmpty());
        runner.close();
        await().until(() -> ProcessGroup.isGone(pid()) && watchdogs().isEmpty());
        assertThat(log()).containsExactly("7 orders");
    }

    private CommandRunner lead(OnExit onExit, String script) throws IOException {
        CommandRunner runner = runner(onExit, script);
        runner.begin(leadership);
        return runner;
    }

    private CommandRunner runner(OnExit onExit, String script) throws IOException {
        return runner(onExit, script, TIMES);
    }

    private CommandRunner runner(OnExit onExit, String script, RunTimes times) throws IOException {
        CommandRunner runner =
                new CommandRunner(List.of("sh", "-c", "cd " + directory + "; " + script), onExit, times, () -> {
                    handOvers.incrementAndGet();
                    return CompletableFuture.failedFuture(new IllegalStateException("there is no other candidate"));
                });
        runners.add(runner);
        runner.start();
        return runner;
    }

    private void stopped() {
        stopped.complete(System.nanoTime());
    }

    private Path file(String name) {
        return directory.resolve(name);
    }

    private List<String> log() throws IOException {
        return Files.exists(file("log")) ? Files.readAllLines(file("log"), StandardCharsets.UTF_8) : List.of();
    }

    private long pid() throws IOException {
        return Long.parseLong(
                Files.readString(file("pid"), StandardCharsets.UTF_8).strip());
    }

    private static List<ProcessHandle> watchdogs() {
        return ProcessHandle.current()
                .children()
                .filter(child -> child.info().commandLine().orElse("").contains(Watchdog.class.getName()))
                .toList();
    }

    /** The watchdog is the child of this process that has the killer of the group as its own child. */
    private static ProcessHandle watchdogOf(long group) {
        return watchdogs().stream()
                .filter(child -> child.children()
                        .anyMatch(
                                killer -> killer.info().commandLine().orElse("").endsWith(" " + group)))
                .findFirst()
                .orElseThrow();
    }

    private static void signal(String name, ProcessHandle process)
            throws IOException, InterruptedException, ExecutionException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .onExit()
                .get();
        if (name.equals("KILL")) {
            var unused = process.onExit().orTimeout(10, TimeUnit.SECONDS).get();
        }
    }
}
