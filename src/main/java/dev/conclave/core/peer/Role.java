package dev.conclave.core.peer;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import java.util.Optional;

/**
 * The role of a peer in an election: Follower, Candidate or Leader. There is one method per input: what a
 * role does not decide in its own way is answered here, and {@link Voting} decides about votes.
 *
 * <pre>
 * from       to                    cause
 * ---------  --------------------  ---------------------------------------------------------------------------------
 * Follower   Candidate, canvassing the leader was silent for E, or its turn in the succession came (R5, R11)
 *            Candidate, standing   it is the first successor of a leader proven gone, or the one a release names (R9, R11)
 * Candidate, Candidate, standing   a majority would vote for it
 * canvassing Follower              no majority would; a leader appears; a higher term is met (R1)
 * Candidate, Leader                a majority has voted for it, and its own ballot is durable (R3, R4)
 * standing   Follower              no majority will; the round took too long; a leader or a higher term is met (R1)
 * Leader     Follower              its lease comes to its end (R8); no first lease came within E/2 (R7); it hands over,
 *                                  and its users have stopped (R9); a higher term is met that it may not stand above (R1)
 *            Candidate, standing   a higher term is met while it holds a lease (R1)
 * </pre>
 */
public sealed interface Role permits Follower, Candidate, Leader {

    /** The name of the role for logs. */
    String name();

    /** When the role needs its next tick. */
    long wakeAt(Peer.Self self);

    /** When this peer next asks for pre-votes without another cause (R5); {@link Peer#NEVER} if it does not. */
    default long canvassesAt() {
        return Peer.NEVER;
    }

    /** Whether this peer holds a lease. */
    default boolean holdsLease() {
        return false;
    }

    /** Whether this peer asks for votes in a term that it opened, or leads it. */
    default boolean standsOrLeads() {
        return false;
    }

    /** Handles deadlines that have passed, before every input. */
    default void lookAtTheClock(PeerStep step) {}

    /**
     * Called before this peer votes for another one in a higher term: a leadership that is lost by that is announced before the
     * vote is persisted (R3).
     */
    default void giveWay(PeerStep step) {}

    /** Called after every input. */
    default void settle(PeerStep step) {}

    /** R1: a higher term is met: adopts it and becomes a Follower that may soon ask for votes again. */
    default void meet(PeerStep step, long term) {
        Voting.learn(step, term);
    }

    void onTick(PeerStep step);

    /** A tick that starts no campaign: one that is due waits until the given instant. */
    default void onDeferred(PeerStep step, long until) {
        onTick(step);
    }

    default void onRequestPreVote(PeerStep step, PeerId from, Incarnation incarnation, Message.RequestPreVote asked) {
        Voting.answerPreVote(step, from, incarnation, asked);
    }

    /** Too late, unless this peer canvasses. */
    default void onPreVoteGranted(PeerStep step, PeerId from, Message.PreVoteGranted granted) {}

    default void onPreVoteRefused(PeerStep step, PeerId from, Message.PreVoteRefused refused) {
        meet(step, refused.term());
    }

    default void onRequestVote(PeerStep step, PeerId from, Incarnation incarnation, Message.RequestVote asked) {
        Voting.answerVote(step, from, incarnation, asked);
    }

    default void onVoteGranted(PeerStep step, PeerId from, Message.VoteGranted granted) {
        PushedVotes.keep(step, from, granted);
    }

    default void onVoteRefused(PeerStep step, PeerId from, Message.VoteRefused refused) {
        meet(step, refused.term());
    }

    default void onHeartbeat(PeerStep step, PeerId from, Incarnation incarnation, Message.Heartbeat heartbeat) {
        if (heartbeat.term() < step.ballot.term()) {
            Voting.refuseHeartbeat(step, from);
        } else {
            Follower.obey(step, from, incarnation, heartbeat);
        }
    }

    default void onHeartbeatAck(PeerStep step, PeerId from, Message.HeartbeatAck ack) {
        meet(step, ack.term());
    }

    default void onHeartbeatRefused(PeerStep step, PeerId from, Message.HeartbeatRefused refused) {
        meet(step, refused.term());
    }

    default void onRelease(PeerStep step, PeerId from, Message.Release release) {
        Voting.hearRelease(step, release);
    }

    default void onObserve(PeerStep step, PeerId from, Message.Observe observe) {
        if (observe.of().isEmpty()) {
            Observers.note(step, from, observe.stands());
        }
    }

    default void onStoreRegister(PeerStep step, PeerId from, Message.StoreRegister store) {
        Registers.onStore(step, from, store.entry());
    }

    /** Only a leader waits for it. */
    default void onRegisterStored(PeerStep step, PeerId from, Message.RegisterStored stored) {
        Registers.onStored(step, from, stored.term(), stored.count());
    }

    default void onRequestRegister(PeerStep step, PeerId from, Message.RequestRegister asked) {
        Registers.offer(step, from, asked.known());
    }

    default void onReadRegister(PeerStep step, PeerId from, Message.ReadRegister asked) {
        Registers.onRead(step, from, asked);
    }

    default void onRegisterTruth(PeerStep step, Message.RegisterTruth answer) {
        step.effect(new Effect.RegisterRead(answer.id(), answer.entry()));
    }

    /** Nothing waits for the disk, unless this peer has voted or stands. */
    default void onPersisted(PeerStep step) {}

    default void onStand(PeerStep step) {
        step.stands = true;
    }

    void onWithdraw(PeerStep step);

    /** A peer that does not lead has nothing to hand over. */
    default void onHandOver(PeerStep step, Optional<PeerId> to) {}

    void onLeave(PeerStep step);

    default void onUsersStopped(PeerStep step, long term) {
        EndingLeaderships.usersStopped(step, term);
    }

    default void onProcessGone(PeerStep step, PeerId peer, Incarnation incarnation) {
        Voting.hearProof(step, peer, incarnation);
    }

    /** A candidate and a leader take part already. */
    default void onAdmitted(PeerStep step, long loyalForNanos) {}

    /** E5: this peer obeys another configuration from now on; the fields of the step already show it. */
    void onSwitched(PeerStep step);

    default void onLeadershipVoid(PeerStep step) {
        EndingLeaderships.voidAll(step);
    }
}
