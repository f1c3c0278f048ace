package dev.conclave.node.exec;

import akka.Done;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import dev.conclave.ConclaveSettings;
import dev.conclave.Serve;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.Console;
import dev.conclave.node.cli.Durations;
import dev.conclave.node.run.NodeConfig;
import dev.conclave.node.run.NodeOptions;
import dev.conclave.node.run.RunningNode;
import dev.conclave.node.run.SignalHook;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code exec}: runs a command while this peer leads. */
@Command(
        name = "exec",
        description = {
            "Runs a command while this peer leads, one at a time in the whole cluster. The command finds its fencing token in"
                    + " CONCLAVE_TOKEN and the election in CONCLAVE_ELECTION; its standard streams are those of this process.",
            "When the leadership ends, every process of the command receives SIGTERM, and SIGKILL before the lease can end."
                    + " A hand-over leaves it ten election timeouts; if no majority answers it has three quarters of"
                    + " conclave.stop-margin (150 ms by default). The next peer leads when all of them are gone.",
            "A watchdog, a second small process, kills the command if this process is killed or frozen, and this process"
                    + " kills it if the watchdog is. If both are frozen, or the machine is suspended, the command goes on"
                    + " beside the next one: only what checks the token is safe then. The same holds for a process that"
                    + " leaves its process group (a daemon).",
            "Lifelines are off: the end of this process is no proof that the command has ended, so after a crash the next"
                    + " peer leads after conclave.election-timeout. Linux only."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:a signal ended this process, and the command before it",
            "1:the peer failed; one line on standard error gives the reason",
            "2:an option is wrong, or there is no such command",
            "75:--try gave up, and the command was never started",
            "any:that of the command with --on-exit end; 128 + N if signal N ended it"
        })
public final class ExecCommand implements Callable<Integer> {

    /** EX_TEMPFAIL of sysexits: the same command may succeed later. */
    private static final int GAVE_UP = 75;

    /** The maximum time of an orderly shutdown, and the part of it that the command may take to end. */
    private static final Duration ORDERLY = Duration.ofSeconds(30);

    private static final Duration LONGEST_HAND_OVER = Duration.ofSeconds(20);

    @Mixin
    private NodeOptions options = new NodeOptions();

    @Option(
            names = "--on-exit",
            paramLabel = "restart|hand-over|end",
            description = "What follows when the command ends by itself: it starts again after 1 s (doubling up to 30 s"
                    + " where it ends at once), another peer leads, or this process ends with the exit code of the"
                    + " command (default: ${DEFAULT-VALUE}).")
    private OnExit onExit = OnExit.RESTART;

    @Option(
            names = "--try",
            paramLabel = "TIME",
            arity = "0..1",
            fallbackValue = "5s",
            converter = Durations.class,
            description = "Give up if this peer does not lead within this time of its start (default: wait; without a"
                    + " time: 5s).")
    private @Nullable Duration patience;

    @Parameters(paramLabel = "COMMAND", arity = "1..*", description = "The command and its arguments, after --.")
    private List<String> command = List.of();

    private final Console console;
    private volatile @Nullable RunningNode running;

    public ExecCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CliException, InterruptedException {
        requirePrograms();
        NodeConfig node = options.config().withoutLifelines();
        ConclaveSettings settings = settings(node);
        SignalHook hook = SignalHook.install(this::leave);
        try {
            RunningNode peer = RunningNode.start(node, options.election());
            running = peer;
            try (CommandRunner runner = new CommandRunner(
                    command,
                    onExit,
                    RunTimes.of(settings),
                    () -> peer.election().handOver())) {
                runner.start();
                peer.serve(serving(runner), "conclave-node-exec");
                int code = outcome(peer, runner);
                leave();
                return code;
            }
        } catch (IOException e) {
            throw new CliException("the watchdog cannot be started: " + CliException.oneLine(e), e);
        } finally {
            hook.remove();
        }
    }

    private static ConclaveSettings settings(NodeConfig node) throws CliException {
        try {
            return node.conclave();
        } catch (IllegalArgumentException e) {
            throw new CliException(CliException.oneLine(e), e);
        }
    }

    private void requirePrograms() throws CliException {
        if (!Files.isDirectory(Path.of("/proc/self/fd"))) {
            throw new CliException("exec needs Linux, with /proc");
        }
        if (!isProgram("setsid") || !isProgram("sh")) {
            throw new CliException("exec needs the programs sh and setsid (util-linux, busybox) in PATH");
        }
        if (!isProgram(command.get(0))) {
            throw CliException.wrongOption(new IllegalArgumentException("there is no program " + command.get(0)
                    + " that can be executed; name it as exec … -- COMMAND ARGS"));
        }
    }

    private static boolean isProgram(String name) {
        return (name.contains("/")
                        ? Stream.of(Path.of(name))
                        : Stream.of(Optional.ofNullable(System.getenv("PATH"))
                                        .orElse("/usr/bin:/bin")
                                        .split(File.pathSeparator, -1))
                                .map(directory -> Path.of(directory, name)))
                .anyMatch(file -> Files.isRegularFile(file) && Files.isExecutable(file));
    }

    private static Behavior<Serve> serving(CommandRunner runner) {
        return Behaviors.receive(Serve.class)
                .onMessage(Serve.Start.class, start -> {
                    runner.begin(start.leadership());
                    return Behaviors.same();
                })
                .onMessage(Serve.Stop.class, stop -> {
                    runner.end(() -> stop.replyTo().tell(Done.getInstance()));
                    return Behaviors.same();
                })
                .build();
    }

    /** Waits for the command that ends this process, for the end of the peer, or for the end of the patience. */
    private int outcome(RunningNode peer, CommandRunner runner) throws CliException, InterruptedException {
        CompletableFuture<Integer> outcome = runner.outcome();
        Thread watch = new Thread(() -> endWith(peer, outcome), "conclave-node-watch");
        watch.setDaemon(true);
        watch.start();
        try {
            if (patience != null) {
                try {
                    return outcome.get(patience.toNanos(), TimeUnit.NANOSECONDS);
                } catch (TimeoutException e) {
                    if (runner.giveUp()) {
                        console.complain("this peer did not lead within " + patience.toMillis()
                                + " ms, so the command was not started");
                        return GAVE_UP;
                    }
                }
            }
            return outcome.get();
        } catch (ExecutionException e) {
            throw new CliException(CliException.oneLine(e), e);
        }
    }

    private static void endWith(RunningNode peer, CompletableFuture<Integer> outcome) {
        try {
            peer.awaitEnd();
            if (!peer.isLeaving()) {
                outcome.completeExceptionally(
                        new CliException("this peer ended although no one stopped it: " + peer.whyItEnded()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void leave() {
        Optional.ofNullable(running).ifPresent(peer -> peer.leave(ORDERLY, LONGEST_HAND_OVER));
    }
}
