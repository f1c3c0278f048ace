package dev.conclave.node.demo;

import com.typesafe.config.ConfigMemorySize;
import dev.conclave.core.PeerId;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.Console;
import dev.conclave.node.cli.Durations;
import dev.conclave.node.cli.FreePorts;
import dev.conclave.node.cli.MemorySizes;
import dev.conclave.node.cli.TerminalCapabilities;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code demo}: starts peers in separate JVMs on loopback, kills leaders, and checks the events. */
@Command(
        name = "demo",
        description = {
            "Starts peers, each in its own JVM on loopback, kills the leader with SIGKILL in each round, and shows"
                    + " which peer takes over and how long that took.",
            "Exits with 0 only if every round elected exactly one leader, no term had two leaders, and no two peers"
                    + " led at once."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class DemoCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final int NOTICED_MILLIS = 500;

    @Option(names = "--peers", paramLabel = "N", description = "How many peers, 3 to 9 (default: ${DEFAULT-VALUE}).")
    private int peers = 3;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "How many leaders are killed (default: ${DEFAULT-VALUE}).")
    private int rounds = 3;

    @Option(
            names = "--by",
            paramLabel = "kill|term|freeze|hand-over",
            description =
                    "What happens to the leader in each round: SIGKILL, SIGTERM, SIGSTOP, or a request to hand over"
                            + " (default: ${DEFAULT-VALUE}).")
    private LeaderFault by = LeaderFault.KILL;

    @Option(
            names = "--page",
            description = {
                "Start the peers and a page with buttons that kill, freeze, thaw and restart a peer, and let it hand"
                        + " over. All events are judged. Ends with Ctrl-C."
            })
    private boolean page;

    @Option(names = "--json", description = "Print nothing but a summary as one JSON object.")
    private boolean json;

    @Option(
            names = "--heartbeat",
            paramLabel = "D",
            converter = Durations.class,
            description = "How often a leader sends heartbeats (default: 100ms).")
    private Duration heartbeat = Duration.ofMillis(100);

    @Option(
            names = "--election-timeout",
            paramLabel = "D",
            converter = Durations.class,
            description = "How long voters wait for a silent leader before they elect another one (default: 1s).")
    private Duration electionTimeout = Duration.ofSeconds(1);

    @Option(
            names = "--pause",
            paramLabel = "D",
            converter = Durations.class,
            description = "How long the peers run undisturbed before each fault, to warm up (default: 4s).")
    private Duration pause = Duration.ofSeconds(4);

    @Option(
            names = "--ballast",
            paramLabel = "SIZE",
            converter = MemorySizes.class,
            description = "Extra memory of each peer, as a large process has, such as 2g (default: none).")
    private ConfigMemorySize ballast = ConfigMemorySize.ofBytes(0);

    private final Console console;

    public DemoCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CliException, IOException, InterruptedException {
        DemoPlan plan = plan();
        List<PeerId> ids = FreePorts.find(peers, new Random()).stream()
                .map(port -> new PeerId("127.0.0.1", port))
                .toList();
        if (page && json) {
            throw CliException.wrongOption(
                    new IllegalArgumentException("--page has no summary, so --json does not fit"));
        }
        if (page) {
            return play(plan, ids);
        }
        DemoView view = json
                ? DemoView.NONE
                : TerminalCapabilities.isLive() ? new LiveView(console.out()) : new PlainView(console.out());
        ProcessPeerLauncher launcher = new ProcessPeerLauncher(plan);
        CountDownLatch interrupted = new CountDownLatch(1);
        Thread hook = new Thread(
                () -> {
                    interrupted.countDown();
                    view.close();
                    launcher.close();
                },
                "conclave-demo-exit");
        Runtime.getRuntime().addShutdownHook(hook);
        DemoOutcome outcome = new Demo(plan, ids, launcher, view).play();
        // Ctrl-C also reaches the peers, and one of them may end before this process notices it.
        if (!outcome.isGood() && interrupted.await(NOTICED_MILLIS, TimeUnit.MILLISECONDS)) {
            return ExitCode.SOFTWARE;
        }
        return tell(outcome, view, launcher);
    }

    /** Lets a person play until Ctrl-C. */
    private int play(DemoPlan plan, List<PeerId> ids) throws CliException, IOException, InterruptedException {
        List<Integer> ports = FreePorts.find(peers, new Random());
        Map<PeerId, Integer> httpPorts = new TreeMap<>();
        Map<PeerId, List<String>> options = new TreeMap<>();
        for (int i = 0; i < peers; i++) {
            httpPorts.put(ids.get(i), ports.get(i));
            options.put(ids.get(i), List.of("-Dconclave.http.port=" + ports.get(i)));
        }
        ProcessPeerLauncher launcher = new ProcessPeerLauncher(plan, options);
        Runtime.getRuntime().addShutdownHook(new Thread(launcher::close, "conclave-demo-exit"));
        try (PlaygroundPage shown = new PlaygroundPage(new Playground(httpPorts, launcher))) {
            console.out().println("Open " + shown.address() + " in a browser; Ctrl-C ends the demo.");
            console.out().flush();
            // Only a signal ends this.
            new CountDownLatch(1).await();
        }
        return ExitCode.OK;
    }

    private DemoPlan plan() throws CliException {
        try {
            return new DemoPlan(peers, rounds, by, heartbeat, electionTimeout, pause, ballast.toBytes(), PATIENCE);
        } catch (IllegalArgumentException e) {
            throw CliException.wrongOption(e);
        }
    }

    private int tell(DemoOutcome outcome, DemoView view, PeerLauncher launcher) {
        if (json) {
            console.out().println(DemoSummary.json(outcome));
        } else {
            synchronized (view) {
                view.end(outcome);
            }
        }
        if (outcome.isGood()) {
            return ExitCode.OK;
        }
        console.complain("the demo failed; the events and logs of the peers are in " + launcher.keepTraces());
        return ExitCode.SOFTWARE;
    }
}
