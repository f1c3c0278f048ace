package dev.conclave.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Whom a leader names, in order, to follow it when it is gone (R11). */
final class Succession {

    private Succession() {}

    /**
     * Who follows when this peer is gone: all that stand and were heard of late, as on a round table that begins behind this
     * peer: the voters in the order of their {@link Seating}, and behind the last of them the others, beginning with one that the
     * term draws. Every follower must know the same order, so it changes only when one of them does.
     *
     * <p>Were it the order from its head, two voters at the head that lead, hand over and stand again would pass the
     * leadership to each other for ever, and a third that also stands would never have it. Those that are no voters do not
     * hear each other, so one of them cannot name the next: hence the draw.
     *
     * <p>There is room for {@link Message.Heartbeat#MAX_SUCCESSION}: for every voter that stands, and for as many of the others as
     * places are left. The candidates that are not named stand behind all that are, and another term draws others.
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

    private static long freshSince(Turn turn) {
        return turn.now - turn.self.settings().electionNanos() / 2;
    }

    /** Whether a peer without a vote that says so now changes nothing of the order. */
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
        // Mixed: taken as it is, a term would fall on the same one in every round of a table as large as a multiple of
        // them.
        long drawn = (turn.ballot.term() * 0x9E3779B97F4A7C15L) >>> 33;
        Collections.rotate(others, others.isEmpty() ? 0 : (int) (drawn % others.size()));
        return others;
    }
}
