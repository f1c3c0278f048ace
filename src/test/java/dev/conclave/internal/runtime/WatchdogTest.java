package dev.conclave.internal.runtime;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import dev.conclave.logging.LogLines;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The thread that checks the leases of all instances of a node (R8). */
class WatchdogTest {

    private static final Duration SOON = Duration.ofMillis(1);

    private final ActorTestKit actors = ActorTestKit.create();
    private final Watchdog watchdog = Watchdog.get(actors.system());

    @AfterEach
    void close() {
        actors.shutdownTestKit();
    }

    /** An instance that has ended would be held for ever, and the thread would never sleep. */
    @Test
    void anInstanceThatHasEndedIsNotCheckedAgain() {
        AtomicInteger checksOfTheEnded = new AtomicInteger();
        AtomicInteger checksOfTheOther = new AtomicInteger();
        watchdog.watch(now -> {
            checksOfTheEnded.incrementAndGet();
            return Watchdog.NEVER;
        });
        await().atMost(30, SECONDS).until(() -> checksOfTheEnded.get() > 0);
        watchdog.watch(now -> {
            checksOfTheOther.incrementAndGet();
            return SOON;
        });
        await().atMost(30, SECONDS).until(() -> checksOfTheOther.get() > 3);
        assertThat(checksOfTheEnded).hasValue(1);
    }

    @Test
    void aCheckThatThrowsIsLoggedAndRepeatedAndEndsNoOther() {
        AtomicInteger checks = new AtomicInteger();
        try (LogLines log = LogLines.of(Watchdog.class.getName())) {
            watchdog.watch(now -> {
                if (checks.incrementAndGet() == 1) {
                    throw new IllegalStateException("thrown by a test");
                }
                return Watchdog.NEVER;
            });
            await().atMost(30, SECONDS).until(() -> checks.get() == 2);
            assertThat(log.soFar())
                    .singleElement()
                    .asString()
                    .contains("Checking the lease of a singleton or a task failed; the check is repeated");
        }
    }
}
