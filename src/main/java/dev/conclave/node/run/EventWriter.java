package dev.conclave.node.run;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.judge.Event;
import dev.conclave.judge.EventLine;
import dev.conclave.node.cli.EventText;
import java.io.PrintStream;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/** Writes the events of a peer, each as one line that is flushed before the next. Thread-safe. */
final class EventWriter {

    private final PrintStream out;
    private final EventFormat format;
    private final PeerId peer;
    private final boolean remembers;
    private final ElectionName election;
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

    /** Writes the last line; later events are ignored. */
    synchronized void stopped() {
        write(new Event.Stopped(System.nanoTime(), peer, election, highestTerm));
        stopped = true;
    }

    private void write(Event.InElection event) {
        if (stopped) {
            return;
        }
        highestTerm = Math.max(highestTerm, event.term());
        Instant at = Instant.now();
        // The whole line in one write, so that a killed process tears at most its last line.
        out.print((format == EventFormat.json ? EventLine.write(event, at) : text(event, at)) + "\n");
        out.flush();
    }

    private static String text(Event.InElection event, Instant at) {
        LocalTime time = LocalTime.ofInstant(at, ZoneId.systemDefault()).truncatedTo(ChronoUnit.MILLIS);
        return String.format("%-12s  %s  \"%s\"  %s", time, event.peer(), event.election(), EventText.of(event));
    }
}
