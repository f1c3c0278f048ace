package dev.conclave.core.peer;

import dev.conclave.core.Ballot;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.RegisterVersion;
import dev.conclave.core.Settings;
import java.util.Optional;

/**
 * An event that a driver passes to a peer. The time ({@code now}) and a random number are passed beside it, see {@link
 * Peer#step}.
 */
public sealed interface Input {

    /** Calls the role's method for this input. */
    void applyTo(Role role, PeerStep step);

    /** Time has passed. The driver makes this input at {@link Peer#wakeAt()} at the latest. */
    record Tick() implements Input {
        @Override
        public void applyTo(Role role, PeerStep step) {
            role.onTick(step);
        }
    }

    /**
     * Time has passed, as with {@link Tick}; but this node has as many campaigns in progress as it may, so a peer that would ask
     * for pre-votes now waits for {@link Resumed}, or until a given instant.
     *
     * @param until when the peer asks if {@link Resumed} has not come before; in the future
     */
    record Deferred(long until) implements Input {
        @Override
        public void applyTo(Role role, PeerStep step) {
            role.onDeferred(step, until);
        }
    }

    /**
     * This node has room for the deferred campaign.
     *
     * @param until the instant of the {@link Deferred}; a peer that waits for another instant by now keeps waiting for that one
     */
    record Resumed(long until) implements Input {
        @Override
        public void applyTo(Role role, PeerStep step) {
            if (role.canvassesAt() == until) {
                Candidate.canvass(step);
            }
        }
    }

    /**
     * A message of another peer has arrived.
     *
     * @param from the sender; the node has verified it
     * @param incarnation the life of the sender
     * @param configuration the number of the configuration that the sender's peer obeyed when it made the message (E3)
     * @param message the message
     */
    record Received(PeerId from, Incarnation incarnation, int configuration, Message message) implements Input {
        /** Creates a message that was made under configuration 0. */
        public Received(PeerId from, Incarnation incarnation, Message message) {
            this(from, incarnation, 0, message);
        }

        /** E3: a message is heard only among peers that obey the same configuration. */
        @Override
        public void applyTo(Role role, PeerStep step) {
            if (configuration == step.self.configuration() && step.canHear(from) && step.isPlausible(from, message)) {
                message.deliver(role, step, from, incarnation);
            }
        }
    }

    /**
     * A ballot and every earlier one is durable.
     *
     * @param ballot the ballot of an {@link Effect.Persist}
     */
    record Persisted(Ballot ballot) implements Input {
        @Override
        public void applyTo(Role role, PeerStep step) {
            step.becameDurable(ballot);
            role.onPersisted(step);
        }
    }

    /**
     * An entry of the register and every earlier one is durable.
     *
     * @param version the version of the entry of an {@link Effect.PersistRegister}
     */
    record RegisterPersisted(RegisterVersion version) implements Input {
        @Override
        public void applyTo(Role role, PeerStep step) {
            Registers.becameDurable(step, version);
        }
    }

    /**
     * The node obeys a later configuration, which is on its disk (E4, E5).
     *
     * @param configuration its number; one that this peer obeys already changes nothing
     * @param settings its voters and times
     * @param isForced whether it is of another group, by force (E11): then no lease of the former one counts
     * @param isHeard whether the other nodes hear this one; not if the configuration names its address with another identity
     *     (E8), and then this peer no longer takes part
     */
    record Switched(int configuration, Settings settings, boolean isForced, boolean isHeard) implements Input {
        @Override
        public void applyTo(Role role, PeerStep step) {
            if (isForced && configuration > step.self.configuration()) {
                role.onLeadershipVoid(step);
            }
            step.switchTo(configuration, settings, isHeard);
        }
    }

    /** This peer becomes a candidate. */
    record Stand() implements Input {
        @Override
        public void applyTo(Role role, PeerStep step) {
            role.onStand(step);
        }
    }

    /** This peer stops being a candidate; if it leads, it hands over (R9). */
    record Withdraw() implements Input {
        @Override
        public void applyTo(Role role, PeerStep step) {
            role.onWithdraw(step);
        }
    }

    /**
     * If this peer leads and there is another candidate, it hands over (R9).
     *
     * @param to the successor, which must be a candidate; empty: the first in the succession
     */
    record HandOver(Optional<PeerId> to) implements Input {

        /** Creates a request to hand over to the first candidate in the succession. */
        public HandOver() {
            this(Optional.empty());
        }

        @Override
        public void applyTo(Role role, PeerStep step) {
            role.onHandOver(step, to);
        }
    }

    /**
     * A user writes the register (U4). The answer is {@link Effect.RegisterWritten}, {@link Effect.RegisterRefused} or {@link
     * Effect.RegisterUnknown}.
     *
     * @param term the term of the leadership with which it writes
     * @param id the driver's number of the write
     * @param value the value; empty to clear the register
     */
    record WriteRegister(long term, long id, Optional<RegisterValue> value) implements Input {
        @Override
        public void applyTo(Role role, PeerStep step) {
            Registers.write(step, term, id, value);
        }
    }

    /** The node wants what a former voter has stored of the register (U7). */
    record AskForRegister(PeerId from) implements Input {
        @Override
        public void applyTo(Role role, PeerStep step) {
            step.send(from, new Message.RequestRegister(step.ballot.term(), step.register.version()));
        }
    }

    /** A user reads the register (U5): at the leader that this peer follows, unless it leads itself. The answer is {@link
     * Effect.RegisterRead}; it is lost if the question or the answer of the leader is. */
    record ReadRegister(long id) implements Input {
        @Override
        public void applyTo(Role role, PeerStep step) {
            Registers.read(step, id);
        }
    }

    /** This node is shutting down: this peer hands over and is no longer a candidate (R9). */
    record Leave() implements Input {
        @Override
        public void applyTo(Role role, PeerStep step) {
            role.onLeave(step);
        }
    }

    /**
     * All users of a leadership of this node have stopped, or there are none (R8).
     *
     * @param term the term of that leadership
     */
    record UsersStopped(long term) implements Input {
        @Override
        public void applyTo(Role role, PeerStep step) {
            role.onUsersStopped(step, term);
        }
    }

    /**
     * It is proven that a process has ended (R10).
     *
     * @param peer the peer of that process
     * @param incarnation its life; other lives of the same peer are not affected
     */
    record ProcessGone(PeerId peer, Incarnation incarnation) implements Input {
        @Override
        public void applyTo(Role role, PeerStep step) {
            role.onProcessGone(step, peer, incarnation);
        }
    }

    /**
     * This node takes part from now on: it has a configuration that does not exclude it (E8). Before, the peer does not vote,
     * acknowledge, stand or lead.
     *
     * @param loyalForNanos how long this peer is loyal to a leader that it may have forgotten, 0 if it cannot have forgotten one
     */
    record Admitted(long loyalForNanos) implements Input {
        @Override
        public void applyTo(Role role, PeerStep step) {
            role.onAdmitted(step, loyalForNanos);
        }
    }

    /**
     * All leaderships of this node are void from now on: its lifeline has ended (R10), its clock is not reliable, or its peer is
     * about to stop.
     */
    record LeadershipVoid() implements Input {
        @Override
        public void applyTo(Role role, PeerStep step) {
            role.onLeadershipVoid(step);
        }
    }
}
