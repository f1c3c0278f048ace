package dev.conclave.node.demo;

import dev.conclave.core.PeerId;
import dev.conclave.judge.Event;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The last event of each peer.
 *
 * @param last by peer; without peers that have no event yet
 */
public record PeerStates(Map<PeerId, Event> last) {

    public static final PeerStates EMPTY = new PeerStates(Map.of());

    /** Returns the states of the peers after an event. Events of a dead peer that are read late are ignored. */
    public PeerStates after(Event event) {
        if (last.get(event.peer()) instanceof Event.Killed && !(event instanceof Event.Started)) {
            return this;
        }
        Map<PeerId, Event> changed = new TreeMap<>(last);
        changed.put(event.peer(), event);
        return new PeerStates(Collections.unmodifiableMap(changed));
    }

    /** The leader of the highest term, since an earlier leader may not know its successor yet. */
    public Optional<Event.Elected> leader() {
        Optional<Event.Elected> leader = Optional.empty();
        for (Event event : last.values()) {
            if (event instanceof Event.Elected elected
                    && leader.map(other -> other.term() < elected.term()).orElse(true)) {
                leader = Optional.of(elected);
            }
        }
        return leader;
    }

    /** The leader, if it is one of these peers and all others of them follow it. */
    public Optional<Event.Elected> leaderOf(Collection<PeerId> peers) {
        return leader().filter(leader -> peers.contains(leader.peer()))
                .filter(leader -> peers.stream().allMatch(peer -> peer.equals(leader.peer()) || follows(peer, leader)));
    }

    /** Whether the peer follows that leader. */
    public boolean follows(PeerId peer, Event.Elected leader) {
        return last.get(peer) instanceof Event.Following following
                && following.followed().equals(leader.peer())
                && following.term() == leader.term();
    }
}
