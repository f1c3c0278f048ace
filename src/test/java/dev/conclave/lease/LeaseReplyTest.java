package dev.conclave.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.coordination.lease.LeaseException;
import akka.coordination.lease.LeaseTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LeaseReplyTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private final Queue<Runnable> later = new ArrayDeque<>();

    private LeaseReply answer(Executor executor) {
        return LeaseReply.within(LONG, executor, "to acquire", () -> {});
    }

    @Test
    void onlyTheFirstAnswerOfALeaseCounts() {
        LeaseReply answer = answer(Runnable::run);
        assertThat(answer.give(true)).isTrue();
        assertThat(answer.give(false)).isFalse();
        assertThat(answer.fail(new LeaseException("too late"))).isFalse();
        assertThat(answer.stage().toCompletableFuture()).isCompletedWithValue(true);
    }

    @Test
    void theStageOfAnAnswerCompletesOnTheExecutor() {
        LeaseReply answer = answer(later::add);
        CompletableFuture<Boolean> heard = answer.stage().toCompletableFuture();
        answer.give(true);
        assertThat(answer.isGiven()).isTrue();
        assertThat(heard).isNotDone();
        later.remove().run();
        assertThat(heard).isCompletedWithValue(true);
    }

    @Test
    void aTaskAfterwardsRunsOnlyOnceTheAnswerIsComplete() {
        LeaseReply answer = answer(later::add);
        CompletableFuture<Boolean> lost = new CompletableFuture<>();
        answer.give(true);
        answer.afterwards(
                () -> lost.complete(answer.stage().toCompletableFuture().isDone()));
        while (!later.isEmpty()) {
            assertThat(lost).isNotDone();
            later.remove().run();
        }
        assertThat(lost).isCompletedWithValue(true);
    }

    @Test
    void anAnswerThatDoesNotArriveInTimeIsATimeout() throws InterruptedException {
        CountDownLatch tooLate = new CountDownLatch(1);
        LeaseReply answer = LeaseReply.within(
                Duration.ofMillis(1), Runnable::run, "to acquire the lease \"x\"", tooLate::countDown);
        assertThatThrownBy(() -> answer.stage().toCompletableFuture().join())
                .cause()
                .isInstanceOf(LeaseTimeoutException.class)
                .hasMessageContaining("to acquire the lease \"x\" failed: no answer within 1 ms");
        assertThat(tooLate.await(1, TimeUnit.MINUTES)).isTrue();
        assertThat(answer.give(true)).isFalse();
    }

    @Test
    void anAnswerArrivesAlthoughTheExecutorHasEnded() {
        LeaseReply answer = answer(task -> {
            throw new RejectedExecutionException("ended");
        });
        answer.give(false);
        assertThat(answer.stage().toCompletableFuture().join()).isFalse();
    }

    @Test
    void aCallerCannotCompleteAnAnswerByItself() {
        LeaseReply answer = answer(Runnable::run);
        answer.stage().toCompletableFuture().complete(true);
        assertThat(answer.isGiven()).isFalse();
        assertThat(answer.give(false)).isTrue();
        assertThat(answer.stage().toCompletableFuture()).isCompletedWithValue(false);
    }
}
