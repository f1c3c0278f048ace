package dev.conclave.logging;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/** The lines that are logged under a name while this is open. */
public final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final ConcurrentLinkedQueue<ILoggingEvent> lines = new ConcurrentLinkedQueue<>();
    private static final Pattern LATE = Pattern.compile(" \\(written \\d+ ms late\\)$");

    private final Logger logger;

    private LogLines(String name) {
        logger = (Logger) LoggerFactory.getLogger(name);
    }

    public static LogLines of(String name) {
        LogLines lines = new LogLines(name);
        lines.start();
        lines.logger.addAppender(lines);
        return lines;
    }

    @Override
    protected void append(ILoggingEvent event) {
        event.prepareForDeferredProcessing();
        lines.add(event);
    }

    /**
     * All lines that were handed over to the log before this call, as they were handed over: a machine that had more to do than
     * to write them appends to each how late it was written.
     */
    public List<String> soFar() {
        return events().stream()
                .map(event -> LATE.matcher(event.getFormattedMessage()).replaceFirst(""))
                .toList();
    }

    /** The same lines with everything that they carry. */
    List<ILoggingEvent> events() {
        AsyncLogger.flush().orTimeout(20, TimeUnit.SECONDS).join();
        return List.copyOf(lines);
    }

    @Override
    public void close() {
        logger.detachAppender(this);
    }
}
