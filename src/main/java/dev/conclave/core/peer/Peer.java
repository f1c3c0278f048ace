package dev.conclave.core.peer;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.PeerMap;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.Settings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The immutable state of one peer in one election; {@link #step} is the protocol.
 *
 * <p>Fields that outlive a change of role are here; those of one role are in that {@link Role}.
 *
 * @param self the constants of this life
 * @param ballot the newest ballot, perhaps not yet durable
 * @param votedLife the life for which the peer has voted, if that is of a non-voter; otherwise, and after a start, empty (R2)
 * @param gate the effects that wait for the disk (R3)
 * @param loyalty the leader to which this peer is loyal (R6)
 * @param endingLeaderships leaderships of this peer that were told to end and are not yet over, oldest first
 * @param ended the leadership that is released, or will be once its users have stopped (R9)
 * @param released the highest term that this peer knows to be released, 0 for none
 * @param pushed pushed votes by voter (R11)
 * @param gone the newest life of each voter, and of some others, that is proven gone (R10), oldest proof first
 * @param observers non-voters that want to be notified who leads
 * @param told the leader that was last announced to the subscribers and is still known
 * @param yieldsUntil until when this peer lets the others stand after it handed over; {@link #YIELDS_NOT} if it does not
 * @param responseTimes how slowly other peers answer (R11)
 * @param takesPart whether this peer may vote, acknowledge, stand and lead (E8)
 * @param stands whether this peer wants to become the leader
 * @param leaving whether this node is shutting down
 * @param register what this peer holds of the register of the election (U1)
 * @param role Follower, Candidate or Leader
 */
public record Peer(
        Self self,
        Ballot ballot,
        Optional<Incarnation> votedLife,
        DurabilityGate gate,
        Loyalty loyalty,
        List<EndingLeadership> endingLeaderships,
        Optional<EndedTerm> ended,
        long released,
        Map<PeerId, PushedVotes.Pushed> pushed,
        Map<PeerId, Incarnation> gone,
        PeerMap<Observer> observers,
        Optional<Effect.Following> told,
        long yieldsUntil,
        ResponseTimes responseTimes,
        boolean takesPart,
        boolean stands,
        boolean leaving,
        HeldRegister register,
        Role role) {

    /** The value of a deadline that is not set. */
    public static final long NEVER = Long.MAX_VALUE;

    /** The value of {@code yieldsUntil} of a peer that has not handed over. */
    public static final long YIELDS_NOT = Long.MIN_VALUE;

    /**
     * The constants of a peer's life, and the configuration that it obeys (E4).
     *
     * @param id its name
     * @param incarnation this life of its node
     * @param configuration the number of the configuration
     * @param settings the voters and the times of that configuration
     * @param stopMarginNanos how long before the end of a lease users are told to stop (R8)
     * @param seating the order in which the voters stand (R11)
     */
    public record Self(
            PeerId id,
            Incarnation incarnation,
            int configuration,
            Settings settings,
            long stopMarginNanos,
            VoterSeats seating) {

        /** Creates these constants under configuration 0, with the voters in the order of their list. */
        public Self(PeerId id, Incarnation incarnation, Settings settings, long stopMarginNanos) {
            this(id, incarnation, 0, settings, stopMarginNanos, VoterSeats.asListed(settings.voters()));
        }

        /** Returns the constants of a peer whose node has no configuration yet (E10); the settings are those of its file. */
        public static Self beforeFounding(PeerId id, Incarnation incarnation, Settings listed, long stopMarginNanos) {
            return new Self(id, incarnation, -1, listed, stopMarginNanos, VoterSeats.asListed(listed.voters()));
        }

        /** Returns these constants for one election, whose name determines the order of the voters. */
        public Self in(ElectionName election) {
            return new Self(
                    id,
                    incarnation,
                    configuration,
                    settings,
                    stopMarginNanos,
                    VoterSeats.of(election, settings.voters()));
        }

        /** Returns these constants under another configuration (E5). */
        public Self under(int number, Settings theirs) {
            return new Self(id, incarnation, number, theirs, stopMarginNanos, seating.among(theirs.voters()));
        }

        /** Whether the margin leaves time to renew a lease; if not, this peer does not stand (R8). */
        boolean hasRoomForMargin() {
            return stopMarginNanos < settings.leaseNanos() - 2 * settings.heartbeatNanos();
        }

        /** Whether the other peer, a voter if this one is a voter, comes before this one (R11). */
        boolean isBehind(PeerId other) {
            int place = settings.voters().indexOf(other);
            return place < 0
                    ? other.compareTo(id) < 0
                    : seating.seat(place) < seating.seat(settings.voters().indexOf(id));
        }

        /**
         * This peer's place in the staggered first election (R11): how many delays it waits before it stands if there has been
         * no leader yet.
         */
        public int firstStep() {
            return seating.firstStep(settings.voters().indexOf(id));
        }

        /**
         * Rejects a margin that leaves no time to renew a lease.
         *
         * @throws IllegalArgumentException with a message that says what to write instead
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
     * A leadership that is over, or will be when its users have stopped, and is then released to all peers.
     *
     * @param term its term
     * @param successor the peer that is to stand at once
     * @param repeatAt when the release is sent again; {@link #NEVER} before it was sent
     * @param until when the repetition ends
     */
    public record EndedTerm(long term, Optional<PeerId> successor, long repeatAt, long until) {}

    /**
     * A non-voter that wants to be notified who leads.
     *
     * @param heardAt when it last sent a message
     * @param stands whether it may be named as a successor
     */
    public record Observer(long heardAt, boolean stands) {}

    /**
     * Creates a peer, a new one or one that has restarted. It starts as a Follower; it takes part after {@link Input.Admitted}
     * and becomes a candidate after {@link Input.Stand}.
     *
     * @param ballot the ballot in the journal, which must be durable; {@link Ballot#NONE} if there is none
     */
    public static Peer start(Self self, Ballot ballot) {
        return start(self, ballot, RegisterEntry.NONE);
    }

    /** The same with the entry of the register that is in the journal (U1). */
    public static Peer start(Self self, Ballot ballot, RegisterEntry register) {
        return start(self, ballot, register, HeldRegister.NONE);
    }

    /**
     * The same for a peer that replaces another one in this process.
     *
     * @param former the register of the other peer: subscribers have seen its confirmed entry and are to see no older one
     */
    public static Peer start(Self self, Ballot ballot, RegisterEntry register, HeldRegister former) {
        return new Peer(
                self,
                ballot,
                Optional.empty(),
                DurabilityGate.OPEN,
                Loyalty.NONE,
                List.of(),
                Optional.empty(),
                0,
                Map.of(),
                Map.of(),
                PeerMap.empty(),
                Optional.empty(),
                YIELDS_NOT,
                ResponseTimes.FAST,
                false,
                false,
                false,
                HeldRegister.ofJournal(register).knowing(former),
                self.isVoter() ? Follower.IDLE : Follower.OBSERVER);
    }

    /**
     * The protocol: processes an input and returns the changed peer and the effects, in order.
     *
     * @param now the driver's monotonic clock in nanoseconds, never less than in the step before
     * @param draw a random number, evenly spread over all longs; the source of jitter (R11)
     * @param input the event
     */
    public Step step(long now, long draw, Input input) {
        PeerStep step = new PeerStep(this, now, draw);
        step.lookAtTheClock();
        input.applyTo(step.role, step);
        step.settle();
        return step.end();
    }

    /**
     * Like {@link #step}, but checks the invariants before any effect is carried out. Running peers use this method.
     *
     * @throws BrokenInvariant if an invariant does not hold; then no effect may be carried out, and the peer must stop
     */
    public Step checkedStep(long now, long draw, Input input) {
        Step step = step(now, draw, input);
        Invariants.check(this, now, input, step);
        return step;
    }

    /** The latest time at which this peer needs its next {@link Input.Tick}; {@link #NEVER} if it needs none. */
    public long wakeAt() {
        long at = role.wakeAt(self);
        for (EndingLeadership ending : endingLeaderships) {
            at = Math.min(at, ending.until());
        }
        if (ended.isPresent() && !role.standsOrLeads()) {
            at = Math.min(at, ended.get().repeatAt());
        }
        return at;
    }

    /**
     * Whether this peer may be removed from memory, and started again from its ballot by the next message: it is not a candidate, no effect waits
     * for the disk, no user is active, no term is being released, and it owes no loyalty.
     *
     * <p>Safety does not depend on what such a peer forgets. Its votes and terms are on disk. Its loyalty to every leader that it
     * acknowledged in this life is over, so its successor owes only the loyalty of this life's start (R6). It forgets its last
     * leader: a late heartbeat of that leader is acknowledged once more, with a new loyalty, but the old {@code s} in it extends
     * no lease (R7). Pushed votes, releases and proofs only make elections faster (R9, R10, R11). No other peer depends on the
     * loyalty of a non-voter.
     */
    public boolean isIdle(long now) {
        return !stands
                && gate.isOpen()
                && register.isDurable()
                && endingLeaderships.isEmpty()
                && ended.isEmpty()
                && role instanceof Follower
                && now >= owesUntil();
    }

    /** Until when this peer owes loyalty on which a leader depends (R6); {@link Loyalty#NOTHING_OWED} if it owes none. */
    public long owesUntil() {
        return self.isVoter() ? loyalty.until() : Loyalty.NOTHING_OWED;
    }

    /** The term of the announced leadership of this peer, unless it was told to end. */
    public OptionalLong leads() {
        return role instanceof Leader leader && leader.announced() && !leader.isRetiring()
                ? OptionalLong.of(ballot.term())
                : OptionalLong.empty();
    }

    /**
     * The result of a step of a peer.
     *
     * @param peer the changed peer
     * @param effects what to do, in this order
     */
    public record Step(Peer peer, List<Effect> effects) {}
}
