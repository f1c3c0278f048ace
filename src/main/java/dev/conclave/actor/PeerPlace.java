package dev.conclave.actor;

import akka.actor.typed.ActorRef;
import dev.conclave.core.Ballot;
import dev.conclave.core.BrokenInvariant;
import dev.conclave.core.Effect;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Message;
import dev.conclave.core.Peer;
import dev.conclave.core.PeerId;
import dev.conclave.logging.AsyncLogger;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Where a {@link PeerActor} lives: what it is given by its node.
 *
 * @param election its election
 * @param self what never changes
 * @param ballots its ballots on disk
 * @param post how it sends
 * @param campaigns bounds how many peers of the node ask for votes at a time
 * @param time clock and timer
 * @param view where it shows who leads
 * @param company whom the election has on this node
 * @param vouched whether the node can vouch for its leaderships
 * @param instruments hear what it decides and what it is told
 * @param logs where it says what becomes of its election; a fault is logged in any case
 */
record PeerPlace(
        ElectionName election,
        Peer.Self self,
        Ballots ballots,
        Post post,
        Campaigns campaigns,
        Time time,
        View view,
        Company company,
        BooleanSupplier vouched,
        Instruments instruments,
        Function<Class<?>, AsyncLogger> logs) {

    /** Why whoever waits for something of this peer waits in vain. */
    IllegalStateException gone(String why) {
        return new IllegalStateException("the peer of \"" + election + "\" on " + self.id() + " " + why);
    }

    /** The ballots of one election. */
    interface Ballots {
        /** The newest ballot, once all that was under way is written and forced. */
        CompletionStage<Ballot> settled();

        /** Completes when the ballot is durable. */
        CompletionStage<Void> save(Ballot ballot);

        /**
         * For how long a peer that starts now is loyal to whomever it may have forgotten (R6).
         *
         * @param firstInThisLife whether no peer of this election was there before in the life of this process
         */
        long loyalForNanos(Ballot read, boolean firstInThisLife);

        /** The floor of the directory, if this node takes part; empty until it does (R15). */
        Optional<Long> floor();
    }

    /** How a peer sends to others of its election. */
    interface Post {
        void send(PeerId to, Message message, Way way);

        /** Somebody leads. */
        void leaderKnown();

        /** A term beyond reason (R13). */
        void implausible(PeerId from, long term);

        /** A disk or a path is too slow for E. */
        void slow(Effect.Slow slow);

        /** A step of this peer broke an invariant; the peer ends, and the node must not go on. */
        void broken(BrokenInvariant why);

        /** The peer notifies as many observers as it can, and not this one. */
        void crowded(PeerId observer);

        /** Too much waits for the disk to hear this peer. */
        void diskBehind(PeerId from);

        /** Nobody needs this peer any more; it is told {@link PeerActor.EndIfIdle} then. */
        void idle(ActorRef<PeerActor.Command> peer);

        /** It was told to end, but is needed. */
        void stays(ActorRef<PeerActor.Command> peer);
    }
}
