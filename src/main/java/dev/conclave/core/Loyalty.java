package dev.conclave.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * To whom a peer is loyal, and until when (R6). It is to the time of the last acknowledged heartbeat, whatever term or role
 * followed: kept in a role it would go when the role changes, and a leader with a lease would lose a voter that it counts.
 *
 * @param obeyed the leader last acknowledged; stays known when the loyalty has ended, because the succession that it named
 *     still holds (R11). Empty after a start: then the loyalty is owed to whomever this peer may have forgotten
 * @param until the first instant at which nothing is owed any more; {@link #NOTHING_OWED} if it was dropped
 */
public record Loyalty(Optional<Obeyed> obeyed, long until) {

    /** The value of {@code until} when nothing is owed. */
    public static final long NOTHING_OWED = Long.MIN_VALUE;

    /** Of a peer that owes nobody anything and never heard of a leader. */
    public static final Loyalty NONE = new Loyalty(Optional.empty(), NOTHING_OWED);

    /**
     * The leader that was last acknowledged.
     *
     * @param leader its name
     * @param incarnation the life that the loyalty is owed to (R10)
     * @param term its term
     * @param sentAt s of its newest heartbeat, by its clock: an older or repeated one renews nothing
     * @param succession in which order the others stand when it is gone
     */
    public record Obeyed(PeerId leader, Incarnation incarnation, long term, long sentAt, List<PeerId> succession) {
        boolean is(PeerId peer, Incarnation life) {
            return leader.equals(peer) && incarnation.equals(life);
        }
    }

    /** Loyalty of a start: for E, to whomever this peer may have forgotten. */
    static Loyalty ofStart(long until) {
        return new Loyalty(Optional.empty(), until);
    }

    /**
     * Whether a vote for the candidate is barred. It never is for the very leader to whom the loyalty is owed.
     *
     * @param life the candidate's life where only that one is the leader it was (R2); empty where its name is enough
     */
    boolean bars(PeerId candidate, Optional<Incarnation> life, long now) {
        return now < until
                && !(obeyed.isPresent()
                        && obeyed.get().leader().equals(candidate)
                        && life.filter(one -> !one.equals(obeyed.get().incarnation()))
                                .isEmpty());
    }

    /** For how much longer something is owed; 0 if nothing is. */
    long remaining(long now) {
        return now < until ? until - now : 0;
    }

    Loyalty dropped() {
        return until == NOTHING_OWED ? this : new Loyalty(obeyed, NOTHING_OWED);
    }

    /** The successor that a release names is the first in the succession from then on. */
    Loyalty succeededBy(PeerId successor) {
        if (obeyed.isEmpty()) {
            return this;
        }
        Obeyed o = obeyed.get();
        List<PeerId> order = new ArrayList<>(o.succession);
        order.remove(successor);
        order.add(0, successor);
        if (order.size() > Message.Heartbeat.MAX_SUCCESSION) {
            order.remove(order.size() - 1);
        }
        return new Loyalty(
                Optional.of(new Obeyed(o.leader, o.incarnation, o.term, o.sentAt, List.copyOf(order))), until);
    }
}
