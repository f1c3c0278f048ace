package dev.conclave.logging;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.MDC;

/**
 * A log line that waits to be written.
 *
 * @param logger the logger to write to
 * @param level its level
 * @param format its text, with {@code {}} for each argument
 * @param arguments values that do not change; the last one may be a {@link Throwable}
 * @param context the MDC of the caller
 * @param atNanos when it was handed over, on {@link System#nanoTime()}
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; SLF4J takes an array.
record LogLine(
        Logger logger,
        AsyncLogger.Level level,
        String format,
        @Nullable Object[] arguments,
        Map<String, String> context,
        long atNanos) {

    /** A line that is written later than this says how late it is, since its time stamp does not. */
    private static final long LATE_NANOS = 1_000_000_000;

    /** Writes the line, on the thread that calls. */
    void write() {
        long lateNanos = System.nanoTime() - atNanos;
        if (lateNanos >= LATE_NANOS) {
            new LogLine(logger, level, format + " (written {} ms late)", with(lateNanos / 1_000_000), context, atNanos)
                    .writeAsItIs();
        } else {
            writeAsItIs();
        }
    }

    /** Returns the arguments with one more; an exception stays the last one, as SLF4J requires. */
    private @Nullable Object[] with(Object more) {
        @Nullable Object[] all = Arrays.copyOf(arguments, arguments.length + 1);
        int last = arguments.length - 1;
        if (last >= 0 && arguments[last] instanceof Throwable) {
            all[last] = more;
            all[last + 1] = arguments[last];
        } else {
            all[last + 1] = more;
        }
        return all;
    }

    private void writeAsItIs() {
        MDC.setContextMap(context);
        try {
            switch (level) {
                case DEBUG -> logger.debug(format, arguments);
                case INFO -> logger.info(format, arguments);
                case WARN -> logger.warn(format, arguments);
                case ERROR -> logger.error(format, arguments);
            }
        } finally {
            MDC.clear();
        }
    }
}
