package dev.conclave.cluster.history;

import dev.conclave.cluster.history.Operation.Kind;
import dev.conclave.core.RegisterVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The uses of one register by all processes of a trial, read from a directory in which each process has a file. A write is noted
 * before it begins, and its answer after it has arrived: a write that a kill has interrupted remains {@linkplain Kind#OPEN open}. All
 * other uses are noted when they are over.
 *
 * @param operations in the order of each file
 */
public record RegisterHistory(List<Operation> operations) {

    private static final int MOST_VIOLATIONS = 10;

    public static RegisterHistory of(Path directory) {
        List<Operation> all = new ArrayList<>();
        try {
            if (Files.isDirectory(directory)) {
                try (Stream<Path> files = Files.list(directory)) {
                    for (Path file : files.sorted().toList()) {
                        all.addAll(read(
                                String.valueOf(file.getFileName()), Files.readString(file, StandardCharsets.UTF_8)));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new RegisterHistory(List.copyOf(all));
    }

    /** Reads the lines of one process, of which a kill may have cut the last one. */
    static List<Operation> read(String process, String text) {
        List<Operation> all = new ArrayList<>();
        Map<String, Integer> writes = new HashMap<>();
        String whole = text.substring(0, text.lastIndexOf('\n') + 1);
        for (String line : whole.lines().toList()) {
            String[] words = line.split(" ", -1);
            String value = words[1];
            long at = Long.parseLong(words[2]);
            switch (words[0]) {
                case "write" -> {
                    writes.put(value, all.size());
                    all.add(new Operation(process, Kind.OPEN, value, at, Operation.NEVER, RegisterVersion.NONE));
                }
                case "done", "refused" -> {
                    int index = writes.getOrDefault(value, -1);
                    if (index < 0) {
                        throw new IllegalArgumentException(process + ": an answer without a write: " + line);
                    }
                    long begun = all.get(index).begun();
                    all.set(
                            index,
                            words[0].equals("refused")
                                    ? new Operation(process, Kind.REFUSED, value, begun, at, RegisterVersion.NONE)
                                    : new Operation(process, Kind.DONE, value, begun, at, version(words, 3)));
                }
                default -> {
                    Kind kind = Kind.valueOf(words[0].toUpperCase(Locale.ROOT));
                    all.add(new Operation(process, kind, value, at, Long.parseLong(words[3]), version(words, 4)));
                }
            }
        }
        return all;
    }

    private static RegisterVersion version(String[] words, int at) {
        return new RegisterVersion(Long.parseLong(words[at]), Long.parseLong(words[at + 1]));
    }

    public long count(Kind kind) {
        return operations.stream().filter(use -> use.kind() == kind).count();
    }

    /** How many uses have shown the newest value. */
    public long reads() {
        return operations.stream().filter(use -> use.kind().isRead()).count();
    }

    /** The number of uses of each kind, for people. */
    public String counts() {
        List<String> parts = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            parts.add(kind.name().toLowerCase(Locale.ROOT) + " " + count(kind));
        }
        long processes = operations.stream().map(Operation::process).distinct().count();
        return String.join(", ", parts) + ", by " + processes + " processes";
    }

    /** The first things that no register explains, in words: one fault may show in hundreds of values. */
    public List<String> violations() {
        return Linearizability.violations(operations).stream()
                .limit(MOST_VIOLATIONS)
                .toList();
    }
}
