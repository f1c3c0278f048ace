package dev.conclave.bench.driver;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how many writes a second three peers on one disk carry, over many registers. */
@Command(
        name = "writes",
        description = {
            "Writes over many registers, a third of which each of the three processes leads: an open loop, in which each write is"
                    + " due at a fixed instant, and a closed loop, in which each register is written again as soon as it was.",
            "A latency in the open loop is counted from the instant at which the write was due."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class RegisterWrites implements Callable<Integer> {

    private static final int PEERS = 3;
    private static final int WARM_UP_SECONDS = 10;
    private static final Duration LEAD = Duration.ofMillis(500);
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(60);

    @Mixin
    private RegisterRun run;

    @Option(names = "--registers", description = "How many registers (default: ${DEFAULT-VALUE}).")
    private int registers = 100;

    @Option(names = "--bytes", description = "The size of a value (default: ${DEFAULT-VALUE}).")
    private int bytes = 1024;

    @Option(names = "--rate", description = "Writes a second in the open loop (default: ${DEFAULT-VALUE}).")
    private int rate = 1000;

    @Option(names = "--seconds", description = "How long each loop takes (default: ${DEFAULT-VALUE}).")
    private int seconds = 30;

    @Option(names = "--rounds", description = "How often the two loops follow each other (default: ${DEFAULT-VALUE}).")
    private int rounds = 3;

    private final List<String> rows = new ArrayList<>();
    private List<RegisterNode> nodes = List.of();

    @Override
    public Integer call() throws Exception {
        try {
            run.run("writes", this::measure);
        } finally {
            report();
        }
        return 0;
    }

    private void measure() throws Exception {
        Group group = run.group("writes", PEERS);
        nodes = run.start(group, registers, "own");
        run.awaitSettled(registers);
        loop("warm-up", false, WARM_UP_SECONDS);
        for (int round = 0; round < rounds; round++) {
            run.rest(Duration.ofSeconds(2));
            loop("open, " + rate + "/s", true, seconds);
            run.rest(Duration.ofSeconds(2));
            loop("closed", false, seconds);
        }
        run.end();
        group.delete();
    }

    private void loop(String what, boolean isOpen, int length) throws Exception {
        List<JsonNode> before = states();
        Pressure pressure = Pressure.now();
        long start = System.nanoTime() + LEAD.toNanos();
        long every = 1_000_000_000L / rate;
        for (int i = 0; i < PEERS; i++) {
            nodes.get(i)
                    .tell(
                            isOpen
                                    ? "open " + (start + i * every) + " " + every * PEERS + " " + rate * length / PEERS
                                            + " " + bytes
                                    : "closed " + start + " " + (start + length * 1_000_000_000L) + " "
                                            + Integer.MAX_VALUE + " " + bytes);
        }
        List<Double> millis = new ArrayList<>();
        double took = length;
        int failed = 0;
        for (RegisterNode node : nodes) {
            JsonNode loaded = node.await("loaded", Duration.ofSeconds(length).plus(LAST_ANSWERS));
            for (double value : RegisterRun.millis(loaded.path("micros"))) {
                millis.add(value);
            }
            took = Math.max(took, loaded.path("seconds").asDouble());
            failed += loaded.path("failed").asInt();
        }
        double waited = pressure.until(Pressure.now());
        take(what, millis, took, failed, before, states(), waited);
    }

    private List<JsonNode> states() throws Exception {
        List<JsonNode> states = new ArrayList<>();
        for (RegisterNode node : nodes) {
            states.add(node.state());
        }
        return states;
    }

    private void take(
            String what,
            List<Double> millis,
            double took,
            int failed,
            List<JsonNode> before,
            List<JsonNode> after,
            double pressure)
            throws Exception {
        Statistics its =
                new Statistics(millis.stream().mapToDouble(Double::doubleValue).toArray());
        List<String> cpu = new ArrayList<>();
        List<String> forces = new ArrayList<>();
        List<String> forceMillis = new ArrayList<>();
        for (int i = 0; i < PEERS; i++) {
            double count = more(before, after, i, "forces");
            forces.add(RegisterRun.number(count / its.count()));
            forceMillis.add(RegisterRun.number(more(before, after, i, "forceMillis") / count));
            cpu.add(String.format(Locale.ROOT, "%.0f", more(before, after, i, "cpuNanos") / took / 1e7));
        }
        String row = String.format(
                Locale.ROOT,
                "| %s | %d | %.0f | %.2f | %.2f | %.2f | %.1f | %d | %s | %s | %s | %.2f |",
                what,
                its.count(),
                its.count() / took,
                its.median(),
                its.p95(),
                its.quantile(0.99),
                its.max(),
                failed,
                String.join(", ", forces),
                String.join(", ", forceMillis),
                String.join(", ", cpu),
                pressure);
        rows.add(row);
        System.out.println(row);
        run.note(line -> {
            line.put("what", what)
                    .put("done", its.count())
                    .put("failed", failed)
                    .put("seconds", took)
                    .put("pressure", pressure)
                    .put("medianMillis", its.median())
                    .put("p95Millis", its.p95())
                    .put("p99Millis", its.quantile(0.99))
                    .put("maxMillis", its.max());
            line.putPOJO("forcesPerWrite", forces);
            line.putPOJO("forceMillis", forceMillis);
            line.putPOJO("percentOfACore", cpu);
        });
    }

    private static double more(List<JsonNode> before, List<JsonNode> after, int i, String field) {
        return after.get(i).path(field).asDouble() - before.get(i).path(field).asDouble();
    }

    private void report() {
        System.out.printf(
                "%nAn embedder, three processes, one disk: %d registers of %s; milliseconds; each of the three last figures for each"
                        + " process.%n%n"
                        + "| loop | done | a second | median | p95 | p99 | max | failed | forces per write | one force | %% of a"
                        + " core | pressure |%n|---|---|---|---|---|---|---|---|---|---|---|---|%n",
                registers, RegisterRun.size(bytes));
        rows.forEach(System.out::println);
    }
}
