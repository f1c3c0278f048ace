package dev.conclave.bench.driver;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
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

/** Measures changes of the electorate, and starts of a voter, where the voters hold many registers, beside the same without any. */
@Command(
        name = "catch-up",
        description = {
            "Changes of three voters that hold many registers, in elections that have no leader, beside the same voters without"
                    + " any; the new voter has none of them.",
            "A voter is removed after another was added, in two ways: while all live; and after it was killed, so that no majority"
                    + " accepts before the new voter has read all registers."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class RegisterCatchUp implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(150);
    private static final int MOST_ATTEMPTS = 5;

    @Mixin
    private RegisterRun run;

    @Option(names = "--registers", split = ",", description = "How many registers, in turn (default: 0,10000).")
    private List<Integer> registers = List.of(0, 10_000);

    @Option(names = "--bytes", description = "The size of each value (default: ${DEFAULT-VALUE}).")
    private int bytes = 4096;

    @Option(names = "--rounds", description = "How often everything is measured (default: ${DEFAULT-VALUE}).")
    private int rounds = 5;

    private final Map<String, List<Double>> values = new LinkedHashMap<>();
    private List<RegisterNode> nodes = List.of();
    private String kind = "";

    @Override
    public Integer call() throws Exception {
        try {
            run.run("catch-up", this::measure);
        } finally {
            report();
        }
        return 0;
    }

    private void measure() throws Exception {
        for (int round = 0; round < rounds; round++) {
            for (int count : registers) {
                kind = count == 0 ? "none" : count + " of " + RegisterRun.size(bytes);
                Group group = run.group("catch-up-" + round + "-" + count, 4);
                nodes = run.start(group, 1, "first");
                run.awaitSettled(1);
                if (count > 0) {
                    run.end();
                    run.fill(group, 3, count, bytes);
                    nodes = run.start(group, 1, "first");
                    run.awaitSettled(1);
                }
                one();
                run.end();
                group.delete();
            }
        }
    }

    private void one() throws Exception {
        RegisterNode leader = nodes.get(0);
        RegisterNode voter = nodes.get(2);
        RegisterNode spare = nodes.get(3);
        take("journal, MB", Files.size(voter.journal()) / 1e6);
        take(
                "heap after a collection, MB",
                voter.ask("collect", "state", PATIENCE).path("heapBytes").asDouble() / 1e6);
        start(voter);
        change("add", "add " + spare);
        change("remove after add", "remove " + voter);
        run.awaitSettled(1);
        change("add back", "add " + voter);
        change("remove after add back", "remove " + spare);
        renew(spare);
        change("replace", "replace " + voter + " " + spare);
        run.awaitSettled(1);
        change("replace back", "replace " + spare + " " + voter);
        renew(spare);
        change("add", "add " + spare);
        voter.kill();
        change("remove of a dead voter after add", "remove " + voter);
        take(
                "heap of the new voter after a collection, MB",
                spare.ask("collect", "state", PATIENCE).path("heapBytes").asDouble() / 1e6);
        JsonNode state = leader.state();
        if (state.path("led").asInt() != 1) {
            throw new Trio.Overdue("the first process does not lead any more");
        }
    }

    /** The process that is no voter begins again with an empty directory. */
    private void renew(RegisterNode spare) throws Exception {
        run.awaitSettled(1);
        spare.kill();
        spare.emptyDirectory();
        spare.start();
        spare.await("ready", PATIENCE);
        run.awaitSettled(1);
    }

    private void start(RegisterNode voter) throws Exception {
        voter.kill();
        voter.start();
        take("start until ready, ms", millis(voter.await("ready", PATIENCE), voter));
        take("start until it follows, ms", millis(voter.await("following", PATIENCE), voter));
        run.awaitSettled(1);
    }

    private static double millis(JsonNode said, RegisterNode node) {
        return (said.path("nanos").asLong() - node.startedNanos()) / 1e6;
    }

    private void change(String what, String change) throws Exception {
        List<JsonNode> before = states();
        Pressure pressure = Pressure.now();
        double took = 0;
        for (int attempt = 1; ; attempt++) {
            JsonNode changed = nodes.get(0).ask("change " + change, "changed", PATIENCE);
            took += changed.path("took").asDouble() / 1e6;
            String failure = changed.path("failure").asText();
            // The attempt before was given up, and came to its end after all.
            boolean isDoneAlready = attempt > 1 && failure.contains("is not a voter");
            if (failure.isEmpty() || isDoneAlready) {
                break;
            }
            System.out.println(what + ", attempt " + attempt + ": " + failure);
            run.note(line -> line.put("what", what).put("kind", kind).put("failure", failure));
            if (attempt == MOST_ATTEMPTS) {
                throw new Trio.Overdue(change + ": " + failure);
            }
        }
        double waited = pressure.until(Pressure.now());
        List<JsonNode> after = states();
        List<String> forces = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            double count = after.get(i).path("forces").asDouble()
                    - before.get(i).path("forces").asDouble();
            double millis = after.get(i).path("forceMillis").asDouble()
                    - before.get(i).path("forceMillis").asDouble();
            forces.add(String.format(Locale.ROOT, "%.0f in %.0f ms", count, millis));
        }
        take(what + ", ms", took);
        System.out.printf(Locale.ROOT, "    forces %s, pressure %.2f%n", forces, waited);
    }

    private List<JsonNode> states() throws Exception {
        List<JsonNode> states = new ArrayList<>();
        for (RegisterNode node : nodes) {
            if (node.isAlive()) {
                states.add(node.state());
            }
        }
        return states;
    }

    private void take(String what, double value) throws Exception {
        values.computeIfAbsent(what + " | " + kind, none -> new ArrayList<>()).add(value);
        run.note(line -> line.put("what", what).put("kind", kind).put("value", value));
        System.out.printf(Locale.ROOT, "%-48s %-22s %,10.0f%n", what, kind, value);
    }

    private void report() {
        System.out.printf("%nAn embedder, three voters and a further process, one disk.%n%n"
                + "| | registers | n | median | min–max |%n|---|---|---|---|---|%n");
        values.forEach((what, all) -> {
            Statistics its =
                    new Statistics(all.stream().mapToDouble(Double::doubleValue).toArray());
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %d | %,.0f | %,.0f–%,.0f |%n",
                    what,
                    its.count(),
                    its.median(),
                    its.min(),
                    its.max());
        });
    }
}
