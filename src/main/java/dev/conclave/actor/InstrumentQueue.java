package dev.conclave.actor;

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
 * What waits to be told to instruments, which are called by one thread of an executor at a time. A registry of the application
 * may take a lock or block; then the queue fills, and what has no room in it is counted and left out. Instruments that fail
 * harm nothing else, and that is logged once, by the thread that calls them.
 */
final class InstrumentQueue {

    /** How much waits at most: some seconds of a node with a thousand elections, and some megabytes. */
    static final int MOST = 100_000;

    private static final AsyncLogger LOG = AsyncLogger.of(InstrumentPanel.class);

    private final Instruments instruments;
    private final Executor executor;
    private final Queue<Consumer<Instruments>> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final LongAdder missed = new LongAdder();
    private final AtomicBoolean telling = new AtomicBoolean();

    private volatile boolean closed;
    private boolean complained;

    InstrumentQueue(Instruments instruments, Executor executor) {
        this.instruments = instruments;
        this.executor = executor;
    }

    boolean isOf(Instruments whose) {
        return instruments.equals(whose);
    }

    /** Nothing is told any more. */
    void close() {
        closed = true;
    }

    /** Waits for nothing. */
    void add(Consumer<Instruments> event) {
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
            Consumer<Instruments> event = waiting.poll();
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

    private void tell(Consumer<Instruments> event) {
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
