package dev.conclave.node.operate;

import dev.conclave.node.cli.TerminalCapabilities;
import java.io.PrintStream;
import java.util.List;

/** The whole terminal, redrawn in place. At the end, also that by Ctrl-C, the terminal shows what it showed before. */
final class Screen implements AutoCloseable {

    private static final String ESC = "\u001b[";

    /** The screen for programs, without a cursor, and with long lines cut: a resize may make a line too long. */
    private static final String BEGIN = ESC + "?1049h" + ESC + "?25l" + ESC + "?7l";

    private static final String END = ESC + "?7h" + ESC + "?25h" + ESC + "?1049l";
    private static final String TOP = ESC + "H";
    private static final String CLEAR_LINE = ESC + "K";
    private static final String CLEAR_BELOW = ESC + "J";

    private final PrintStream out;
    private final Thread hook = new Thread(this::end, "conclave-node-screen");
    private boolean ended;

    Screen(PrintStream out) {
        this.out = out;
        Runtime.getRuntime().addShutdownHook(hook);
        out.print(BEGIN);
    }

    synchronized void draw(List<Page.Line> lines) {
        if (ended) {
            return;
        }
        int rows = TerminalCapabilities.rows();
        StringBuilder picture = new StringBuilder(TOP);
        for (int row = 0; row < Math.min(lines.size(), rows); row++) {
            Page.Line line = lines.get(row);
            // Cleared before and not after: behind a line of full width the cursor is still on its last character.
            picture.append(row == 0 ? "" : "\r\n")
                    .append(CLEAR_LINE)
                    .append(line.tone().paint(line.text()));
        }
        if (lines.size() < rows) {
            picture.append("\r\n").append(CLEAR_BELOW);
        }
        out.print(picture);
        out.flush();
    }

    private synchronized void end() {
        if (!ended) {
            ended = true;
            out.print(END);
            out.flush();
        }
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyEnding) {
            // The hook is running.
        }
    }
}
