package dev.conclave.node.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.time.Duration;

/**
 * The standard streams that a command uses.
 *
 * @param out for results and events only
 * @param err for messages to people
 */
public record Console(InputStream in, PrintStream out, PrintStream err) {

    /** How long a last line may wait for the reader of a full pipe. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** Says why a command fails, in one line on standard error. A reader that has stalled does not delay the end. */
    public void complain(String line) {
        patiently(() -> {
            err.println("conclave-node: " + line);
            err.flush();
        });
    }

    /** Passes on what was written to standard output. A reader that has stalled does not delay the end. */
    public void flush() {
        patiently(out::flush);
    }

    private static void patiently(Runnable what) {
        Thread writer = new Thread(what, "conclave-node-last-line");
        writer.setDaemon(true);
        try {
            writer.start();
        } catch (OutOfMemoryError noThread) {
            what.run();
            return;
        }
        try {
            writer.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
