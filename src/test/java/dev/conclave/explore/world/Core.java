package dev.conclave.explore.world;

import dev.conclave.core.Ballot;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Peer;

/** The core of the peers: the production core, or one with a deliberate fault around it. */
public interface Core {

    /** A fault outside the steps: in the data that a restart reads, or in the proofs of death. */
    interface InSurroundings {}

    /** The production core, with the checks that it makes in production. */
    Core PRODUCTION = new Core() {
        @Override
        public Peer.Step step(Peer peer, long now, long draw, Input input) {
            return peer.checkedStep(now, draw, input);
        }
    };

    /** A new life. */
    default Peer start(Peer.Self self, Ballot onDisk) {
        return Peer.start(self, onDisk);
    }

    /** A new life with an entry of the register on its disk. */
    default Peer start(Peer.Self self, Ballot onDisk, RegisterEntry register) {
        return register.equals(RegisterEntry.NONE) ? start(self, onDisk) : Peer.start(self, onDisk, register);
    }

    /** For how long a new life is loyal to any leader that it may have forgotten (R6). */
    default long loyalForNanos(Peer.Self self, Ballot onDisk) {
        return onDisk.term() == 0 ? 0 : self.settings().electionNanos();
    }

    /** The ballot with which a peer begins whose own ballot the journal has forgotten, under the floor (R6). */
    default Ballot forgotten(Ballot ballot, long floor) {
        return Ballot.afterForgetting(floor);
    }

    /** Whether proofs of death concern only lives that are over (R10). */
    default boolean isLifelineTrue() {
        return true;
    }

    /** One step. */
    default Peer.Step step(Peer peer, long now, long draw, Input input) {
        return peer.step(now, draw, input);
    }
}
