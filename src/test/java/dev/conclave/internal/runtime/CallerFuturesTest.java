package dev.conclave.internal.runtime;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallerFuturesTest {

    private final ExecutorService callers = Executors.newSingleThreadExecutor(task -> new Thread(task, "callers"));
    private final CallerFutures futures = new CallerFutures(callers);
    private final CompletableFuture<CompletableFuture<String>> asked = new CompletableFuture<>();

    @AfterEach
    void stop() {
        callers.shutdownNow();
    }

    private CompletableFuture<String> ask() {
        return futures.<String, String>ask(
                        asked::complete,
                        (question, why) -> question.completeExceptionally(new IllegalStateException(why)),
                        answer -> answer + "!")
                .toCompletableFuture();
    }

    private static String threadOf(CompletableFuture<String> stage) {
        return stage.handle((value, failure) -> Thread.currentThread().getName())
                .orTimeout(20, SECONDS)
                .join();
    }

    @Test
    void callbacksOfAStageRunOnTheThreadForCallersAlsoAfterAFailure() {
        CompletableFuture<String> stage = ask();
        CompletableFuture<String> thread =
                stage.handle((value, failure) -> Thread.currentThread().getName());
        asked.join().completeExceptionally(new IllegalStateException("no"));

        assertThat(thread.orTimeout(20, SECONDS).join()).isEqualTo("callers");
        assertThatThrownBy(stage::join).hasMessageContaining("no");
    }

    @Test
    void aCallbackThatBlocksDoesNotDelayTheThreadThatAnswers() throws InterruptedException {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<String> stage = ask();
        var unused = stage.thenRun(() -> {
            blocked.countDown();
            try {
                release.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
        assertThat(asked.join().complete("yes")).as("this returns").isTrue();
        assertThat(blocked.await(20, SECONDS)).isTrue();
        release.countDown();
        assertThat(stage.join()).isEqualTo("yes!");
    }

    @Test
    void aCallerThatCompletesItsOwnStageDoesNotAffectOtherStages() {
        CompletableFuture<String> stage = ask();
        assertThat(stage.complete("of its own")).isTrue();
        assertThat(asked.join()).as("the question of the completed stage").isCancelled();
        CompletableFuture<String> other = futures.<String, String>ask(
                        question -> question.complete("yes"), (question, why) -> {}, answer -> answer)
                .toCompletableFuture();
        assertThat(other.orTimeout(20, SECONDS).join()).isEqualTo("yes");
    }

    @Test
    void openAndLaterStagesFailOnceTheNodeHasEnded() {
        CompletableFuture<String> open = ask();
        futures.end("it has ended");
        CompletableFuture<String> later = ask();

        assertThatThrownBy(() -> open.orTimeout(20, SECONDS).join()).hasMessageContaining("ended");
        assertThatThrownBy(() -> later.orTimeout(20, SECONDS).join()).hasMessageContaining("ended");
    }

    @Test
    void aStageCompletesAlthoughItsExecutorHasShutDown() {
        CompletableFuture<String> stage = ask();
        callers.shutdown();
        asked.join().complete("yes");
        assertThat(stage.orTimeout(20, SECONDS).join()).isEqualTo("yes!");
        assertThat(threadOf(stage)).isNotEqualTo("callers");
    }
}
