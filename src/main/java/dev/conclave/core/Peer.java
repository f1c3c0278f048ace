package dev.conclave.core;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One peer of one election: a value. {@link #step} is the protocol.
 *
 * <p>What must outlive a change of role stands here; what belongs to one role stands in that {@link Role}.
 *
 * @param self what never changes in this life
 * @param ballot the newest ballot, perhaps not yet durable
 * @param votedLife the life that its vote was given to, where that is of no voter; empty else, and after a start (R2)
 * @param gate what waits for the disk (R3)
 * @param loyalty to whom this peer is loyal (R6)
 * @param reigns leaderships of this peer that were told to end and are not over, oldest first
 * @param ended the leadership to be released once its users have stopped, and while it is being released (R9)
 * @param released the highest term that this peer knows to be released, 0 for none
 * @param pushed votes that came unasked, by voter: the term each was cast in (R11)
 * @param gone the newest life of each voter, and of some others, that is proven gone (R10), oldest proof first
 * @param observers peers that are no voters but want to hear who leads
 * @param told the leader that was last announced and not taken back
 * @param yieldsUntil until when this peer lets the others stand, since it handed over to them; {@link #YIELDS_NOT} if it does not
 * @param pace how slow the others' answers are (R11)
 * @param takesPart whether this peer may vote, acknowledge, stand and lead (R15)
 * @param stands whether this peer wants to lead
 * @param leaving whether this node is shutting down
 * @param role Follower, Candidate or Leader
 */
public record Peer(
        Self self,
        Ballot ballot,
        Optional<Incarnation> votedLife,
        Gate gate,
        Loyalty loyalty,
        List<Reign> reigns,
        Optional<EndedTerm> ended,
        long released,
        Map<PeerId, Long> pushed,
        Map<PeerId, Incarnation> gone,
        PeerMap<Observer> observers,
        Optional<Effect.Following> told,
        long yieldsUntil,
        Pace pace,
        boolean takesPart,
        boolean stands,
        boolean leaving,
        Role role) {

    /** The deadline of who waits for nothing. */
    public static final long NEVER = Long.MAX_VALUE;

    /** The value of {@code yieldsUntil} of a peer that has not handed over. */
    public static final long YIELDS_NOT = Long.MIN_VALUE;

    /**
     * What never changes in the life of a peer.
     *
     * @param id its name
     * @param incarnation this life of its node
     * @param settings what all peers agree on
     * @param stopMarginNanos how long before the end of a lease users are told to stop (R8)
     * @param seating in which order the voters stand (R11)
     */
    public record Self(PeerId id, Incarnation incarnation, Settings settings, long stopMarginNanos, Seating seating) {

        /** Refuses a margin that leaves a lease no time to be renewed in. */
        public Self {
            requireMargin(settings, stopMarginNanos);
        }

        /** With the voters in the order of their list. */
        public Self(PeerId id, Incarnation incarnation, Settings settings, long stopMarginNanos) {
            this(id, incarnation, settings, stopMarginNanos, Seating.asListed(settings.voters()));
        }

        /** The same node in one election, whose name draws the order of the voters. */
        public Self in(ElectionName election) {
            return new Self(id, incarnation, settings, stopMarginNanos, Seating.of(election, settings.voters()));
        }

        /** Whether the other peer, a voter if this one is a voter, comes before this one (R11). */
        boolean isBehind(PeerId other) {
            int place = settings.voters().indexOf(other);
            return place < 0
                    ? other.compareTo(id) < 0
                    : seating.seat(place) < seating.seat(settings.voters().indexOf(id));
        }

        /** When this peer stands where nobody has led yet, in steps (R11). */
        public int firstTurn() {
            return seating.firstTurn(settings.voters().indexOf(id));
        }

        /**
         * Refuses a margin that leaves a lease no time to be renewed in.
         *
         * @throws IllegalArgumentException with what to write instead
         */
        public static void requireMargin(Settings settings, long stopMarginNanos) {
            long most = settings.leaseNanos() - 2 * settings.heartbeatNanos();
            if (stopMarginNanos < 0 || stopMarginNanos >= most) {
                throw new IllegalArgumentException("conclave.stop-margin is " + stopMarginNanos / 1e6
                        + " ms; it must lie between 0 and the lease less two heartbeats, which is " + most / 1e6
                        + " ms here: lower it, or raise conclave.election-timeout");
            }
        }

        boolean isVoter() {
            return settings.isVoter(id);
        }
    }

    /**
     * A leadership that is over, or will be when its users have stopped, and is then released to all.
     *
     * @param term its term
     * @param successor who shall stand at once
     * @param repeatAt when the release is sent again; {@link #NEVER} as long as it was not sent at all
     * @param until when repeating it ends
     */
    public record EndedTerm(long term, Optional<PeerId> successor, long repeatAt, long until) {}

    /**
     * A peer that is no voter but wants to hear who leads.
     *
     * @param heardAt when it last said so
     * @param stands whether it may be named as a successor
     */
    public record Observer(long heardAt, boolean stands) {}

    /**
     * A new peer, or one that has restarted. It waits as a Follower; it takes part after {@link Input.Admitted} and wants
     * to lead after {@link Input.Stand}.
     *
     * @param ballot what the journal holds of this election, forced before it is shown here; {@link Ballot#NONE} if nothing
     */
    public static Peer start(Self self, Ballot ballot) {
        return new Peer(
                self,
                ballot,
                Optional.empty(),
                Gate.OPEN,
                Loyalty.NONE,
                List.of(),
                Optional.empty(),
                0,
                Map.of(),
                Map.of(),
                PeerMap.empty(),
                Optional.empty(),
                YIELDS_NOT,
                Pace.FAST,
                false,
                false,
                false,
                self.isVoter() ? Follower.IDLE : Follower.OBSERVER);
    }

    /**
     * The protocol: what this peer becomes by an input, and what is to be done, in order.
     *
     * @param now the driver's monotonic clock in nanoseconds, never less than in the step before
     * @param draw a random number, evenly spread over all longs; jitter is taken from it (R11)
     * @param input what has happened
     */
    public Step step(long now, long draw, Input input) {
        Turn turn = new Turn(this, now, draw);
        turn.lookAtTheClock();
        input.applyTo(turn.role, turn);
        turn.settle();
        return turn.end();
    }

    /**
     * The same step with its invariants checked before any effect leaves: a running peer takes this one.
     *
     * @throws BrokenInvariant if one does not hold; then the step must not be carried out, and the peer must end
     */
    public Step checkedStep(long now, long draw, Input input) {
        Step step = step(now, draw, input);
        Invariants.check(this, now, input, step);
        return step;
    }

    /** When this peer next needs a {@link Input.Tick}, at the latest; {@link #NEVER} if it needs none. */
    public long wakeAt() {
        long at = role.wakeAt(self);
        for (Reign reign : reigns) {
            at = Math.min(at, reign.until());
        }
        if (ended.isPresent() && !role.standsOrLeads()) {
            at = Math.min(at, ended.get().repeatAt());
        }
        return at;
    }

    /**
     * Whether it can end and be begun anew from its ballot by the next message: it does not stand, nothing waits for the disk,
     * no user is at work, nothing is being released, and it owes nobody anything.
     *
     * <p>What such a peer forgets nobody relies on. Its votes and the terms it learned are on disk. The loyalty to whomever it
     * acknowledged in this life is over, so the one that begins after it owes only what this life owed from its start (R6).
     * Of a leader that it obeyed it forgets who it was: a late heartbeat of that one is acknowledged once more, with a loyalty
     * of its own, and the old {@code s} in it extends no lease (R7). Votes that came unasked, releases and proofs only make
     * elections faster (R9, R10, R11). A peer that is no voter owes its loyalty to nobody but itself.
     */
    public boolean isIdle(long now) {
        return !stands
                && gate.isOpen()
                && reigns.isEmpty()
                && ended.isEmpty()
                && role instanceof Follower
                && now >= owesUntil();
    }

    /** Until when it owes loyalty that others count on (R6); {@link Loyalty#NOTHING_OWED} if to nobody. */
    public long owesUntil() {
        return self.isVoter() ? loyalty.until() : Loyalty.NOTHING_OWED;
    }

    /** The term of the leadership that this peer has announced and that was not told to end. */
    public OptionalLong leads() {
        return role instanceof Leader leader && leader.isAnnounced() && !leader.isRetiring()
                ? OptionalLong.of(ballot.term())
                : OptionalLong.empty();
    }

    /**
     * What a step gives.
     *
     * @param peer the peer after it
     * @param effects what to do, in this order
     */
    public record Step(Peer peer, List<Effect> effects) {}
}
