package dev.conclave.logging;

import dev.conclave.core.PrintableText;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.helpers.NOPLogger;

/**
 * Hands log lines to a daemon thread that writes them to SLF4J, so that the caller never waits for an appender: a console whose
 * reader has stalled would otherwise stop all elections of a node, and keep its users from being told to stop.
 *
 * <p>Lines of all loggers are written in the order in which they were handed over. The calling thread converts the arguments to
 * text and copies the MDC; control characters in them are escaped ({@link PrintableText}). When {@value LogQueue#CAPACITY} lines wait,
 * later ones are lost, and the log says how many. Some room is reserved for lines of level WARN and ERROR. All methods may be
 * called from any thread, and none throws.
 */
public final class AsyncLogger {

    private static final LogQueue SHARED = new LogQueue(LogQueue.CAPACITY);
    private static final AsyncLogger SILENT = new AsyncLogger(NOPLogger.NOP_LOGGER, SHARED);

    private final Logger logger;
    private final LogQueue queue;

    /** Creates a logger that writes to the SLF4J logger through the queue. */
    AsyncLogger(Logger logger, LogQueue queue) {
        this.logger = logger;
        this.queue = queue;
    }

    /** Returns the logger with the name of the class. */
    public static AsyncLogger of(Class<?> type) {
        return new AsyncLogger(LoggerFactory.getLogger(type), SHARED);
    }

    /** Returns a logger that writes nothing. */
    public static AsyncLogger silent() {
        return SILENT;
    }

    /**
     * Returns a future that completes when each line handed over before this call is written or lost. It completes on the writing
     * thread; it does not complete if an appender blocks.
     */
    public static CompletableFuture<Void> flush() {
        return SHARED.flush();
    }

    /** Returns how many lines were lost since this class was loaded, because too many waited or an appender threw. */
    public static long lost() {
        return SHARED.lost();
    }

    /** Hands over a line of level DEBUG, if that level is enabled. */
    public void debug(String format, @Nullable Object... arguments) {
        // Checked here to save work; the other levels are rare, and nearly always enabled.
        if (logger.isDebugEnabled()) {
            handOver(Level.DEBUG, format, arguments);
        }
    }

    /** Hands over a line of level INFO. */
    public void info(String format, @Nullable Object... arguments) {
        handOver(Level.INFO, format, arguments);
    }

    /** Hands over a line of level WARN. */
    public void warn(String format, @Nullable Object... arguments) {
        handOver(Level.WARN, format, arguments);
    }

    /** Hands over a line of level ERROR. */
    public void error(String format, @Nullable Object... arguments) {
        handOver(Level.ERROR, format, arguments);
    }

    private void handOver(Level level, String format, @Nullable Object... arguments) {
        if (logger instanceof NOPLogger) {
            return;
        }
        try {
            @Nullable Object[] fixed = new Object[arguments.length];
            for (int i = 0; i < arguments.length; i++) {
                fixed[i] = fixed(arguments[i]);
            }
            Map<String, String> context = MDC.getCopyOfContextMap();
            queue.offer(new LogLine(
                    logger,
                    level,
                    PrintableText.of(format),
                    fixed,
                    context == null ? Map.of() : context,
                    System.nanoTime()));
        } catch (Throwable failed) {
            // An argument's toString() failed, or memory is exhausted: that must not affect the caller.
            queue.loseOne();
        }
    }

    /** Converts an argument to text now, since it may change before the line is written. */
    private static @Nullable Object fixed(@Nullable Object argument) {
        return argument == null
                        || argument instanceof Throwable
                        || argument instanceof Number
                        || argument instanceof Boolean
                ? argument
                : PrintableText.of(argument.toString());
    }

    /** The log levels that Conclave uses. */
    enum Level {
        DEBUG,
        INFO,
        WARN,
        ERROR
    }
}
