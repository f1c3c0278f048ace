package dev.conclave.logging;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.conclave.core.ElectionName;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class AsyncLoggerTest {

    private final Appender appender = new Appender();
    private final Logger logger = new LoggerContext().getLogger("test");
    private final LogQueue queue = new LogQueue(8);
    private final AsyncLogger log = new AsyncLogger(logger, queue);

    AsyncLoggerTest() {
        logger.getLoggerContext().setMDCAdapter(MDC.getMDCAdapter());
        logger.setLevel(Level.INFO);
        appender.setContext(logger.getLoggerContext());
        appender.start();
        logger.addAppender(appender);
    }

    @AfterEach
    void letTheWriterGo() {
        appender.stalled.countDown();
    }

    @Test
    void aStalledAppenderDelaysNoCallerAndTheLogCountsTheLostLines() throws InterruptedException {
        try (LogLines own = LogLines.of(AsyncLogger.class.getName())) {
            appender.stall();
            log.info("first");
            assertThat(appender.reached.await(20, SECONDS)).isTrue();
            for (int i = 0; i < 20; i++) {
                log.info("line {}", i);
            }
            log.warn("more room");
            assertThat(queue.lost()).isEqualTo(14);
            assertThat(appender.texts()).isEmpty();

            appender.stalled.countDown();
            queue.flush().orTimeout(20, SECONDS).join();
            assertThat(appender.texts())
                    .map(text -> text.replaceAll(" \\(written .*", ""))
                    .containsExactly("first", "line 0", "line 1", "line 2", "line 3", "line 4", "line 5", "more room");
            assertThat(own.soFar())
                    .containsExactly(
                            "14 log lines of Conclave are missing here: the logging backend was too slow, or failed");
            log.info("later");
            queue.flush().orTimeout(20, SECONDS).join();
            assertThat(own.soFar()).as("a loss is said once").hasSize(1);
            assertThat(appender.texts()).last().isEqualTo("later");
        }
    }

    @Test
    void aLogLineIsWrittenByAnotherThreadWithTheMdcAndTheArgumentsOfTheCall() {
        StringBuilder changing = new StringBuilder("before");
        appender.stall();
        LogContext.around(new ElectionName("orders"), 7, "leader", () -> log.info("{} {}", changing, 3));
        changing.setLength(0);
        MDC.put("election", "another");
        appender.stalled.countDown();
        queue.flush().orTimeout(20, SECONDS).join();
        MDC.clear();

        ILoggingEvent line = appender.lines.element();
        assertThat(line.getFormattedMessage()).startsWith("before 3");
        assertThat(line.getMDCPropertyMap())
                .containsEntry("election", "orders")
                .containsEntry("term", "0.7")
                .containsEntry("role", "leader");
        assertThat(line.getThreadName()).isEqualTo("conclave-log");
    }

    @Test
    void aNameWithALineFeedForgesNoLine() {
        LogContext.around(
                new ElectionName("a\nb"),
                1,
                "none",
                () -> log.warn("{}: {} and {}", new ElectionName("a\nb"), "c\r\u001b[2Jd", null));
        queue.flush().orTimeout(20, SECONDS).join();

        ILoggingEvent line = appender.lines.element();
        assertThat(line.getFormattedMessage()).isEqualTo("a\\nb: c\\r\\u001b[2Jd and null");
        assertThat(line.getMDCPropertyMap()).containsEntry("election", "a\\nb");
    }

    /** Some callers have no arguments, and pass a whole sentence. */
    @Test
    void aSentenceWithALineFeedForgesNoLine() {
        log.warn("Dropped a connection with a\nb");
        queue.flush().orTimeout(20, SECONDS).join();

        assertThat(appender.texts()).containsExactly("Dropped a connection with a\\nb");
    }

    @Test
    void aDisabledDebugLineIsNotHandedOver() {
        log.debug("{}", new Object() {
            @Override
            public String toString() {
                throw new AssertionError("nobody asked for this text");
            }
        });
        queue.flush().orTimeout(20, SECONDS).join();
        assertThat(appender.lines).isEmpty();
        assertThat(queue.lost()).isZero();
    }

    @Test
    void anArgumentOrAnAppenderThatThrowsLosesOnlyItsLogLine() {
        log.info("{}", new Object() {
            @Override
            public String toString() {
                throw new IllegalStateException("provoked by the test");
            }
        });
        appender.failOn = "fails";
        log.info("fails");
        log.error("goes on", new IllegalStateException("why"));
        queue.flush().orTimeout(20, SECONDS).join();

        assertThat(queue.lost()).isEqualTo(2);
        assertThat(appender.texts()).containsExactly("goes on");
        assertThat(appender.lines.element().getThrowableProxy().getMessage()).isEqualTo("why");
    }

    private static final class Appender extends AppenderBase<ILoggingEvent> {
        private final ConcurrentLinkedQueue<ILoggingEvent> lines = new ConcurrentLinkedQueue<>();
        private final CountDownLatch reached = new CountDownLatch(1);
        private volatile CountDownLatch stalled = new CountDownLatch(0);
        private volatile String failOn = "";

        void stall() {
            stalled = new CountDownLatch(1);
        }

        @Override
        public synchronized void doAppend(ILoggingEvent line) {
            if (line.getFormattedMessage().equals(failOn)) {
                throw new IllegalStateException("provoked by the test");
            }
            append(line);
        }

        @Override
        protected void append(ILoggingEvent line) {
            reached.countDown();
            try {
                stalled.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            line.prepareForDeferredProcessing();
            lines.add(line);
        }

        List<String> texts() {
            return lines.stream().map(ILoggingEvent::getFormattedMessage).toList();
        }
    }
}
