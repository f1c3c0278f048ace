package dev.conclave.bench.driver;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures fail-overs and hand-overs of elections with registers of several sizes, and of one without, block after block. */
@Command(
        name = "fail-over",
        description = {
            "SIGKILL of the leader and hand-over, without a register and with one of each size: the runnable node, three"
                    + " processes at a time, the sizes in turn, lap after lap.",
            "A run that was cut short goes on where it stopped when it is started again with the same --out."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class RegisterFailOver implements Callable<Integer> {

    private static final Duration FIRST_REST = Duration.ofSeconds(8);
    private static final Duration REST = Duration.ofSeconds(2);

    @Option(
            names = "--register",
            split = ",",
            description =
                    "The sizes in bytes, 0 for none, with which the others are compared (default: 0,1024,16384,65536).")
    private List<Integer> bytes = List.of(0, 1024, 16_384, 65_536);

    @Option(names = "--laps", description = "How often each size has its turn (default: ${DEFAULT-VALUE}).")
    private int laps = 8;

    @Option(names = "--kills", description = "SIGKILLs in a block (default: ${DEFAULT-VALUE}).")
    private int kills = 4;

    @Option(names = "--transfers", description = "Hand-overs in a block (default: ${DEFAULT-VALUE}).")
    private int transfers = 4;

    @Option(names = "--minutes", description = "Ends after so long, whatever is missing (default: ${DEFAULT-VALUE}).")
    private int minutes = 60;

    @Option(names = "--heartbeat-millis", description = "H (default: ${DEFAULT-VALUE}).")
    private int heartbeatMillis = 100;

    @Option(names = "--election-millis", description = "E (default: ${DEFAULT-VALUE}).")
    private int electionMillis = 1000;

    @Option(names = "--out", description = "Where results go (default: bench/results/<date>/registers).")
    private Path out;

    @Override
    public Integer call() throws Exception {
        Path home = Main.home();
        Path results = Optional.ofNullable(out)
                .orElse(home.resolve("results")
                        .resolve(LocalDate.now().toString())
                        .resolve("registers"));
        RawResults raw = new RawResults(results);
        Parts parts = Parts.standard(home);
        Deadline deadline = Deadline.in(Duration.ofMinutes(minutes));
        Runtime.getRuntime().addShutdownHook(new Thread(Living::endAll, "bench-end"));
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("date", Instant.now().toString());
        facts.put("processors", Runtime.getRuntime().availableProcessors());
        facts.put("JDK", System.getProperty("java.runtime.version"));
        facts.put("conclave-node.jar", parts.conclaveDigest());
        facts.put("H", heartbeatMillis + " ms");
        facts.put("E", electionMillis + " ms");
        raw.beginRun(facts);
        try {
            measure(raw, parts, deadline, results);
        } catch (Deadline.OutOfTime over) {
            System.out.println("the time is up");
        } finally {
            Living.endAll();
        }
        String table = table(raw.readings());
        Files.writeString(results.resolve("table.md"), facts + "\n\n" + table);
        System.out.println(table);
        return 0;
    }

    private void measure(RawResults raw, Parts parts, Deadline deadline, Path results) throws Exception {
        Plan plan = new Plan(
                laps,
                List.of(Block.Kind.BLOWS),
                bytes.stream().map(BenchedSystem::withRegister).toList(),
                kills,
                transfers,
                0,
                0,
                0,
                false,
                1,
                1,
                Duration.ZERO,
                Duration.ZERO,
                0,
                FIRST_REST,
                REST,
                true);
        try (Signals signals = new Signals()) {
            for (Block block : plan.blocks()) {
                if (raw.isFinished(block)) {
                    continue;
                }
                System.out.println(block.key());
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
                    raw.finish(block, (System.nanoTime() - from) / 1e9);
                } finally {
                    group.delete();
                }
            }
        }
    }

    private static void add(RawResults raw, Reading reading) {
        raw.add(reading);
        System.out.println("  " + reading.row() + " "
                + (reading.value() == null
                        ? "failed: " + reading.failure()
                        : Table.number(reading.value()) + " " + reading.row().unit())
                + (reading.pressure() == null ? "" : String.format(Locale.ROOT, " (%.2f)", reading.pressure())));
    }

    private String table(List<Reading> readings) {
        StringBuilder text = new StringBuilder("The runnable node, three processes; milliseconds.\n");
        for (Row row : List.of(Row.KILL, Row.TRANSFER)) {
            text.append("\n| ").append(row.title());
            text.append(" | n | median | 95 % of resampled medians | p5 | p95 | min–max | more than none,"
                    + " 95 % of resamplings | quiet: n | median |\n");
            text.append("|---|---|---|---|---|---|---|---|---|---|\n");
            Statistics none = values(readings, row, 0, false);
            for (int size : bytes) {
                Statistics all = values(readings, row, size, false);
                if (all.isEmpty()) {
                    continue;
                }
                Statistics quiet = values(readings, row, size, true);
                Statistics.Range range = all.medianRange();
                String more = "";
                if (size > 0 && !none.isEmpty()) {
                    Statistics.Range difference = all.medianMinus(none);
                    more = String.format(
                            Locale.ROOT,
                            "%.1f (%.1f to %.1f)",
                            all.median() - none.median(),
                            difference.low(),
                            difference.high());
                }
                text.append(String.format(
                        Locale.ROOT,
                        "| %s | %d | %.1f | %.1f to %.1f | %.1f | %.1f | %.1f–%.1f | %s | %d | %s |%n",
                        BenchedSystem.withRegister(size).title(),
                        all.count(),
                        all.median(),
                        range.low(),
                        range.high(),
                        all.quantile(0.05),
                        all.p95(),
                        all.min(),
                        all.max(),
                        more,
                        quiet.count(),
                        quiet.isEmpty() ? "–" : Table.number(quiet.median())));
            }
        }
        long failed =
                readings.stream().filter(reading -> reading.failure() != null).count();
        return text.append("\nrounds without a value: ")
                .append(failed)
                .append("\n")
                .toString();
    }

    private static Statistics values(List<Reading> readings, Row row, int size, boolean quietOnly) {
        String key = BenchedSystem.withRegister(size).key();
        return new Statistics(readings.stream()
                .filter(reading -> reading.row() == row
                        && reading.system().equals(key)
                        && reading.value() != null
                        && (!quietOnly || reading.isQuiet()))
                .mapToDouble(Reading::value)
                .toArray());
    }
}
