package dev.conclave.explore.world;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The counts of all explorers of a build, in one line. Each explorer leaves its counts in a file of its own, which its next
 * run replaces; at the end of {@code mvn verify} they are added up.
 */
public final class ExplorationSummary {

    private static final Path DIRECTORY = Path.of("target", "explored");

    private ExplorationSummary() {}

    /** Leaves the counts of one explorer. */
    public static void leave(String name, long states, int depth, double simulatedSeconds, long steps, int violations) {
        try {
            Files.createDirectories(DIRECTORY);
            Files.writeString(
                    DIRECTORY.resolve(name),
                    states + " " + depth + " " + Math.round(simulatedSeconds) + " " + steps + " " + violations + "\n");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Prints the line, unless nothing was explored. */
    public static void main(String[] args) throws IOException {
        if (!Files.isDirectory(DIRECTORY)) {
            return;
        }
        long states = 0;
        long depth = 0;
        long seconds = 0;
        long steps = 0;
        long violations = 0;
        List<Path> files;
        try (Stream<Path> found = Files.list(DIRECTORY)) {
            files = found.sorted().toList();
        }
        for (Path file : files) {
            String[] counts = Files.readString(file).trim().split(" ", -1);
            states += Long.parseLong(counts[0]);
            depth = Math.max(depth, Long.parseLong(counts[1]));
            seconds += Long.parseLong(counts[2]);
            steps += Long.parseLong(counts[3]);
            violations += Long.parseLong(counts[4]);
        }
        System.out.printf(
                Locale.ROOT,
                "Explored: %,d distinct states to depth %d, %,d seconds simulated, %,d steps checked, %d violations%n",
                states,
                depth,
                seconds,
                steps,
                violations);
    }
}
