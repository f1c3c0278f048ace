package dev.conclave.internal.peer;

import akka.Done;
import akka.actor.NoSerializationVerificationNeeded;
import akka.actor.typed.ActorRef;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.MessageRoute;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The messages of a {@link PeerActor}. All come from this node; {@link FromPeer} wraps messages from other nodes, among them
 * requests for votes and votes.
 */
public interface PeerCommand extends NoSerializationVerificationNeeded {

    /** The cause of a command that the application gives. */
    String APPLICATION = "the application";

    /** Whether a peer is started for the command if there is none; otherwise the command has no effect. */
    default boolean wantsPeer() {
        return false;
    }

    /** No peer exists for this election: completes the caller's future. */
    default void isForNobody() {}

    /** A command that starts a peer. */
    interface Wish extends PeerCommand {
        @Override
        default boolean wantsPeer() {
            return true;
        }
    }

    /** A message of another peer has arrived. */
    record FromPeer(PeerId from, Incarnation incarnation, int configuration, Message message, MessageRoute way)
            implements PeerCommand {}

    /**
     * Obey this configuration, which is on this node's disk (E5); {@code obeyed} completes when this peer does.
     *
     * @param isForced whether all leaderships end first (E11)
     * @param isHeard whether this node takes part under it (E8)
     */
    record Switch(Configuration configuration, boolean isForced, boolean isHeard, CompletableFuture<Done> obeyed)
            implements PeerCommand {
        @Override
        public void isForNobody() {
            obeyed.complete(Done.getInstance());
        }
    }

    /** It is proven that a process has ended (R10). */
    record ProcessGone(PeerId peer, Incarnation incarnation) implements PeerCommand {}

    /** All leaderships of this node are void, and it does not lead again in this life (R10). */
    record Voided() implements PeerCommand {}

    /** This node is shutting down; {@code left} completes when this peer no longer leads. */
    record Leave(CompletableFuture<Done> left) implements PeerCommand {
        @Override
        public void isForNobody() {
            left.complete(Done.getInstance());
        }
    }

    /**
     * The operator drains this node: this peer hands over and is not a candidate until {@link Undrain}; {@code drained} completes
     * when it no longer leads.
     *
     * @param by the cause, in words
     */
    record Drain(CompletableFuture<Done> drained, String by) implements PeerCommand {
        @Override
        public void isForNobody() {
            drained.complete(Done.getInstance());
        }
    }

    /** This peer is a candidate again, if its application wants it to be one. */
    record Undrain(String by) implements PeerCommand {}

    /** Stop, if this peer is idle. */
    record EndIfIdle() implements PeerCommand {}

    /** Joins the election as an observer. */
    record Join() implements Wish {}

    /**
     * Leaves the election; {@code done} completes when this node no longer leads. Current subscribers are notified that it is
     * over; later commands join it again.
     */
    record Resign(CompletableFuture<Done> done) implements PeerCommand {
        @Override
        public void isForNobody() {
            done.complete(Done.getInstance());
        }
    }

    /** Adds or removes an observer of a lease; {@link Resign} does not affect observers. */
    record Observe(boolean begins) implements PeerCommand {
        @Override
        public boolean wantsPeer() {
            return begins;
        }
    }

    /**
     * Makes this peer a candidate: from now on it may start an election when no leader is known.
     *
     * @param by the cause, in words
     */
    record Stand(String by) implements Wish {
        /** On behalf of the application. */
        public Stand() {
            this(APPLICATION);
        }
    }

    /**
     * Makes this peer an observer again.
     *
     * @param by the cause, in words
     */
    record Withdraw(String by) implements PeerCommand {
        /** On behalf of the application. */
        public Withdraw() {
            this(APPLICATION);
        }
    }

    /**
     * Hands over, to the named candidate or to the first in the succession; {@code done} completes when this peer no longer
     * leads, or fails if it does not hand over.
     *
     * @param by the cause, in words
     */
    record HandOver(CompletableFuture<Done> done, Optional<PeerId> to, String by) implements Wish {

        /** To the first in the succession, on behalf of the application. */
        public HandOver(CompletableFuture<Done> done) {
            this(done, Optional.empty());
        }

        /** On behalf of the application. */
        public HandOver(CompletableFuture<Done> done, Optional<PeerId> to) {
            this(done, to, APPLICATION);
        }
    }

    /**
     * Writes the register under the leadership of this term; {@code done} completes with {@link Effect.RegisterWritten}, {@link
     * Effect.RegisterRefused} or {@link Effect.RegisterUnknown}.
     */
    record WriteRegister(long term, Optional<RegisterValue> value, CompletableFuture<Effect> done)
            implements PeerCommand {
        @Override
        public void isForNobody() {
            done.complete(new Effect.RegisterRefused(0, Effect.RegisterRefusal.NOT_LEADER));
        }
    }

    /**
     * Writes the value of an operator, if this node leads, and ends the leadership: the application then begins with that value.
     * {@code done} completes as that of {@link WriteRegister}.
     *
     * @param value the value; empty to clear the register
     * @param replaces whether a value may be there already
     * @param by the cause, in words
     */
    record ImportRegister(Optional<RegisterValue> value, boolean replaces, String by, CompletableFuture<Effect> done)
            implements PeerCommand {
        @Override
        public void isForNobody() {
            done.complete(new Effect.RegisterRefused(0, Effect.RegisterRefusal.NOT_LEADER));
        }
    }

    /** Reads the register at the leader (U5); {@code done} fails if none answers. */
    record ReadRegister(CompletableFuture<RegisterEntry> done) implements Wish {
        @Override
        public void isForNobody() {
            done.completeExceptionally(new IllegalStateException("this node has stopped before a leader has answered"));
        }
    }

    /** Asks the peer for an entry of the register that is newer than the own one (U7). */
    record AskForRegister(PeerId from) implements Wish {}

    /** Adds a subscriber of the register, which is removed when the actor {@code whose} ends. */
    record SubscribeRegister(ActorRef<?> whose, RegisterSubscriber subscriber) implements Wish {}

    /** Completes {@code elected} when this node leads, at once if it already does; fails it when this peer has stopped. */
    record WhenElected(CompletableFuture<LeadershipLease> elected) implements Wish {}

    /** Adds a subscriber, which is notified of the current state first, and is removed when the actor {@code whose} ends. */
    record Subscribe(ActorRef<?> whose, Subscriber subscriber) implements Wish {}

    /** Adds a user of the leadership, which is removed when the actor {@code whose} ends. */
    record Serve(ActorRef<?> whose, LeadershipUser user) implements Wish {}
}
