package dev.conclave.node.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Detects an interactive terminal. */
public final class TerminalCapabilities {

    private TerminalCapabilities() {}

    /** Whether standard output is a terminal that can redraw lines. */
    public static boolean isLive() {
        String term = Optional.ofNullable(System.getenv("TERM")).orElse("dumb");
        return !term.equals("dumb") && System.getenv("NO_COLOR") == null && isTerminal();
    }

    /**
     * Does not rely on {@link System#console}, which does not check standard output alone, and which exists without a terminal
     * from JDK 22 on.
     */
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
