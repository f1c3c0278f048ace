package dev.conclave.node.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures the CPU pressure: the share of a time in which some task on this machine waited for a CPU, as Linux reports it;
 * unknown on other systems.
 */
final class CpuPressureMeasurement {

    /** The maximum CPU pressure of a round that counts as quiet. */
    static final double QUIET = 0.3;

    private static final Path FILE = Path.of("/proc/pressure/cpu");

    private static final Pattern SOME = Pattern.compile("(?m)^some .*total=(\\d+)");

    private final Path file;
    private final OptionalLong waitedMicros;
    private final long since;

    private CpuPressureMeasurement(Path file) {
        this.file = file;
        this.waitedMicros = waitedMicros(file);
        this.since = System.nanoTime();
    }

    /** Starts to measure. */
    static CpuPressureMeasurement fromNow() {
        return new CpuPressureMeasurement(FILE);
    }

    /** Starts to measure with another file instead of Linux's. */
    static CpuPressureMeasurement fromNow(Path file) {
        return new CpuPressureMeasurement(file);
    }

    /** Returns the CPU pressure since the start of the measurement, between 0 and 1. */
    OptionalDouble untilNow() {
        OptionalLong now = waitedMicros(file);
        if (waitedMicros.isEmpty() || now.isEmpty()) {
            return OptionalDouble.empty();
        }
        double micros = Math.max(1, (System.nanoTime() - since) / 1e3);
        return OptionalDouble.of(Math.min(1, (now.getAsLong() - waitedMicros.getAsLong()) / micros));
    }

    private static OptionalLong waitedMicros(Path file) {
        try {
            Matcher some = SOME.matcher(Files.readString(file));
            return some.find() ? OptionalLong.of(Long.parseLong(some.group(1))) : OptionalLong.empty();
        } catch (IOException | NumberFormatException unknown) {
            return OptionalLong.empty();
        }
    }
}
