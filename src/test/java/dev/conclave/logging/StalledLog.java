package dev.conclave.logging;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;

/** Blocks each thread of this JVM that writes a log line, as a pipe without a reader does, until it is closed. */
public final class StalledLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final CountDownLatch read = new CountDownLatch(1);
    private final CountDownLatch reached = new CountDownLatch(1);
    private final Logger logger;

    private StalledLog(String name) {
        logger = (Logger) LoggerFactory.getLogger(name);
    }

    /** Blocks Akka's lines too. Akka itself neither starts nor ends an actor system while its log blocks. */
    public static StalledLog begin() {
        return of(Logger.ROOT_LOGGER_NAME);
    }

    /** Blocks the lines of the logger with this name. */
    static StalledLog of(String name) {
        StalledLog stalled = new StalledLog(name);
        stalled.start();
        stalled.logger.addAppender(stalled);
        return stalled;
    }

    @Override
    protected void append(ILoggingEvent line) {
        reached.countDown();
        try {
            read.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Fails if no thread has tried to write a line: the test would prove nothing. */
    public void hasHeldUpAWriter() throws InterruptedException {
        assertThat(reached.await(20, SECONDS)).isTrue();
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        read.countDown();
    }
}
