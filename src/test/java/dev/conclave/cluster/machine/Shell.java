package dev.conclave.cluster.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/** Other programs of the machine, run to their end. */
public final class Shell {

    private Shell() {}

    /** Runs a program and returns its output.
     *
     * @throws AssertionError if it fails
     */
    public static String run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(List.of(command) + " failed: " + said);
            }
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Starts a program that goes on until it is ended. */
    static Process start(String... command) {
        try {
            return new ProcessBuilder(command).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts that many processes, each of which uses a whole processor. */
    public static List<Process> hungry(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> start("sh", "-c", "while :; do :; done"))
                .toList();
    }

    /** Whether a program exists, may be run and succeeds. */
    static boolean works(String... command) {
        try {
            run(command);
            return true;
        } catch (UncheckedIOException | AssertionError cannot) {
            return false;
        }
    }
}
