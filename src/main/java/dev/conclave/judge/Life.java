package dev.conclave.judge;

import dev.conclave.core.PeerId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * One peer in one election from one start to the next.
 *
 * @param number counted from 0
 * @param events what the peer said, in order
 * @param killedAt when a harness killed it
 * @param last whether no later life is known
 */
record Life(PeerId peer, int number, List<Event.InElection> events, OptionalLong killedAt, boolean last) {

    /**
     * Cuts what is known of one peer into its lives.
     *
     * @param told what it said about one election, and what a harness did to it
     */
    static List<Life> of(PeerId peer, List<Event> told) {
        List<Event> inOrder = new ArrayList<>(told);
        inOrder.sort(Comparator.comparingLong(Event::mono));
        List<List<Event>> lives = new ArrayList<>();
        for (Event event : inOrder) {
            if (lives.isEmpty() || event instanceof Event.Started) {
                lives.add(new ArrayList<>());
            }
            lives.get(lives.size() - 1).add(event);
        }
        List<Life> cut = new ArrayList<>();
        for (int number = 0; number < lives.size(); number++) {
            cut.add(of(peer, number, lives.get(number), number == lives.size() - 1));
        }
        return cut;
    }

    private static Life of(PeerId peer, int number, List<Event> events, boolean last) {
        List<Event.InElection> said = new ArrayList<>();
        OptionalLong killedAt = OptionalLong.empty();
        for (Event event : events) {
            if (event instanceof Event.InElection inElection) {
                said.add(inElection);
            } else if (killedAt.isEmpty()) {
                killedAt = OptionalLong.of(event.mono());
            }
        }
        return new Life(peer, number, List.copyOf(said), killedAt, last);
    }

    /** Every leadership that the peer announced in this life, in the order in which it did. */
    List<Leadership> leaderships() {
        Map<Long, Long> endOf = new HashMap<>();
        for (Event.InElection event : events) {
            if (event instanceof Event.Dismissed dismissed) {
                endOf.putIfAbsent(dismissed.term(), dismissed.heldUntil());
            }
        }
        List<Leadership> held = new ArrayList<>();
        for (Event.InElection event : events) {
            if (event instanceof Event.Elected elected) {
                // A process may be frozen between the announcement and the line about it. The first lease was held at
                // the
                // announcement, so that came before the lease's end, however late the line.
                long from = Math.min(elected.mono(), elected.leaseUntil());
                long until = endOf.getOrDefault(elected.term(), endOfLife());
                held.add(new Leadership(peer, number, elected.term(), from, Math.max(from, until)));
            }
        }
        return held;
    }

    /** Until when the peer may have held what it never said to have lost. */
    private long endOfLife() {
        if (killedAt.isPresent()) {
            return killedAt.getAsLong();
        }
        if (events.isEmpty()) {
            return Leadership.OPEN;
        }
        Event lastSaid = events.get(events.size() - 1);
        // Nobody saw it die, but it has a later life. It certainly lived when it said its last; no more is known.
        return last && !(lastSaid instanceof Event.Stopped) ? Leadership.OPEN : lastSaid.mono();
    }
}
