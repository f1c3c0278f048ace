package dev.conclave.bench.driver;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures how long changes of the electorate take, with real processes. */
@Command(
        name = "electorate",
        description = {
            "Measures how long each change of the electorate takes: five nodes, three of them voters; with --dead six, of which"
                    + " five are voters and one of these is dead.",
            "A time is that from the request over HTTP to its answer, when a majority of the voters obeys."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ElectorateBench implements Callable<Integer> {

    private static final Duration REST = Duration.ofMillis(500);
    private static final String PAUSE = "250ms";

    @Option(
            names = "--elections",
            description =
                    "How many elections all nodes take part in (default: ${DEFAULT-VALUE}). With one the nodes are"
                            + " conclave-node.jar with conclave.jvm, with more they are those of bench/many.")
    private int elections = 1;

    @Option(names = "--dead", description = "One of five voters is dead.")
    private boolean dead;

    @Option(
            names = "--rounds",
            description = "How often each change is made; replace and set twice as often (default: ${DEFAULT-VALUE}).")
    private int rounds = 12;

    @Option(names = "--minutes", description = "Ends after so long, whatever is missing (default: ${DEFAULT-VALUE}).")
    private int minutes = 20;

    @Option(names = "--election-millis", description = "E; H is a fifth of it (default: ${DEFAULT-VALUE}).")
    private int electionMillis = 1000;

    @Option(
            names = "--jvm",
            split = " ",
            description = "Options of the JVMs if there are several elections (default: ${DEFAULT-VALUE}).")
    private List<String> jvm = List.of("-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    @Option(names = "--out", description = "Where results go (default: bench/results/<date>).")
    private Path out;

    private final Map<String, List<Double>> millis = new LinkedHashMap<>();
    private final List<ElectorateNode> nodes = new ArrayList<>();
    private Path raw = Path.of("");
    private Deadline deadline = Deadline.in(Duration.ZERO);

    @Override
    public Integer call() throws Exception {
        Path home = Main.home();
        Path results = Optional.ofNullable(out)
                .orElse(home.resolve("results").resolve(LocalDate.now().toString()));
        Files.createDirectories(results);
        raw = results.resolve("electorate-" + elections + (dead ? "-dead" : "") + ".jsonl");
        deadline = Deadline.in(Duration.ofMinutes(minutes));
        Runtime.getRuntime().addShutdownHook(new Thread(Living::endAll, "bench-end"));
        Group group = Group.of(
                home.resolve("target/run-" + ProcessHandle.current().pid() + "-electorate"),
                dead ? 6 : 5,
                electionMillis / 5,
                electionMillis);
        try {
            measure(group, home);
            group.delete();
        } catch (Deadline.OutOfTime over) {
            System.out.println("the time is up; the logs of the nodes are in " + group.directory());
        } finally {
            Living.endAll();
            report();
        }
        return 0;
    }

    private void measure(Group group, Path home) throws Exception {
        List<String> voters = group.members().subList(0, dead ? 5 : 3);
        ElectorateNode.Program program = elections == 1
                ? (name, data, http) -> runnable(home, name, data, voters, http)
                : (name, data, http) -> many(home, name, data, voters, http);
        for (int i = 0; i < group.size(); i++) {
            nodes.add(new ElectorateNode(group, i, program));
        }
        awaitCalm();
        ElectorateNode proposer = nodes.get(0);
        ElectorateNode spare = nodes.get(group.size() - 1);
        ElectorateNode voter = nodes.get(2);
        ElectorateNode lost = nodes.get(4);
        if (dead) {
            loseTo(proposer, lost);
        }
        for (int round = 0; round < rounds; round++) {
            time("add", proposer, "add " + spare);
            time("remove", proposer, "remove " + spare);
            time("replace", proposer, "replace " + voter + " " + spare);
            time("replace", proposer, "replace " + spare + " " + voter);
            time("set", proposer, "set heartbeat-interval=" + PAUSE);
            time("set", proposer, "set heartbeat-interval=" + group.heartbeatMillis() + "ms");
            voter.kill();
            voter.emptyDirectory();
            voter.restart();
            await("another directory of " + voter, () -> sees(proposer, voter, "excluded"));
            time("readmit", proposer, "readmit " + voter);
            if (dead) {
                time("replace the dead voter", proposer, "replace " + lost + " " + spare);
                lost.restart();
                awaitCalm();
                change(proposer, "replace " + spare + " " + lost);
                awaitCalm();
                loseTo(proposer, lost);
            }
        }
    }

    private void loseTo(ElectorateNode proposer, ElectorateNode lost) throws Exception {
        lost.kill();
        await("the silence of " + lost, () -> !sees(proposer, lost, "heard"));
        awaitCalm();
    }

    private static boolean sees(ElectorateNode node, ElectorateNode voter, String what) throws InterruptedException {
        Optional<JsonNode> electorate = node.door().electorate();
        if (electorate.isPresent()) {
            for (JsonNode row : electorate.get().path("voters")) {
                if (row.path("name").asText().equals(voter.name())) {
                    return row.path(what).asBoolean();
                }
            }
        }
        return false;
    }

    private void time(String row, ElectorateNode proposer, String change) throws Exception {
        awaitCalm();
        Pressure before = Pressure.now();
        long from = System.nanoTime();
        change(proposer, change);
        double took = (System.nanoTime() - from) / 1e6;
        double pressure = before.until(Pressure.now());
        millis.computeIfAbsent(row, one -> new ArrayList<>()).add(took);
        String line = String.format(
                Locale.ROOT,
                "{\"at\":\"%s\",\"change\":\"%s\",\"millis\":%.1f,\"pressure\":%s,\"elections\":%d,\"dead\":%b}%n",
                Instant.now(),
                row,
                took,
                Double.isNaN(pressure) ? "null" : String.format(Locale.ROOT, "%.2f", pressure),
                elections,
                dead);
        Files.writeString(raw, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        System.out.printf(Locale.ROOT, "%-24s %8.0f ms (pressure %.2f)%n", row, took, pressure);
    }

    private static void change(ElectorateNode proposer, String change) throws Exception {
        try {
            proposer.door().change(change);
        } catch (NodeDoor.Refused refused) {
            throw new IllegalStateException(change + ": " + refused.getMessage(), refused);
        }
    }

    /** Waits until all nodes that live obey one configuration and know all leaders, and a moment more. */
    private void awaitCalm() throws Exception {
        await("one configuration and all leaders", this::isCalm);
        deadline.rest(REST);
    }

    private boolean isCalm() throws InterruptedException {
        long numbers = 0;
        List<Integer> seen = new ArrayList<>();
        for (ElectorateNode node : nodes) {
            if (!node.isAlive()) {
                continue;
            }
            Optional<JsonNode> electorate = node.door().electorate();
            if (electorate.isEmpty() || !electorate.get().path("obeyed").asBoolean() || !isReadyOrNew(node)) {
                return false;
            }
            seen.add(electorate.get().path("number").asInt());
        }
        numbers = seen.stream().distinct().count();
        return numbers == 1 && seen.get(0) >= 0;
    }

    /** A voter with an empty directory is ready only when it has been readmitted. */
    private boolean isReadyOrNew(ElectorateNode node) throws InterruptedException {
        return node.door().isReady() || sees(nodes.get(0), node, "excluded");
    }

    private interface Condition {
        boolean holds() throws InterruptedException;
    }

    private void await(String what, Condition condition) throws Deadline.OutOfTime, InterruptedException {
        while (!condition.holds()) {
            if (deadline.isOver()) {
                System.out.println("waited for " + what);
            }
            deadline.rest(Duration.ofMillis(100));
        }
    }

    private void report() {
        System.out.printf(
                "%n| change | n | median ms | 95 %% of resampled medians | min–max |%n|---|---|---|---|---|%n");
        millis.forEach((row, values) -> {
            Statistics its = new Statistics(
                    values.stream().mapToDouble(Double::doubleValue).toArray());
            Statistics.Range range = its.medianRange();
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %d | %,.0f | %,.0f to %,.0f | %,.0f–%,.0f |%n",
                    row,
                    its.count(),
                    its.median(),
                    range.low(),
                    range.high(),
                    its.min(),
                    its.max());
        });
    }

    // ---- the two programs

    private List<String> runnable(Path home, String name, Path data, List<String> voters, List<String> http) {
        List<String> command = new ArrayList<>(java());
        command.add("@" + home.resolveSibling("conclave.jvm"));
        command.add("-Dconclave.election-timeout=" + electionMillis + "ms");
        command.add("-Dconclave.heartbeat-interval=" + electionMillis / 5 + "ms");
        command.addAll(http);
        command.addAll(List.of(
                "-jar",
                home.resolveSibling("target/conclave-node.jar").toString(),
                "run",
                "--die-with-stdin",
                "--host",
                name.substring(0, name.lastIndexOf(':')),
                "--port",
                name.substring(name.lastIndexOf(':') + 1),
                "--data-dir",
                data.toString(),
                "--voters",
                String.join(",", voters)));
        return command;
    }

    private List<String> many(Path home, String name, Path data, List<String> voters, List<String> http) {
        Path target = home.resolve("many/target");
        List<String> command = new ArrayList<>(java());
        command.addAll(jvm);
        command.addAll(http);
        command.addAll(List.of(
                "-cp",
                target.resolve("bench-many.jar") + ":" + target.resolve("lib") + "/*",
                "dev.conclave.bench.many.ManyPeer",
                name.substring(name.lastIndexOf(':') + 1),
                String.join(",", voters),
                "" + elections,
                data.toString(),
                "" + electionMillis));
        return command;
    }

    private static List<String> java() {
        Path setpriv = Path.of("/usr/bin/setpriv");
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(setpriv)) {
            command.addAll(List.of(setpriv.toString(), "--pdeathsig", "KILL"));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        return command;
    }
}
