package dev.conclave.node;

import dev.conclave.core.PeerId;
import dev.conclave.judge.Event;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What every peer last said of itself.
 *
 * @param last by peer; a peer that has said nothing yet is missing
 */
public record Scene(Map<PeerId, Event> last) {

    public static final Scene EMPTY = new Scene(Map.of());

    /** The scene with something new. What a dead peer had written before it died may be read late and changes nothing. */
    public Scene after(Event event) {
        if (last.get(event.peer()) instanceof Event.Killed && !(event instanceof Event.Started)) {
            return this;
        }
        Map<PeerId, Event> changed = new TreeMap<>(last);
        changed.put(event.peer(), event);
        return new Scene(Collections.unmodifiableMap(changed));
    }

    /** Who leads, if just one peer says so; the one of the highest term if an older leader does not know yet. */
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

    /** The leader, if it is one of these and all the others of them follow it. */
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
