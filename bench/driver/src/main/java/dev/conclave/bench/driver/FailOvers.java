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
import picocli.CommandLine.Option;

/**
 * Fail-overs and hand-overs of the runnable node in several set-ups: three processes at a time, the set-ups in turn, lap after lap. The
 * options are those of the verbs that measure so.
 */
final class FailOvers {

    private static final Duration FIRST_REST = Duration.ofSeconds(8);

    @Option(names = "--laps", description = "How often each set-up has its turn (default: ${DEFAULT-VALUE}).")
    private int laps = 8;

    @Option(names = "--kills", description = "SIGKILLs in a block (default: ${DEFAULT-VALUE}).")
    private int kills = 4;

    @Option(names = "--transfers", description = "Hand-overs in a block (default: ${DEFAULT-VALUE}).")
    private int transfers = 4;

    @Option(names = "--minutes", description = "Ends after so long, whatever is missing (default: ${DEFAULT-VALUE}).")
    private int minutes = 60;

    @Option(
            names = "--rest-millis",
            description = "How long processes are left alone before a blow, beside a second in any case (default:"
                    + " ${DEFAULT-VALUE}).")
    private int restMillis = 2000;

    @Option(names = "--heartbeat-millis", description = "H (default: ${DEFAULT-VALUE}).")
    private int heartbeatMillis = 100;

    @Option(names = "--election-millis", description = "E (default: ${DEFAULT-VALUE}).")
    private int electionMillis = 1000;

    @Option(names = "--out", description = "Where results go (default: a directory of bench/results/<date>).")
    private Path out;

    /**
     * Measures, prints the table, and writes it to the directory of the results.
     *
     * @param systems the set-ups, with the first of which the others are compared
     * @param folder the name of the directory below that of the day
     */
    void run(List<BenchedSystem> systems, String folder) throws Exception {
        Path home = Main.home();
        Path results = Optional.ofNullable(out)
                .orElse(home.resolve("results")
                        .resolve(LocalDate.now().toString())
                        .resolve(folder));
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
            measure(systems, raw, parts, deadline, results);
        } catch (Deadline.OutOfTime over) {
            System.out.println("the time is up");
        } finally {
            Living.endAll();
        }
        String table = table(systems, raw.readings());
        Files.writeString(results.resolve("table.md"), facts + "\n\n" + table);
        System.out.println(table);
    }

    private void measure(List<BenchedSystem> systems, RawResults raw, Parts parts, Deadline deadline, Path results)
            throws Exception {
        Plan plan = new Plan(
                laps,
                List.of(Block.Kind.BLOWS),
                systems,
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
                Duration.ofMillis(restMillis),
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

    private static String table(List<BenchedSystem> systems, List<Reading> readings) {
        StringBuilder text = new StringBuilder("The runnable node, three processes; milliseconds.\n");
        BenchedSystem base = systems.get(0);
        for (Row row : List.of(Row.KILL, Row.TRANSFER)) {
            Statistics first = values(readings, row, base, false);
            if (first.isEmpty()) {
                continue;
            }
            text.append("\n| ").append(row.title());
            text.append(" | n | median | 95 % of resampled medians | p5 | p95 | min–max | more than " + base.title()
                    + ", 95 % of resamplings | quiet: n | median |\n");
            text.append("|---|---|---|---|---|---|---|---|---|---|\n");
            for (BenchedSystem system : systems) {
                Statistics all = values(readings, row, system, false);
                if (all.isEmpty()) {
                    continue;
                }
                Statistics quiet = values(readings, row, system, true);
                Statistics.Range range = all.medianRange();
                String more = "";
                if (system != base) {
                    Statistics.Range difference = all.medianMinus(first);
                    more = String.format(
                            Locale.ROOT,
                            "%.1f (%.1f to %.1f)",
                            all.median() - first.median(),
                            difference.low(),
                            difference.high());
                }
                text.append(String.format(
                        Locale.ROOT,
                        "| %s | %d | %.1f | %.1f to %.1f | %.1f | %.1f | %.1f–%.1f | %s | %d | %s |%n",
                        system.title(),
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

    private static Statistics values(List<Reading> readings, Row row, BenchedSystem system, boolean quietOnly) {
        return new Statistics(readings.stream()
                .filter(reading -> reading.row() == row
                        && reading.system().equals(system.key())
                        && reading.value() != null
                        && (!quietOnly || reading.isQuiet()))
                .mapToDouble(Reading::value)
                .toArray());
    }
}
