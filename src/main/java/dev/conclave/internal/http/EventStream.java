package dev.conclave.internal.http;

import dev.conclave.internal.telemetry.ChangeHistory;
import dev.conclave.status.Change;
import dev.conclave.status.StatusJson;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** One stream of server-sent events: the changes of a node, in their order. Used by one thread at a time. */
public final class EventStream implements AutoCloseable {

    /** The type of the content. */
    public static final String TYPE = "text/event-stream; charset=utf-8";

    /** How long a stream may say nothing: a client that hears nothing for longer has lost the node. */
    static final long QUIET_MILLIS = 2_000;

    /**
     * After the first change: those of one election follow within milliseconds, and its threads need the processors more than the
     * clients need the news. Writing at once made a hand-over 1.3 ms longer (docs/performance.md).
     */
    private static final long GATHER_MILLIS = 50;

    private final ChangeHistory changes;
    private final Runnable closed;
    private final AtomicBoolean open = new AtomicBoolean(true);
    private long last;
    private long saidAt = System.nanoTime();

    /**
     * Creates a stream that begins after a change.
     *
     * @param closed called once, when the stream is closed
     */
    EventStream(ChangeHistory changes, long since, Runnable closed) {
        this.changes = changes;
        this.last = since;
        this.closed = closed;
    }

    /** Returns the first text: it makes a client notice at once that it is connected. */
    public String begin() {
        return "retry: 1000\n: " + last + "\n\n";
    }

    /** Waits for the next text, for about {@value #QUIET_MILLIS} ms at most. */
    String await() throws InterruptedException {
        if (changes.await(last, QUIET_MILLIS)) {
            Thread.sleep(GATHER_MILLIS);
        }
        return next();
    }

    /** Returns the text that is due now; empty if none is. */
    public String next() {
        StringBuilder text = new StringBuilder();
        // Asked before the changes are read: a gap is named once too often rather than not at all.
        boolean gap = last != 0 && changes.hasForgotten(last);
        List<Change> later = changes.after(last);
        if (gap && !later.isEmpty()) {
            text.append("event: gap\ndata: {\"after\":").append(last).append("}\n\n");
        }
        for (Change change : later) {
            text.append("id: ")
                    .append(change.id())
                    .append("\nevent: change\ndata: ")
                    .append(StatusJson.write(change))
                    .append("\n\n");
            last = change.id();
        }
        long now = System.nanoTime();
        if (text.isEmpty() && now - saidAt >= QUIET_MILLIS * 1_000_000) {
            text.append(": alive\n\n");
        }
        if (!text.isEmpty()) {
            saidAt = now;
        }
        return text.toString();
    }

    @Override
    public void close() {
        if (open.getAndSet(false)) {
            closed.run();
        }
    }
}
