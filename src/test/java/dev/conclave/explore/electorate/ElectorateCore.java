package dev.conclave.explore.electorate;

import dev.conclave.core.Ballot;
import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.electorate.Electorate;
import dev.conclave.core.electorate.Force;
import dev.conclave.core.electorate.StoredElectorate;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.Peer;

/** The core of the nodes: the production core, or one with a deliberate fault around it. */
public interface ElectorateCore {

    /** The production core, with the checks that it makes in production. */
    ElectorateCore PRODUCTION = new ElectorateCore() {};

    /** A step of a peer. */
    default Peer.Step step(Peer peer, long now, long draw, Input input) {
        return peer.checkedStep(now, draw, input);
    }

    /** The step of an electorate, as the production core has made it. */
    default Electorate.Step after(Electorate before, Electorate.Step step, long now) {
        return step;
    }

    /** The electorate with which a life begins. */
    default StoredElectorate read(StoredElectorate onDisk) {
        return onDisk;
    }

    /** The electorate that the operator writes into the directory of a survivor (E11). */
    default StoredElectorate forced(
            Force force, PeerId self, DirectoryIdentity identity, StoredElectorate head, long draw) {
        return force.in(self, identity, head, draw, draw);
    }

    /** Whether a node with a directory keeps its ballots on disk (E8). */
    default boolean keepsBallots(boolean isVoter) {
        return true;
    }

    /** The life in the ballots of a node's rounds (E6). */
    default long roundLife(int life) {
        return life;
    }

    /** Whether a node takes part (E8). */
    default boolean isHeard(Electorate electorate) {
        return electorate.isHeard();
    }

    /** For how long a new life is loyal to any leader that it may have forgotten (R6, E7). */
    default long loyalForNanos(Ballot onDisk, StoredElectorate head) {
        return onDisk.term() == 0 ? 0 : head.longestElectionNanos();
    }

    /** The configuration under which a peer hears a message that was made under this one (E3). */
    default int heardAs(int configuration, Peer hearer, Message message) {
        return configuration;
    }

    /** Whether a node hears another identity of a named address (E8). */
    default boolean hears(Electorate electorate, int from, DirectoryIdentity identity) {
        return electorate.hears(Cluster.id(from), identity);
    }
}
