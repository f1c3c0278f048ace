package dev.conclave.bench.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much of a stretch of time somebody who wanted to run had to wait for a processor, from 0 to 1, as the kernel counts it
 * for the whole machine. Below {@link #QUIET} a stretch counts as quiet.
 */
final class Pressure {

    static final double QUIET = 0.3;

    private static final Path FILE = Path.of("/proc/pressure/cpu");

    private final long micros;
    private final long nanos;

    private Pressure(long micros, long nanos) {
        this.micros = micros;
        this.nanos = nanos;
    }

    /** From now on. */
    static Pressure now() {
        return new Pressure(total(), System.nanoTime());
    }

    /** Over the stretch from this to the later one; NaN where the kernel does not say. */
    double until(Pressure later) {
        if (micros < 0 || later.micros < 0 || later.nanos <= nanos) {
            return Double.NaN;
        }
        return Math.min(1, (later.micros - micros) * 1e3 / (later.nanos - nanos));
    }

    private static long total() {
        try {
            for (String line : Files.readAllLines(FILE)) {
                if (line.startsWith("some")) {
                    return Long.parseLong(
                            line.substring(line.indexOf("total=") + 6).strip());
                }
            }
        } catch (IOException | NumberFormatException unknown) {
            // No such kernel.
        }
        return -1;
    }
}
