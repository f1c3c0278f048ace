package dev.conclave.judge;

import dev.conclave.core.PeerId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * One life of a peer in one election: its events from one start of its process to the next.
 *
 * @param number counted from 0
 * @param events the events of the peer, in order
 * @param killedAt when a harness killed it
 * @param last whether no later life is known
 */
record PeerLife(PeerId peer, int number, List<Event.InElection> events, OptionalLong killedAt, boolean last) {

    /**
     * The time in nanoseconds after its kill in which a process may still write events: the harness reads the instant before it
     * sends the signal, and the signal takes a moment. Later events belong to another life whose start is missing in the log.
     */
    private static final long LAST_WORDS_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * Divides the events of one peer into its lives. A life begins with a started event, or with another event too long after a
     * kill: then the started event is missing.
     *
     * @param told its events in one election, and the kills by a harness
     */
    static List<PeerLife> of(PeerId peer, List<Event> told) {
        List<Event> inOrder = new ArrayList<>(told);
        inOrder.sort(Comparator.comparingLong(Event::mono));
        List<List<Event>> lives = new ArrayList<>();
        long killedAt = Long.MAX_VALUE - LAST_WORDS_NANOS;
        for (Event event : inOrder) {
            boolean speaksAgain = event instanceof Event.InElection && event.mono() > killedAt + LAST_WORDS_NANOS;
            if (lives.isEmpty() || event instanceof Event.Started || speaksAgain) {
                lives.add(new ArrayList<>());
                killedAt = Long.MAX_VALUE - LAST_WORDS_NANOS;
            }
            if (event instanceof Event.Killed) {
                killedAt = Math.min(killedAt, event.mono());
            }
            lives.get(lives.size() - 1).add(event);
        }
        List<PeerLife> cut = new ArrayList<>();
        for (int number = 0; number < lives.size(); number++) {
            cut.add(of(peer, number, lives.get(number), number == lives.size() - 1));
        }
        return cut;
    }

    private static PeerLife of(PeerId peer, int number, List<Event> events, boolean last) {
        List<Event.InElection> said = new ArrayList<>();
        OptionalLong killedAt = OptionalLong.empty();
        for (Event event : events) {
            if (event instanceof Event.InElection inElection) {
                said.add(inElection);
            } else if (killedAt.isEmpty()) {
                killedAt = OptionalLong.of(event.mono());
            }
        }
        return new PeerLife(peer, number, List.copyOf(said), killedAt, last);
    }

    /** The leaderships that the peer announced in this life, in their order. */
    List<LeadershipInterval> leaderships() {
        List<LeadershipInterval> held = new ArrayList<>();
        for (int at = 0; at < events.size(); at++) {
            if (events.get(at) instanceof Event.Elected elected) {
                // A process may be frozen between the announcement and the event. The first lease was held at the
                // announcement, so the announcement was before the end of that lease, however late the event is.
                long from = Math.min(elected.mono(), elected.leaseUntil());
                long until = endOf(elected, events.subList(at + 1, events.size()));
                held.add(new LeadershipInterval(peer, number, elected.term(), from, Math.max(from, until)));
            }
        }
        return held;
    }

    private long endOf(Event.Elected elected, List<Event.InElection> saidLater) {
        for (Event.InElection event : saidLater) {
            if (event instanceof Event.Dismissed dismissed && dismissed.term() == elected.term()) {
                return dismissed.heldUntil();
            }
        }
        return endOfLife(elected);
    }

    /** Returns the end of a leadership that has no dismissal. */
    private long endOfLife(Event.Elected elected) {
        if (killedAt.isPresent()) {
            // A leadership that began after the signal was sent lasts until the last event.
            return elected.mono() > killedAt.getAsLong()
                    ? events.get(events.size() - 1).mono()
                    : killedAt.getAsLong();
        }
        Event lastSaid = events.get(events.size() - 1);
        // The process has ended unobserved if there is a later life. It certainly lived at its last event.
        return last && !(lastSaid instanceof Event.Stopped) ? LeadershipInterval.OPEN : lastSaid.mono();
    }
}
