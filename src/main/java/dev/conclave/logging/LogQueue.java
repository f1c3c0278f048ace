package dev.conclave.logging;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lines that wait to be written, in order and bounded, and the daemon thread that writes them. The thread ends after a
 * minute without a line.
 */
final class LogQueue {

    /** The maximum number of log lines that wait: some megabytes, and far more than a node writes in a minute of change. */
    static final int CAPACITY = 10_000;

    private final int capacity;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong unsaid = new AtomicLong();
    private final ThreadPoolExecutor writer;

    /** A queue for this many lines; lines of level INFO and DEBUG may use seven eighths of it. */
    LogQueue(int capacity) {
        this.capacity = capacity;
        this.writer = new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "conclave-log");
            thread.setDaemon(true);
            return thread;
        });
        writer.allowCoreThreadTimeOut(true);
    }

    /** Adds the line, or counts it as lost. Does not wait. */
    void offer(LogLine line) {
        int room = line.level().compareTo(AsyncLogger.Level.WARN) >= 0 ? capacity : capacity - capacity / 8;
        if (waiting.incrementAndGet() > room) {
            waiting.decrementAndGet();
            loseOne();
            return;
        }
        long lostBefore = unsaid.getAndSet(0);
        writer.execute(() -> {
            sayLost(lostBefore);
            write(line);
            if (waiting.decrementAndGet() == 0) {
                sayLost(unsaid.getAndSet(0));
            }
        });
    }

    /** Counts a lost line. */
    void loseOne() {
        lost.incrementAndGet();
        unsaid.incrementAndGet();
    }

    /** The number of log lines that were lost. */
    long lost() {
        return lost.get();
    }

    /** Completes, on the writing thread, when all lines that were offered before are written. */
    CompletableFuture<Void> flush() {
        CompletableFuture<Void> written = new CompletableFuture<>();
        writer.execute(() -> written.complete(null));
        return written;
    }

    private void sayLost(long count) {
        if (count > 0) {
            Logger logger = LoggerFactory.getLogger(AsyncLogger.class);
            write(new LogLine(
                    logger,
                    AsyncLogger.Level.WARN,
                    "{} log lines of Conclave are missing here: the logging backend was too slow, or failed",
                    new Object[] {count},
                    Map.of(),
                    System.nanoTime()));
        }
    }

    /** Writes a line; if an appender throws, the line is lost but the thread continues. */
    private void write(LogLine line) {
        try {
            line.write();
        } catch (Throwable failed) {
            lost.incrementAndGet();
        }
    }
}
