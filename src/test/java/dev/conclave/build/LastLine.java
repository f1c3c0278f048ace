package dev.conclave.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/** Prints the last line of the build, which names the tests that this machine could not run. */
final class LastLine {
    private LastLine() {}

    /** Reads the file that lists these tests, and deletes it. */
    public static void main(String[] file) throws IOException {
        Path notSelected = Path.of(file[0]);
        System.out.println(of(Files.exists(notSelected) ? Files.readAllLines(notSelected) : List.of()));
        Files.deleteIfExists(notSelected);
    }

    static String of(List<String> notSelected) {
        return notSelected.isEmpty()
                ? "Every test was selected."
                : "Not selected on this machine: " + String.join("; ", new TreeSet<>(notSelected));
    }
}
