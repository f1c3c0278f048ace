package dev.conclave.bench.akka;

import akka.util.ByteString;
import dev.conclave.Election;
import dev.conclave.Leadership;
import dev.conclave.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Writes and reads registers, and notes how long each call took. One object for each measurement. */
final class RegisterLoad {

    private static final long LAST_ANSWERS_SECONDS = 10;
    private static final long LEADERLESS_MILLIS = 50;

    private final List<Long> micros = new ArrayList<>();
    private final AtomicInteger failed = new AtomicInteger();
    private long lastDone;

    /** An answer from the instant at which the call was meant to be made. */
    private synchronized void answered(long from) {
        lastDone = System.nanoTime();
        micros.add((lastDone - from) / 1_000);
    }

    private static ByteString value(int bytes) {
        byte[] value = new byte[bytes];
        new Random(bytes).nextBytes(value);
        return ByteString.fromArray(value);
    }

    /**
     * Open loop: makes the calls at fixed instants, whether earlier ones have been answered or not, one register after the other.
     * A latency is counted from the instant at which the call was due, so that a late caller hides nothing.
     *
     * @param start the instant of the first call
     * @param every the nanoseconds from one call to the next
     */
    void open(List<Election> led, long start, long every, int count, int bytes) throws Exception {
        ByteString value = value(bytes);
        List<CompletableFuture<Void>> answers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long due = start + i * every;
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            answers.add(write(led.get(i % led.size()), value, due));
        }
        await(CompletableFuture.allOf(answers.toArray(new CompletableFuture<?>[0])), LAST_ANSWERS_SECONDS);
    }

    /** Closed loop: each register is written again as soon as it was written, until the instant or the count is reached. */
    void closed(List<Election> led, long start, long until, int count, int bytes) throws Exception {
        ByteString value = value(bytes);
        for (long wait = start - System.nanoTime(); wait > 0; wait = start - System.nanoTime()) {
            LockSupport.parkNanos(wait);
        }
        AtomicInteger left = new AtomicInteger(count);
        List<CompletableFuture<Void>> loops = new ArrayList<>();
        for (Election election : led) {
            CompletableFuture<Void> ended = new CompletableFuture<>();
            loops.add(ended);
            again(election, value, until, left, ended);
        }
        await(
                CompletableFuture.allOf(loops.toArray(new CompletableFuture<?>[0])),
                TimeUnit.NANOSECONDS.toSeconds(until - start) + LAST_ANSWERS_SECONDS);
    }

    private void again(
            Election election, ByteString value, long until, AtomicInteger left, CompletableFuture<Void> ended) {
        long now = System.nanoTime();
        if (now >= until || left.getAndDecrement() <= 0) {
            ended.complete(null);
            return;
        }
        // A stage that is already done would otherwise call itself deeper and deeper.
        var unused = write(election, value, now)
                .whenCompleteAsync((done, failure) -> again(election, value, until, left, ended));
    }

    private CompletableFuture<Void> write(Election election, ByteString value, long from) {
        Optional<Leadership> leadership = election.leadership();
        if (leadership.isEmpty()) {
            failed.incrementAndGet();
            // A closed loop would otherwise spin while its register has no leader here.
            return CompletableFuture.runAsync(
                    () -> {}, CompletableFuture.delayedExecutor(LEADERLESS_MILLIS, TimeUnit.MILLISECONDS));
        }
        CompletionStage<Written> written = election.register().write(leadership.get(), value);
        return written.handle((answer, failure) -> {
                    if (answer instanceof Written.Done) {
                        answered(from);
                    } else {
                        failed.incrementAndGet();
                    }
                    return (Void) null;
                })
                .toCompletableFuture();
    }

    /** Reads one register again and again. */
    void read(Election election, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            long from = System.nanoTime();
            try {
                election.register().read().toCompletableFuture().get(LAST_ANSWERS_SECONDS, TimeUnit.SECONDS);
                answered(from);
            } catch (java.util.concurrent.ExecutionException unanswered) {
                failed.incrementAndGet();
            }
        }
    }

    private void await(CompletableFuture<Void> all, long seconds) throws Exception {
        try {
            all.get(seconds, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            // The answers that are missing are neither among the times nor among the failures.
        }
    }

    /** The result as fields of JSON. */
    synchronized String fields(long start) {
        StringBuilder text = new StringBuilder();
        text.append("\"seconds\":").append((lastDone - start) / 1e9);
        text.append(",\"failed\":").append(failed.get());
        text.append(",\"micros\":").append(micros.toString().replace(" ", ""));
        return text.toString();
    }
}
