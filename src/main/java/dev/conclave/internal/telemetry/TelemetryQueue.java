package dev.conclave.internal.telemetry;

import dev.conclave.logging.AsyncLogger;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * The queue of events for one {@link TelemetryListener}, which is called by one thread of an executor at a time. A registry of
 * the application may block; then the queue fills, and further events are dropped and counted. An exception of the listener is
 * logged once and has no other effect.
 */
final class TelemetryQueue {

    /** The maximum number of events that wait: those of some seconds on a node with a thousand elections, some megabytes. */
    static final int MOST = 100_000;

    private static final AsyncLogger LOG = AsyncLogger.of(TelemetryPublisher.class);

    private final TelemetryListener instruments;
    private final Executor executor;
    private final Queue<Consumer<TelemetryListener>> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final LongAdder missed = new LongAdder();
    private final AtomicBoolean telling = new AtomicBoolean();

    private volatile boolean closed;
    private boolean complained;

    TelemetryQueue(TelemetryListener instruments, Executor executor) {
        this.instruments = instruments;
        this.executor = executor;
    }

    boolean isOf(TelemetryListener whose) {
        return instruments.equals(whose);
    }

    /** Stops passing on events. */
    void close() {
        closed = true;
    }

    /** Adds an event without waiting. */
    void add(Consumer<TelemetryListener> event) {
        if (size.incrementAndGet() > MOST) {
            size.decrementAndGet();
            missed.increment();
            return;
        }
        waiting.add(event);
        if (telling.compareAndSet(false, true)) {
            try {
                executor.execute(this::tellAll);
            } catch (RejectedExecutionException ended) {
                close();
            }
        }
    }

    private void tellAll() {
        do {
            Consumer<TelemetryListener> event = waiting.poll();
            while (event != null) {
                size.decrementAndGet();
                tell(event);
                event = waiting.poll();
            }
            long left = missed.sumThenReset();
            if (left > 0) {
                tell(one -> one.missed(left));
            }
            telling.set(false);
        } while (!waiting.isEmpty() && telling.compareAndSet(false, true));
    }

    private void tell(Consumer<TelemetryListener> event) {
        if (closed) {
            return;
        }
        try {
            event.accept(instruments);
        } catch (RuntimeException failed) {
            if (!complained) {
                complained = true;
                LOG.warn("A meter failed, and further failures are not logged; elections are not affected", failed);
            }
        }
    }
}
