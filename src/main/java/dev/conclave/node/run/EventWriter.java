package dev.conclave.node.run;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.judge.Event;
import dev.conclave.judge.EventLine;
import dev.conclave.logging.AsyncLogger;
import dev.conclave.node.cli.EventText;
import java.io.PrintStream;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes the events of a peer, each as one line that is flushed before the next, on a thread of its own: a pipe that nobody reads
 * holds up neither the peer nor its end. Thread-safe.
 */
final class EventWriter {

    private static final AsyncLogger LOG = AsyncLogger.of(EventWriter.class);

    /** How many lines may wait for the reader of standard output; further ones are dropped and counted. */
    private static final int MOST_WAITING = 10_000;

    private final PrintStream out;
    private final EventFormat format;
    private final PeerId peer;
    private final boolean remembers;
    private final ElectionName election;
    private final ThreadPoolExecutor writer = new ThreadPoolExecutor(
            1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING), EventWriter::thread, this::drop);
    private final AtomicLong dropped = new AtomicLong();
    private long highestTerm;
    private boolean stopped;

    EventWriter(PrintStream out, EventFormat format, PeerId peer, boolean remembers, ElectionName election) {
        this.out = out;
        this.format = format;
        this.peer = peer;
        this.remembers = remembers;
        this.election = election;
    }

    PeerId peer() {
        return peer;
    }

    ElectionName election() {
        return election;
    }

    synchronized void started(long term) {
        write(new Event.Started(System.nanoTime(), peer, election, term, remembers));
    }

    synchronized void following(long term, PeerId leader) {
        write(new Event.Following(System.nanoTime(), peer, election, term, leader));
    }

    synchronized void standing(long term) {
        write(new Event.Standing(System.nanoTime(), peer, election, term));
    }

    synchronized void elected(long term, long leaseUntil) {
        write(new Event.Elected(System.nanoTime(), peer, election, term, leaseUntil));
    }

    synchronized void dismissed(long term, String reason, long heldUntil) {
        write(new Event.Dismissed(System.nanoTime(), peer, election, term, reason, heldUntil));
    }

    synchronized void leaderless(long term) {
        write(new Event.Leaderless(System.nanoTime(), peer, election, term));
    }

    /** Writes the last line; later events are ignored. Completes when all lines are written, which may be never. */
    synchronized CompletableFuture<Void> stopped() {
        write(new Event.Stopped(System.nanoTime(), peer, election, highestTerm));
        stopped = true;
        CompletableFuture<Void> written = new CompletableFuture<>();
        writer.execute(() -> written.complete(null));
        if (dropped.get() > 0) {
            LOG.warn("{} events were dropped, since standard output was not read", dropped.get());
        }
        return written;
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "conclave-node-events");
        thread.setDaemon(true);
        return thread;
    }

    private void drop(Runnable line, ThreadPoolExecutor full) {
        if (dropped.incrementAndGet() == 1) {
            LOG.warn("Standard output is not read: {} events wait, and further ones are dropped", MOST_WAITING);
        }
    }

    private void write(Event.InElection event) {
        if (stopped) {
            return;
        }
        highestTerm = Math.max(highestTerm, event.term());
        Instant at = Instant.now();
        String line = (format == EventFormat.json ? EventLine.write(event, at) : text(event, at)) + "\n";
        writer.execute(() -> {
            // The whole line in one write, so that a killed process tears at most its last line.
            out.print(line);
            out.flush();
        });
    }

    private static String text(Event.InElection event, Instant at) {
        LocalTime time = LocalTime.ofInstant(at, ZoneId.systemDefault()).truncatedTo(ChronoUnit.MILLIS);
        return String.format("%-12s  %s  \"%s\"  %s", time, event.peer(), event.election(), EventText.of(event));
    }
}
