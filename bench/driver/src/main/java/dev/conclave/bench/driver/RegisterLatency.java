package dev.conclave.bench.driver;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures how long a write and a read of a single register take. */
@Command(
        name = "latency",
        description =
                "One register, one call after the other: writes of several sizes, and reads on the leader and on a follower.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class RegisterLatency implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(180);

    @Mixin
    private RegisterRun run;

    @Option(names = "--register", split = ",", description = "The sizes in bytes (default: 1024,16384,65536).")
    private List<Integer> bytes = List.of(1024, 16_384, 65_536);

    @Option(names = "--laps", description = "How often each size has its turn (default: ${DEFAULT-VALUE}).")
    private int laps = 4;

    @Option(names = "--calls", description = "How many calls of a kind in each lap (default: ${DEFAULT-VALUE}).")
    private int calls = 500;

    private final Map<String, List<Double>> millis = new LinkedHashMap<>();

    @Override
    public Integer call() throws Exception {
        try {
            run.run("latency", this::measure);
        } finally {
            report();
        }
        return 0;
    }

    private void measure() throws Exception {
        Group group = run.group("latency", 3);
        List<RegisterNode> nodes = run.start(group, 1, "first");
        run.awaitSettled(1);
        RegisterNode leader = nodes.get(0);
        write(leader, 1024);
        nodes.get(1).ask("read " + calls, "loaded", PATIENCE);
        for (int lap = 0; lap < laps; lap++) {
            for (int size : bytes) {
                run.rest(Duration.ofSeconds(1));
                take("write of " + RegisterRun.size(size), write(leader, size));
                for (RegisterNode node : List.of(leader, nodes.get(1))) {
                    String where = node == leader ? "leader" : "follower";
                    take(
                            "read() of " + RegisterRun.size(size) + " on " + (node == leader ? "the " : "a ") + where,
                            node.ask("read " + calls, "loaded", PATIENCE));
                }
            }
        }
        run.end();
        group.delete();
    }

    private JsonNode write(RegisterNode leader, int size) throws Exception {
        long start = System.nanoTime();
        long until = start + PATIENCE.toNanos();
        return leader.ask("closed " + start + " " + until + " " + calls + " " + size, "loaded", PATIENCE);
    }

    private void take(String what, JsonNode loaded) throws Exception {
        double[] values = RegisterRun.millis(loaded.path("micros"));
        for (double value : values) {
            millis.computeIfAbsent(what, none -> new ArrayList<>()).add(value);
        }
        run.note(line -> {
            line.put("what", what).put("failed", loaded.path("failed").asInt());
            line.set("micros", loaded.path("micros"));
        });
        System.out.printf(
                Locale.ROOT, "%-40s %8.2f ms (median of %d)%n", what, new Statistics(values).median(), values.length);
    }

    private void report() {
        System.out.printf("%nAn embedder, three processes, one disk; milliseconds.%n%n"
                + "| | n | median | p5 | p95 | p99 | min–max |%n|---|---|---|---|---|---|---|%n");
        millis.forEach((what, values) -> {
            Statistics its = new Statistics(
                    values.stream().mapToDouble(Double::doubleValue).toArray());
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %d | %.2f | %.2f | %.2f | %.2f | %.2f–%.2f |%n",
                    what,
                    its.count(),
                    its.median(),
                    its.quantile(0.05),
                    its.p95(),
                    its.quantile(0.99),
                    its.min(),
                    its.max());
        });
    }
}
