package dev.conclave.node.run;

import com.typesafe.config.ConfigMemorySize;
import dev.conclave.FastCrashDetection;
import dev.conclave.logging.AsyncLogger;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.Console;
import dev.conclave.node.cli.MemorySizes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    @Mixin
    private NodeOptions options = new NodeOptions();

    @Option(
            names = "--events",
            paramLabel = "json|text",
            description = "How events are written on standard output (default: ${DEFAULT-VALUE}).")
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
        NodeConfig node = options.config();
        EventWriter events = new EventWriter(console.out(), format, node.peer(), node.remembers(), options.election());
        ClassArchiveCheck.hint().ifPresent(hint -> LOG.warn("{}", hint));
        OffHeapBallast held = OffHeapBallast.of(ballast.toBytes());
        SignalHook hook = SignalHook.install(this::leave);
        try {
            RunningNode peer = RunningNode.start(node, events);
            running = peer;
            return dieWithStdin ? obey(peer) : last(peer);
        } finally {
            hook.remove();
            Reference.reachabilityFence(held);
        }
    }

    private void leave() {
        Optional.ofNullable(running).ifPresent(peer -> peer.leave(ORDERLY));
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
}
