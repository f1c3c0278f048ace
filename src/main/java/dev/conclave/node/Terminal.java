package dev.conclave.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Whether a person watches. */
final class Terminal {

    private Terminal() {}

    /** Whether standard output is a terminal that can redraw lines. */
    static boolean isLive() {
        String term = Optional.ofNullable(System.getenv("TERM")).orElse("dumb");
        return !term.equals("dumb") && System.getenv("NO_COLOR") == null && isTerminal();
    }

    /** {@link System#console} says nothing of standard output alone, and from JDK 22 on may be there without a terminal. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean isTerminal() {
        Path standardOutput = Path.of("/proc/self/fd/1");
        if (Files.isSymbolicLink(standardOutput)) {
            try {
                String target = Files.readSymbolicLink(standardOutput).toString();
                return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
            } catch (IOException e) {
                return false;
            }
        }
        return System.console() != null && Runtime.version().feature() < 22;
    }
}
