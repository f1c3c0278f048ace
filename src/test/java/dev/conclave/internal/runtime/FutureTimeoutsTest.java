package dev.conclave.internal.runtime;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** A time limit of Conclave's ends its future, whatever an application does on the threads of the JVM. */
class FutureTimeoutsTest {

    private static final Duration SOON = Duration.ofMillis(1);
    private static final Duration LATER = Duration.ofSeconds(30);

    @Test
    void aTimeLimitEndsAFutureAlsoWhileTheTimerOfTheJvmIsBlocked() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        CompletableFuture<String> ofAnApplication = new CompletableFuture<>();
        var unused = ofAnApplication.thenRun(() -> {
            blocked.countDown();
            awaitQuietly(over);
        });
        assertThat(ofAnApplication.completeOnTimeout("", 1, MILLISECONDS)).isSameAs(ofAnApplication);
        blocked.await();
        try {
            assertThat(FutureTimeouts.completing(new CompletableFuture<>(), SOON, "late"))
                    .succeedsWithin(LATER)
                    .isEqualTo("late");
            assertThat(FutureTimeouts.failing(new CompletableFuture<>(), SOON))
                    .failsWithin(LATER)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(TimeoutException.class);
        } finally {
            over.countDown();
        }
    }

    @Test
    void aFutureThatIsDoneInTimeKeepsItsValue() {
        assertThat(FutureTimeouts.failing(CompletableFuture.completedFuture("in time"), SOON))
                .isCompletedWithValue("in time");
        CompletableFuture<String> future = new CompletableFuture<>();
        assertThat(FutureTimeouts.completing(future, LATER, "late")).isNotDone();
        future.complete("in time");
        assertThat(future).isCompletedWithValue("in time");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
