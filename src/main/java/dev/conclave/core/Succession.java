package dev.conclave.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The order in which candidates stand when the leader is gone, as named in its heartbeats (R11). */
final class Succession {

    private Succession() {}

    /**
     * Returns the succession of this leader: all candidates with recent messages, as on a round table that starts behind this
     * peer: the voters in the order of their {@link Seating}, and after the last of them the non-voters, starting with one that
     * depends on the term. Every follower must know the same order, so it changes only when a candidate does.
     *
     * <p>If it always started at the first seat, two voters there that lead, hand over and stand again would pass the leadership
     * to each other for ever, and a third candidate would never lead. Non-voters do not know each other, so their order cannot
     * start behind a non-voting leader; it depends on the term instead.
     *
     * <p>The succession names at most {@link Message.Heartbeat#MAX_SUCCESSION} peers: every voter that is a candidate, and as
     * many non-voters as there is room for. Other candidates stand after all that are named; another term names others.
     */
    static List<PeerId> of(Turn turn, Acks acks) {
        long fresh = freshSince(turn);
        List<PeerId> order = new ArrayList<>();
        List<PeerId> before = new ArrayList<>();
        List<PeerId> voters = turn.self.settings().voters();
        Seating seating = turn.self.seating();
        int own = seating.seat(voters.indexOf(turn.self.id()));
        for (int seat = 0; seat < seating.size(); seat++) {
            int place = seating.place(seat);
            if (acks.stands(place) && acks.of(place) >= fresh && seat != own) {
                (seat > own ? order : before).add(voters.get(place));
            }
        }
        List<PeerId> others = othersThatStand(turn, fresh);
        int room = Message.Heartbeat.MAX_SUCCESSION - order.size() - before.size();
        order.addAll(others.subList(0, Math.min(others.size(), room)));
        order.addAll(before);
        return List.copyOf(order);
    }

    /** Whether a leader may name this peer as its successor: a candidate with recent messages, whether it has a place or not. */
    static boolean mayFollow(Turn turn, Acks acks, PeerId peer) {
        int place = turn.self.settings().voters().indexOf(peer);
        if (place >= 0) {
            return !peer.equals(turn.self.id()) && acks.stands(place) && acks.of(place) >= freshSince(turn);
        }
        Peer.Observer known = turn.observers.get(peer);
        return known != null && known.stands() && known.heardAt() >= freshSince(turn);
    }

    private static long freshSince(Turn turn) {
        return turn.now - turn.self.settings().electionNanos() / 2;
    }

    /** Whether this message of a non-voter leaves the succession unchanged. */
    static boolean isNamedAs(Turn turn, PeerId peer, boolean stands) {
        Peer.Observer known = turn.observers.get(peer);
        return known != null && known.stands() == stands && (!stands || known.heardAt() >= freshSince(turn));
    }

    private static List<PeerId> othersThatStand(Turn turn, long fresh) {
        List<PeerId> others = new ArrayList<>();
        for (Map.Entry<PeerId, Peer.Observer> observer : turn.observers.entrySet()) {
            if (observer.getValue().stands() && observer.getValue().heardAt() >= fresh) {
                others.add(observer.getKey());
            }
        }
        // Mixed, since the bare term would select the same non-voter each time the leadership goes round a table whose
        // size is a multiple of theirs.
        long drawn = (turn.ballot.term() * 0x9E3779B97F4A7C15L) >>> 33;
        Collections.rotate(others, others.isEmpty() ? 0 : (int) (drawn % others.size()));
        return others;
    }
}
