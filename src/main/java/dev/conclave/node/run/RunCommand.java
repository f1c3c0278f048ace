package dev.conclave.node.run;

import com.typesafe.config.ConfigMemorySize;
import dev.conclave.FastCrashDetection;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.PrintableText;
import dev.conclave.logging.AsyncLogger;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.Console;
import dev.conclave.node.cli.MemorySizes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code run}: runs one peer, a candidate in one election, until it is told to end. */
@Command(
        name = "run",
        description = {
            "Runs one peer, a candidate in one election. On SIGTERM or Ctrl-C it hands over and leaves.",
            "Settings come from -Dconfig.file=application.conf and from system properties; options override both."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class RunCommand implements Callable<Integer> {

    private static final AsyncLogger LOG = AsyncLogger.of(RunCommand.class);

    /**
     * The maximum time of an orderly shutdown. It takes longest when several peers shut down at once; the cluster limits each
     * step to ten seconds.
     */
    private static final Duration ORDERLY = Duration.ofSeconds(30);

    /**
     * The maximum time of a shutdown after standard input was closed, since the harness has ended and no process should stay.
     */
    private static final Duration ABANDONED = Duration.ofSeconds(2);

    /** The names that Akka accepts. */
    private static final Pattern SYSTEM_NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_-]*");

    @Option(
            names = "--host",
            paramLabel = "H",
            description = "Address under which the other peers reach this one (default: 127.0.0.1).")
    private @Nullable String host;

    @Option(names = "--port", paramLabel = "P", description = "Port of this peer (default: 2551).")
    private @Nullable Integer port;

    @Option(
            names = "--voters",
            paramLabel = "h:p",
            split = ",",
            description = "Every peer that votes, this one included; the same list on every peer.")
    private List<String> voters = List.of();

    @Option(
            names = "--data-dir",
            paramLabel = "D",
            description = "Directory in which a voter stores its votes (default: ./conclave-data/<host>_<port>).")
    private @Nullable Path dataDir;

    @Option(names = "--election", paramLabel = "NAME", description = "Name of the election (default: default).")
    private String election = "default";

    @Option(
            names = "--system",
            paramLabel = "NAME",
            description = "Name of the actor system, the same on every peer; to take part beside the nodes of an"
                    + " application, the name of the application's (default: conclave).")
    private @Nullable String system;

    @Option(
            names = "--events",
            paramLabel = "json|text",
            description = "How events are written on standard output (default: text).")
    private EventFormat format = EventFormat.text;

    @Option(
            names = "--die-with-stdin",
            description = {
                "For harnesses: end when standard input closes, so that this peer does not outlive the harness.",
                "Lines on standard input are then commands: hand-over, withdraw, stand."
            })
    private boolean dieWithStdin;

    @Option(
            names = "--ballast",
            paramLabel = "SIZE",
            converter = MemorySizes.class,
            description = "For harnesses: extra memory to hold outside of the heap (default: none).")
    private ConfigMemorySize ballast = ConfigMemorySize.ofBytes(0);

    private final Console console;
    private volatile @Nullable RunningNode running;

    public RunCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CliException, InterruptedException {
        // Before any socket is opened, since a copy of it would stay open.
        boolean unused = FastCrashDetection.enable();
        Thread hook = new Thread(this::endInOrder, "conclave-node-exit");
        requireOptions();
        NodeConfig node = NodeConfig.of(new NodeConfig.Options(
                Optional.ofNullable(system),
                Optional.ofNullable(host),
                port == null ? OptionalInt.empty() : OptionalInt.of(port),
                voters,
                Optional.ofNullable(dataDir)));
        EventWriter events = new EventWriter(console.out(), format, node.peer(), node.votes(), electionName());
        ClassArchiveCheck.hint().ifPresent(hint -> LOG.warn("{}", hint));
        OffHeapBallast held = OffHeapBallast.of(ballast.toBytes());
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            RunningNode peer = RunningNode.start(node, events);
            running = peer;
            return dieWithStdin ? obey(peer) : last(peer);
        } finally {
            forget(hook);
            Reference.reachabilityFence(held);
        }
    }

    /** Checks the options before anything is started, since the same values may come from a file, where they are no options. */
    private void requireOptions() throws CliException {
        if (port != null && (port < 1 || port > 65535)) {
            throw CliException.wrongOption(new IllegalArgumentException("--port " + port + ": between 1 and 65535"));
        }
        if (system != null && !SYSTEM_NAME.matcher(system).matches()) {
            throw CliException.wrongOption(new IllegalArgumentException("--system " + PrintableText.of(system)
                    + ": letters, digits, - and _, beginning with a letter or a digit"));
        }
        try {
            voters.forEach(PeerId::parse);
        } catch (IllegalArgumentException e) {
            throw CliException.wrongOption(new IllegalArgumentException("--voters: " + e.getMessage(), e));
        }
    }

    private ElectionName electionName() throws CliException {
        try {
            return ElectionName.ofApplication(election);
        } catch (IllegalArgumentException e) {
            throw CliException.wrongOption(new IllegalArgumentException("--election: " + e.getMessage(), e));
        }
    }

    /**
     * Waits for the end of the peer and returns an exit code. Only a signal ends the peer in order, and then the process ends
     * before the code is used.
     */
    private int last(RunningNode peer) throws InterruptedException {
        peer.awaitEnd();
        if (peer.isLeaving()) {
            return CommandLine.ExitCode.OK;
        }
        peer.ended();
        console.complain("this peer ended although no one stopped it: " + peer.whyItEnded());
        return CommandLine.ExitCode.SOFTWARE;
    }

    private int obey(RunningNode peer) {
        Thread watch = new Thread(() -> endIfItEnds(peer), "conclave-node-watch");
        watch.setDaemon(true);
        watch.start();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                peer.command(line);
            }
        } catch (IOException closed) {
            // Treated like the end of the input.
        }
        peer.leave(ABANDONED);
        return CommandLine.ExitCode.OK;
    }

    /** Ends the process if the peer ends by itself, since the thread that reads standard input cannot be interrupted. */
    private void endIfItEnds(RunningNode peer) {
        try {
            int code = last(peer);
            if (code != CommandLine.ExitCode.OK) {
                Runtime.getRuntime().halt(code);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * On SIGTERM and Ctrl-C: exits with 0 after an orderly shutdown. The JVM itself would exit with 143 or 130, which looks like
     * a failure.
     */
    private void endInOrder() {
        if (isExiting()) {
            return;
        }
        Optional.ofNullable(running).ifPresent(peer -> peer.leave(ORDERLY));
        Runtime.getRuntime().halt(0);
    }

    /** Whether a thread ends this process with a code of its own, as Akka does after a fatal error; a signal has no such thread. */
    private static boolean isExiting() {
        return Thread.getAllStackTraces().values().stream()
                .flatMap(Stream::of)
                .anyMatch(frame -> frame.getClassName().equals(Runtime.class.getName())
                        && frame.getMethodName().equals("exit"));
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyEnding) {
            // The hook is already running, and ends this process.
        }
    }
}
