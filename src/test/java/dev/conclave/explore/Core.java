package dev.conclave.explore;

import dev.conclave.core.Ballot;
import dev.conclave.core.Input;
import dev.conclave.core.Peer;

/** How peers behave: as the production core does, or with a deliberate fault around it. */
interface Core {

    /** The code that runs is the code that is checked. */
    Core PRODUCTION = new Core() {};

    /** A new life. */
    default Peer start(Peer.Self self, Ballot onDisk) {
        return Peer.start(self, onDisk);
    }

    /** For how long a new life is loyal to whomever it may have forgotten (R6). */
    default long loyalForNanos(Peer.Self self, Ballot onDisk) {
        return onDisk.term() == 0 ? 0 : self.settings().electionNanos();
    }

    /** Whether a proof of death is only ever had of lives that are over (R10). */
    default boolean isLifelineTrue() {
        return true;
    }

    /** One step. */
    default Peer.Step step(Peer peer, long now, long draw, Input input) {
        return peer.step(now, draw, input);
    }
}
