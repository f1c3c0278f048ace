package dev.conclave.node.judge;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** Instants and lengths of an event log, for people. */
final class Times {

    private Times() {}

    /**
     * The wall clock at the monotonic instant 0.
     *
     * @param wallAtZero empty if no line has the wall clock's time
     * @param first the first instant of the log
     */
    record Origin(Optional<Instant> wallAtZero, long first) {

        private static final long SECOND = 1_000_000_000L;
        private static final long DAY = 86_400;
        private static final DateTimeFormatter CLOCK =
                DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

        /** The time of an instant in UTC, or since the first one. */
        String at(long mono) {
            return wallAtZero
                    .map(zero -> CLOCK.format(zero.plusNanos(mono)))
                    .orElseGet(() -> "+" + length(mono - first));
        }

        /** The same on an axis whose marks are this far apart. */
        String at(long mono, long step) {
            String exact = at(mono);
            return wallAtZero.isPresent() && step >= SECOND ? exact.substring(0, exact.indexOf('.')) : exact;
        }

        /** The first instant from this one on at which the clock of {@link #at} shows a multiple of the step. */
        long roundedUp(long mono, long step) {
            long offset = wallAtZero
                    .map(zero -> zero.getEpochSecond() % DAY * SECOND + zero.getNano())
                    .orElse(-first);
            return mono + Math.floorMod(-(mono + offset), step);
        }

        /** The day of the first instant. */
        String day() {
            return wallAtZero
                    .map(zero -> zero.plusNanos(first).atOffset(ZoneOffset.UTC).toLocalDate() + ", UTC")
                    .orElse("since the first event");
        }
    }

    /** A length with three digits or so. */
    static String length(long nanos) {
        double millis = nanos / 1e6;
        if (millis < 1000) {
            return String.format(Locale.ROOT, "%.1f ms", millis);
        }
        return millis < 600_000
                ? String.format(Locale.ROOT, "%.2f s", millis / 1000)
                : String.format(Locale.ROOT, "%.1f min", millis / 60_000);
    }
}
