package dev.conclave.node.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Detects an interactive terminal. */
public final class TerminalCapabilities {

    private static final int[] USUAL_SIZE = {24, 80};

    private TerminalCapabilities() {}

    /** Whether standard output is a terminal that can redraw lines. */
    public static boolean isLive() {
        String term = Optional.ofNullable(System.getenv("TERM")).orElse("dumb");
        return !term.equals("dumb") && System.getenv("NO_COLOR") == null && isTerminal();
    }

    /** How many columns lines may have: those of the terminal, or any number in a file or a pipe. */
    public static int columns() {
        return isTerminal() ? size()[1] : Integer.MAX_VALUE;
    }

    /** How many lines the terminal shows. */
    public static int rows() {
        return size()[0];
    }

    /** The rows and columns of the terminal. Java cannot tell them, and the environment's COLUMNS is not exported by shells. */
    private static int[] size() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(Path.of("/dev/tty").toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String[] answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .strip()
                    .split(" ", -1);
            int rows = Integer.parseInt(answer[0]);
            int columns = Integer.parseInt(answer[1]);
            // A terminal that does not know its size says 0 0.
            return rows > 0 && columns > 0 ? new int[] {rows, columns} : USUAL_SIZE.clone();
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException unknown) {
            return USUAL_SIZE.clone();
        }
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
