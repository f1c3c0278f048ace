package dev.conclave.bench.driver;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The entry: measures, or only writes the table and the chart of what was measured before. */
@Command(
        name = "bench",
        description = {
            "Measures Conclave beside other elections on the JVM: three processes of one system at a time, block after block.",
            "A run that was cut short goes on where it stopped when it is started again with the same --out."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class Main implements Callable<Integer> {

    private static final Duration LAST_RESORT = Duration.ofSeconds(60);

    @Option(names = "--full", description = "Many rounds instead of a few; sets the defaults of what follows.")
    private boolean full;

    @Option(names = "--minutes", description = "Ends after so long, whatever is missing (default: 10; 75 with --full).")
    private Integer minutes;

    @Option(names = "--out", description = "Where results go (default: bench/results/<date>, or <date>-small).")
    private Path out;

    @Option(
            names = "--systems",
            split = ",",
            description = "Only these (default: all): ${COMPLETION-CANDIDATES}",
            completionCandidates = Keys.class)
    private List<String> systems = List.of();

    @Option(
            names = "--kinds",
            split = ",",
            description = "Only blocks of these kinds (default: all): ${COMPLETION-CANDIDATES}")
    private List<Block.Kind> kinds = List.of(Block.Kind.values());

    @Option(
            names = "--laps",
            description = "How often each has its turn (default: 1; 100 with --full, so until time is up).")
    private Integer laps;

    @Option(names = "--kills", description = "SIGKILLs in a block (default: 2; 8).")
    private Integer kills;

    @Option(names = "--transfers", description = "Hand-overs in a block (default: 3; 8).")
    private Integer transfers;

    @Option(names = "--terms", description = "SIGTERMs in a block (default: 1; 4).")
    private Integer terms;

    @Option(names = "--freezes", description = "SIGSTOPs in a block (default: 1; 4).")
    private Integer freezes;

    @Option(names = "--two-gb-kills", description = "SIGKILLs with 2 GB resident in a block (default: 1; 4).")
    private Integer twoGbKills;

    @Option(
            names = "--two-gb-for-all",
            description = "For all systems but the slowest, not Conclave alone (default: no; yes).",
            negatable = true)
    private Boolean twoGbForAll;

    @Option(
            names = "--slow-rounds",
            description = "The most rounds of a kind in a block of a slow system (default: 1; 2).")
    private Integer slowRounds;

    @Option(
            names = "--conclave-times",
            description = "How many times as many rounds in a block Conclave gets (default: 1; 2).")
    private Integer conclaveTimes;

    @Option(names = "--idle-seconds", description = "How long processor time is counted, 0 for not (default: 8; 60).")
    private Integer idleSeconds;

    @Option(names = "--idle-laps", description = "In how many laps (default: 1).")
    private Integer idleLaps;

    @Option(names = "--heartbeat-millis", description = "H, where a system lets it be set (default: ${DEFAULT-VALUE}).")
    private int heartbeatMillis = 100;

    @Option(names = "--election-millis", description = "E, where a system lets it be set (default: ${DEFAULT-VALUE}).")
    private int electionMillis = 1000;

    @Option(
            names = "--jmh",
            description = "First the benchmarks of the core, unless they are there already (default: no; yes).",
            negatable = true)
    private Boolean jmh;

    @Option(names = "--report-only", description = "Measures nothing; writes the table and the chart of --out anew.")
    private boolean reportOnly;

    @Option(names = "--conclave-jar", description = "Which Conclave (default: target/conclave-node.jar above bench).")
    private Path conclaveJar;

    @Option(names = "--conclave-jvm", description = "Its argument file (default: conclave.jvm above bench).")
    private Path conclaveJvm;

    @Option(names = "--peer-jvm", description = "The argument file of all the others (default: bench/peer.jvm).")
    private Path peerJvm;

    private Main() {}

    /** The values of {@code --systems}. */
    static final class Keys implements Iterable<String> {
        @Override
        public java.util.Iterator<String> iterator() {
            return BenchedSystem.ALL.stream().map(BenchedSystem::key).iterator();
        }
    }

    /** Runs it. */
    public static void main(String[] arguments) {
        int code = new CommandLine(new Main())
                .addSubcommand(new ElectorateBench())
                .addSubcommand(new RegistersBench())
                .addSubcommand(new HttpFailOver())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((thrown, command, parsed) -> {
                    Living.endAll();
                    System.err.println("bench: " + thrown);
                    if (!(thrown instanceof IllegalArgumentException)) {
                        thrown.printStackTrace();
                    }
                    return 1;
                })
                .execute(arguments);
        System.exit(code);
    }

    @Override
    public Integer call() throws Exception {
        Path home = home();
        Path results = Optional.ofNullable(out)
                .orElse(home.resolve("results").resolve(LocalDate.now() + (full ? "" : "-small")));
        RawResults raw = new RawResults(results);
        Parts parts = new Parts(
                home,
                or(conclaveJar, home.resolveSibling("target/conclave-node.jar")),
                or(conclaveJvm, home.resolveSibling("conclave.jvm")),
                or(peerJvm, home.resolve("peer.jvm")));
        Jmh core = new Jmh(parts, results);
        if (!reportOnly) {
            Duration time = Duration.ofMinutes(or(minutes, full ? 75 : 10));
            Deadline deadline = Deadline.in(time);
            Thread hook = new Thread(
                    () -> {
                        Living.endAll();
                        report(raw, core, results);
                    },
                    "bench-end");
            Runtime.getRuntime().addShutdownHook(hook);
            watch(time.plus(LAST_RESORT));
            raw.beginRun(circumstances(parts, time));
            if (or(jmh, full)) {
                say("the core by itself");
                core.run(min(deadline.left(), Duration.ofMinutes(10)));
            }
            measure(raw, core, parts, deadline, results);
            Runtime.getRuntime().removeShutdownHook(hook);
        }
        report(raw, core, results);
        say("results in " + results);
        return 0;
    }

    private void measure(RawResults raw, Jmh core, Parts parts, Deadline deadline, Path results) throws IOException {
        Plan plan = plan();
        Map<String, Duration> lengths = new HashMap<>();
        try (Signals signals = new Signals()) {
            for (Block block : plan.blocks()) {
                if (raw.isFinished(block)) {
                    continue;
                }
                if (deadline.isOver()) {
                    return;
                }
                Duration expected = lengths.getOrDefault(block.shape(), plan.atLeast(block));
                if (expected.compareTo(deadline.left()) > 0) {
                    say(block.key() + " left out: it would take " + expected.toSeconds() + " s, and "
                            + deadline.left().toSeconds() + " s are left");
                    continue;
                }
                say(block.key());
                long from = System.nanoTime();
                Group group = Group.of(
                        parts.home()
                                .resolve("target/run-" + ProcessHandle.current().pid() + "-" + block.key()),
                        heartbeatMillis,
                        electionMillis);
                try {
                    new BlockRun(
                                    block,
                                    plan,
                                    parts,
                                    signals,
                                    deadline,
                                    reading -> add(raw, reading),
                                    results.resolve("logs"))
                            .play(group);
                    Duration took = Duration.ofNanos(System.nanoTime() - from);
                    lengths.merge(block.shape(), took, (a, b) -> a.compareTo(b) > 0 ? a : b);
                    raw.finish(block, took.toMillis() / 1e3);
                } catch (Deadline.OutOfTime over) {
                    say("the time is up");
                    return;
                } finally {
                    group.delete();
                    report(raw, core, results);
                }
            }
        }
    }

    private static void add(RawResults raw, Reading reading) {
        raw.add(reading);
        say("  " + reading.row() + " "
                + (reading.value() == null
                        ? "failed: " + reading.failure()
                        : Table.number(reading.value()) + " " + reading.row().unit())
                + (reading.pressure() == null ? "" : String.format(" (pressure %.2f)", reading.pressure())));
    }

    private Plan plan() {
        for (String key : systems) {
            if (BenchedSystem.ALL.stream().noneMatch(system -> system.key().equals(key))) {
                throw new IllegalArgumentException("--systems: there is no " + key + "; there are "
                        + BenchedSystem.ALL.stream().map(BenchedSystem::key).toList());
            }
        }
        return new Plan(
                or(laps, full ? 100 : 1),
                List.copyOf(kinds),
                BenchedSystem.ALL.stream()
                        .filter(system -> systems.isEmpty() || systems.contains(system.key()))
                        .toList(),
                or(kills, full ? 8 : 2),
                or(transfers, full ? 8 : 3),
                or(terms, full ? 4 : 1),
                or(freezes, full ? 4 : 1),
                or(twoGbKills, full ? 4 : 1),
                or(twoGbForAll, full),
                or(slowRounds, full ? 2 : 1),
                or(conclaveTimes, full ? 2 : 1),
                Duration.ofSeconds(or(idleSeconds, full ? 60 : 8)),
                Duration.ofSeconds(full ? 20 : 8),
                or(idleLaps, 1),
                Duration.ofSeconds(full ? 8 : 4),
                Duration.ofSeconds(full ? 4 : 1),
                full);
    }

    private Map<String, Object> circumstances(Parts parts, Duration time) throws IOException {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("date", Instant.now().toString());
        facts.put("processors", Runtime.getRuntime().availableProcessors());
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("JDK", System.getProperty("java.runtime.version"));
        facts.put("conclave-node.jar", parts.conclaveDigest());
        facts.put("H", heartbeatMillis + " ms");
        facts.put("E", electionMillis + " ms");
        facts.put("plan", full ? "full" : "small");
        facts.put("longest", time.toMinutes() + " min");
        return facts;
    }

    private static synchronized void report(RawResults raw, Jmh core, Path results) {
        try {
            Files.writeString(
                    results.resolve("table.md"), new Table(raw.readings(), raw.runs()).markdown() + core.markdown());
            Files.writeString(results.resolve("chart.svg"), new Chart(raw.readings()).svg());
        } catch (IOException e) {
            System.err.println("bench: the report could not be written: " + e);
        }
    }

    /** If everything else fails. */
    private static void watch(Duration longest) {
        Thread watch = new Thread(
                () -> {
                    try {
                        Thread.sleep(longest.toMillis());
                    } catch (InterruptedException e) {
                        return;
                    }
                    Living.endAll();
                    System.exit(3);
                },
                "bench-watch");
        watch.setDaemon(true);
        watch.start();
    }

    /** The directory bench, seen from the jar in bench/driver/target. */
    static Path home() throws URISyntaxException {
        Path jar = Path.of(
                Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        return Optional.ofNullable(jar.getParent())
                .map(Path::getParent)
                .map(Path::getParent)
                .orElseThrow(() -> new IllegalArgumentException("run it as java -jar bench/driver/target/bench.jar"));
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static <T> T or(T given, T otherwise) {
        return given == null ? otherwise : given;
    }

    private static void say(String line) {
        System.out.println(Instant.now().toString().substring(11, 19) + " " + line);
    }
}
