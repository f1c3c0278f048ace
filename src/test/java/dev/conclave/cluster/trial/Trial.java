package dev.conclave.cluster.trial;

import dev.conclave.cluster.machine.Loopback;
import dev.conclave.cluster.machine.Network;
import dev.conclave.core.PeerId;
import dev.conclave.judge.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs a test with processes: provides a directory for the output of its peers, ends their processes, and calls the judge
 * after every test. S1 to S4 decide; L1, L2 and times are printed and decide nothing, since the machine may be busy.
 */
public final class Trial implements BeforeEachCallback, AfterEachCallback {

    private static final int SHOWN_LINES = 60;

    private Path directory = Path.of("target");
    private String story = "";
    private Optional<Cluster> cluster = Optional.empty();

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        String method = context.getRequiredTestMethod().getName();
        String name = context.getDisplayName().replaceAll("\\W+", "_").replaceAll("_+$", "");
        story = context.getRequiredTestClass().getSimpleName() + "." + method + (name.equals(method) ? "" : "." + name);
        directory = Path.of("target", "cluster", story).toAbsolutePath();
        empty(directory);
    }

    /** The directory of this test. */
    public Path directory() {
        return directory;
    }

    /** Peers on loopback. */
    public Cluster cluster(int size) {
        return cluster(Loopback.of(size), Program.NODE);
    }

    /** Peers in the given network, with JVM options besides those that it needs. */
    public Cluster cluster(Network network, Program program, String... options) {
        Cluster made = new Cluster(network, program, directory, List.of(options));
        cluster = Optional.of(made);
        return made;
    }

    /** Voters and spare peers in the given network, all with HTTP doors; the first peers are the voters. */
    public Cluster electorate(int voters, Network network, Program program, String... options) {
        Map<PeerId, HttpDoor> doors = HttpDoor.of(network.peers());
        Cluster made = new Cluster(
                network, program, directory, List.of(options), network.peers().subList(0, voters), doors);
        cluster = Optional.of(made);
        return made;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (cluster.isEmpty()) {
            return;
        }
        Cluster judged = cluster.get();
        cluster = Optional.empty();
        judged.close();
        Report report = judged.judge();
        boolean failed = context.getExecutionException().isPresent()
                || !report.isClean()
                || !judged.history().garbage().isEmpty();
        System.out.println(summary(report, judged.failoversNanos()));
        if (failed) {
            System.out.println(logs());
            throw new AssertionError("violations " + report.violations() + ", lines that are no events "
                    + judged.history().garbage() + "; all logs are in " + directory);
        }
    }

    private String summary(Report report, List<Long> failoversNanos) {
        List<String> parts = new ArrayList<>();
        report.elections().values().forEach(figures -> {
            parts.add(figures.leaderships().size() + " leaderships");
            parts.add("longest without a leader " + millis(figures.longestLeaderlessNanos()));
            parts.add("stood against a leader " + figures.stoodAgainstLeader() + " times");
        });
        if (!failoversNanos.isEmpty()) {
            parts.add("from the fault to the next leader "
                    + failoversNanos.stream().map(Trial::millis).collect(Collectors.joining(", ")));
        }
        return story + ": " + String.join("; ", parts);
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.0f ms", nanos / 1e6);
    }

    private String logs() {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                if (file.toString().endsWith(".txt") || file.toString().endsWith(".jsonl")) {
                    List<String> lines = Files.readAllLines(file);
                    all.append("==== ").append(file).append('\n');
                    lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size())
                            .forEach(line -> all.append(line).append('\n'));
                }
            }
        } catch (IOException e) {
            all.append("the logs cannot be read: ").append(e);
        }
        return all.toString();
    }

    private static void empty(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> all = Files.walk(directory)) {
                all.sorted(Comparator.reverseOrder()).forEach(Trial::delete);
            }
        }
        Files.createDirectories(directory);
    }

    private static void delete(Path path) {
        try {
            Files.delete(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
