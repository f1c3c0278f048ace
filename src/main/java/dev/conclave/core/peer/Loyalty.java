package dev.conclave.core.peer;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The leader to which a peer is loyal, and until when (R6): until that instant the peer votes for no other candidate, as with
 * Raft's leader stickiness. Loyalty follows from the last acknowledged heartbeat, whatever term or role followed: stored in a
 * role it would be lost when the role changes, and a leader with a lease would lose a voter on which it counts.
 *
 * @param obeyed the last acknowledged leader; kept after the loyalty has ended, because the succession that it named still
 *     applies (R11). Empty after a start: then the loyalty is owed to a leader that this peer may have forgotten
 * @param until the first instant after the loyalty; {@link #NOTHING_OWED} if it was dropped
 */
public record Loyalty(Optional<Obeyed> obeyed, long until) {

    /** The value of {@code until} of a peer that owes no loyalty. */
    public static final long NOTHING_OWED = Long.MIN_VALUE;

    /** The loyalty of a peer that knows no leader and owes none. */
    public static final Loyalty NONE = new Loyalty(Optional.empty(), NOTHING_OWED);

    /**
     * The leader that the peer has acknowledged last.
     *
     * @param leader its name
     * @param incarnation the life to which the loyalty is owed (R10)
     * @param term its term
     * @param sentAt s of its newest heartbeat, by its clock: an older or repeated heartbeat renews nothing
     * @param succession the order in which the others stand when it is gone
     */
    public record Obeyed(PeerId leader, Incarnation incarnation, long term, long sentAt, List<PeerId> succession) {
        boolean is(PeerId peer, Incarnation life) {
            return leader.equals(peer) && incarnation.equals(life);
        }
    }

    /** Creates the loyalty of a peer that has just started, to a leader that this peer may have forgotten. */
    static Loyalty ofStart(long until) {
        return new Loyalty(Optional.empty(), until);
    }

    /**
     * Whether loyalty to another leader bars a vote for the candidate. A vote for the leader to which the loyalty is owed is
     * never barred.
     *
     * @param life the candidate's life if only that life counts as the same leader (R2); empty if the name is enough
     */
    boolean bars(PeerId candidate, Optional<Incarnation> life, long now) {
        return now < until
                && !(obeyed.isPresent()
                        && obeyed.get().leader().equals(candidate)
                        && life.filter(one -> !one.equals(obeyed.get().incarnation()))
                                .isEmpty());
    }

    /** How much longer the loyalty lasts, in nanoseconds; 0 if none is owed. */
    long remaining(long now) {
        return now < until ? until - now : 0;
    }

    Loyalty dropped() {
        return until == NOTHING_OWED ? this : new Loyalty(obeyed, NOTHING_OWED);
    }

    /** Puts the successor that a release names at the head of the succession. */
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
