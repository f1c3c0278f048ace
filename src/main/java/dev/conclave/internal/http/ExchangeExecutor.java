package dev.conclave.internal.http;

import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Runs the exchanges of the JDK's HTTP server on a bounded number of threads, and gives none of them to a slow client for long:
 * the server has no limits of its own but system properties, which belong to the application. An interrupt closes the connection
 * that the thread reads from or writes to.
 */
final class ExchangeExecutor implements Executor, AutoCloseable {

    /** How long a client may take to send its request, in milliseconds. */
    static final long LONGEST_READ_MILLIS = 5_000;

    /** How long a client may take to send its request while others wait for a thread, in milliseconds. */
    static final long LONGEST_READ_IN_A_CROWD_MILLIS = 300;

    /** How long a client may leave an answer, or a part of a stream, untaken, in milliseconds. */
    static final long LONGEST_WRITE_MILLIS = 10_000;

    /** How many requests may wait for a thread. */
    private static final int MOST_WAITING = 256;

    private static final long CHECK_EVERY_MILLIS = 100;

    private static final ThreadLocal<@Nullable Exchange> CURRENT = new ThreadLocal<>();

    private final ThreadPoolExecutor threads;
    private final ScheduledThreadPoolExecutor watch;

    ExchangeExecutor(int most) {
        threads = new ThreadPoolExecutor(
                most, most, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING), named("conclave-http"));
        threads.allowCoreThreadTimeOut(true);
        watch = new ScheduledThreadPoolExecutor(1, named("conclave-http-watch"));
        watch.setRemoveOnCancelPolicy(true);
        watch.setKeepAliveTime(10, TimeUnit.SECONDS);
        watch.allowCoreThreadTimeOut(true);
    }

    private static ThreadFactory named(String name) {
        AtomicInteger number = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** The step for which the thread of an exchange waits. */
    enum Phase {
        /** The client sends its request. */
        READING(LONGEST_READ_MILLIS),
        /** This node makes the answer. */
        ANSWERING(Long.MAX_VALUE),
        /** The client takes the answer. */
        WRITING(LONGEST_WRITE_MILLIS);

        private final long longestMillis;

        Phase(long longestMillis) {
            this.longestMillis = longestMillis;
        }
    }

    /** Notes what the current thread waits for from now on. */
    static void enter(Phase phase) {
        Exchange current = CURRENT.get();
        if (current != null) {
            current.enter(phase);
        }
    }

    /** Runs a task. Throws {@link RejectedExecutionException} if too many wait already; the server then closes the connection. */
    @Override
    public void execute(Runnable task) {
        threads.execute(new Exchange(task));
    }

    @Override
    public void close() {
        threads.shutdownNow();
        watch.shutdownNow();
    }

    private final class Exchange implements Runnable {
        private final Runnable task;
        private @Nullable Thread thread;
        private Phase phase = Phase.READING;
        private long since;

        Exchange(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            begin();
            Future<?> check;
            try {
                check = watch.scheduleWithFixedDelay(
                        this::check, CHECK_EVERY_MILLIS, CHECK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException closed) {
                // The server is closing all connections, also that of this exchange.
                return;
            }
            CURRENT.set(this);
            try {
                task.run();
            } finally {
                CURRENT.remove();
                check.cancel(false);
                end();
            }
        }

        private synchronized void begin() {
            thread = Thread.currentThread();
            since = System.nanoTime();
        }

        private synchronized void end() {
            thread = null;
        }

        synchronized void enter(Phase next) {
            phase = next;
            since = System.nanoTime();
        }

        /** The thread is only interrupted while it still works for this exchange. */
        private synchronized void check() {
            boolean crowd = !threads.getQueue().isEmpty();
            long longest = phase == Phase.READING && crowd ? LONGEST_READ_IN_A_CROWD_MILLIS : phase.longestMillis;
            if (thread != null && (System.nanoTime() - since) / 1_000_000 > longest) {
                thread.interrupt();
            }
        }
    }
}
