package dev.conclave.node.judge;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.judge.Event;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Ends the leaderships whose ends no file shows: a process that was killed writes nothing. Such a leadership ended at the latest
 * before the next life of its peer began. It may also have ended before the next leadership of the election began, and S3 holds
 * then: a verdict needs proof, so that end is assumed. A leadership that nothing follows lasts until the end of the log.
 */
final class UnknownEnds {

    private UnknownEnds() {}

    /** Returns the assumed ends of processes. */
    static List<Event> of(List<Event> events) {
        Map<PeerId, List<Event>> byPeer = new TreeMap<>();
        for (Event event : events) {
            byPeer.computeIfAbsent(event.peer(), none -> new ArrayList<>()).add(event);
        }
        List<Event> ends = new ArrayList<>();
        byPeer.forEach((peer, told) -> {
            told.sort(Comparator.comparingLong(Event::mono));
            for (List<Event> life : lives(told)) {
                end(peer, life, told, events, ends);
            }
        });
        return ends;
    }

    private static List<List<Event>> lives(List<Event> told) {
        List<List<Event>> lives = new ArrayList<>();
        Map<ElectionName, Event> begun = new TreeMap<>();
        for (Event event : told) {
            boolean again = event instanceof Event.Started started && begun.put(started.election(), event) != null;
            if (lives.isEmpty() || again) {
                lives.add(new ArrayList<>());
                begun.clear();
                if (event instanceof Event.Started started) {
                    begun.put(started.election(), event);
                }
            }
            lives.get(lives.size() - 1).add(event);
        }
        return lives;
    }

    private static void end(PeerId peer, List<Event> life, List<Event> told, List<Event> all, List<Event> ends) {
        Event last = life.get(life.size() - 1);
        long next = told.stream()
                .filter(event -> event instanceof Event.Started && event.mono() > last.mono())
                .mapToLong(Event::mono)
                .min()
                .orElse(Long.MAX_VALUE);
        long end = next;
        boolean open = false;
        for (Event event : life) {
            if (event instanceof Event.Elected elected && !isEnded(elected, life)) {
                open = true;
                end = Math.min(end, successor(elected, all));
            }
        }
        if (open && end > last.mono() && end != Long.MAX_VALUE) {
            ends.add(new Event.Killed(end == next ? end - 1 : end, peer));
        }
    }

    private static boolean isEnded(Event.Elected elected, List<Event> life) {
        return life.stream()
                .anyMatch(event -> event instanceof Event.Stopped
                        || event instanceof Event.Killed
                        || (event instanceof Event.Dismissed dismissed
                                && dismissed.election().equals(elected.election())
                                && dismissed.term() == elected.term()));
    }

    /** When the next leadership of the election began. */
    private static long successor(Event.Elected elected, List<Event> all) {
        return all.stream()
                .filter(event -> event instanceof Event.Elected later
                        && later.election().equals(elected.election())
                        && later.term() > elected.term()
                        && !later.peer().equals(elected.peer()))
                .mapToLong(Event::mono)
                .filter(mono -> mono > elected.mono())
                .min()
                .orElse(Long.MAX_VALUE);
    }
}
