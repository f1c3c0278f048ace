package dev.conclave.core.peer;

import dev.conclave.core.PeerId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The order in which candidates stand when the leader is gone, as named in its heartbeats (R11). */
final class Succession {

    private Succession() {}

    /**
     * Returns the succession of this leader: all candidates with recent messages, as on a round table that starts behind this
     * peer: the voters in the order of their {@link VoterSeats}, and after the last of them the non-voters, starting with one that
     * depends on the term. Every follower must know the same order, so it changes only when a candidate does.
     *
     * <p>If it always started at the first seat, two voters there that lead, hand over and stand again would pass the leadership
     * to each other for ever, and a third candidate would never lead. Non-voters do not know each other, so their order cannot
     * start behind a non-voting leader; it depends on the term instead.
     *
     * <p>The succession names at most {@link Message.Heartbeat#MAX_SUCCESSION} peers: every voter that is a candidate, and as
     * many non-voters as there is room for. Other candidates stand after all that are named; another term names others.
     */
    static List<PeerId> of(PeerStep step, Acks acks) {
        long fresh = freshSince(step);
        List<PeerId> order = new ArrayList<>();
        List<PeerId> before = new ArrayList<>();
        List<PeerId> voters = step.self.settings().voters();
        VoterSeats seating = step.self.seating();
        int own = seating.seat(voters.indexOf(step.self.id()));
        for (int seat = 0; seat < seating.size(); seat++) {
            int place = seating.place(seat);
            if (acks.stands(place) && acks.of(place) >= fresh && seat != own) {
                (seat > own ? order : before).add(voters.get(place));
            }
        }
        List<PeerId> others = othersThatStand(step, fresh);
        int room = Message.Heartbeat.MAX_SUCCESSION - order.size() - before.size();
        order.addAll(others.subList(0, Math.min(others.size(), room)));
        order.addAll(before);
        return List.copyOf(order);
    }

    /** Whether a leader may name this peer as its successor: a candidate with recent messages, whether it has a place or not. */
    static boolean mayFollow(PeerStep step, Acks acks, PeerId peer) {
        int place = step.self.settings().voters().indexOf(peer);
        if (place >= 0) {
            return !peer.equals(step.self.id()) && acks.stands(place) && acks.of(place) >= freshSince(step);
        }
        Peer.Observer known = step.observers.get(peer);
        return known != null && known.stands() && known.heardAt() >= freshSince(step);
    }

    private static long freshSince(PeerStep step) {
        return step.now - step.self.settings().electionNanos() / 2;
    }

    /** Whether the succession already lists {@code peer}, a non-voter, as a candidate or not, as its message says ({@code stands}). */
    static boolean isNamedAs(PeerStep step, PeerId peer, boolean stands) {
        Peer.Observer known = step.observers.get(peer);
        return known != null && known.stands() == stands && (!stands || known.heardAt() >= freshSince(step));
    }

    private static List<PeerId> othersThatStand(PeerStep step, long fresh) {
        List<PeerId> others = new ArrayList<>();
        for (Map.Entry<PeerId, Peer.Observer> observer : step.observers.entrySet()) {
            if (observer.getValue().stands() && observer.getValue().heardAt() >= fresh) {
                others.add(observer.getKey());
            }
        }
        // Mixed, since the bare term would select the same non-voter each time the leadership goes round a table whose
        // size is a multiple of theirs.
        long drawn = (step.ballot.term() * 0x9E3779B97F4A7C15L) >>> 33;
        Collections.rotate(others, others.isEmpty() ? 0 : (int) (drawn % others.size()));
        return others;
    }
}
