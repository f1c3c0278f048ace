package dev.conclave.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;

/** The last line of the build: which tests this machine could not run, so that green never means more than it says. */
final class LastLine {
    private LastLine() {}

    /** Takes the file in which they were written down. It is gone afterwards. */
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
