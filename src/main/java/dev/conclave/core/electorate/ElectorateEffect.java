package dev.conclave.core.electorate;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.electorate.ElectorateMessage.RegisterVersions;
import java.util.List;
import java.util.Optional;

/** An instruction of a step of an {@link Electorate} to its driver, to be carried out in order. */
public sealed interface ElectorateEffect {

    /** Write the durable part and force it, then call {@link Electorate#stored}. */
    record Store(StoredElectorate electorate) implements ElectorateEffect {}

    /** Send a message to another node. It may be lost. */
    record Tell(PeerId to, ElectorateMessage message) implements ElectorateEffect {}

    /**
     * Let every peer of this node obey the configuration, and call {@link Electorate#switched} when the last one does (E4). Peers
     * that start from now on begin under it.
     *
     * @param isForced whether it is of another group than the one before: all leaderships end first (E11)
     */
    record Switch(Configuration configuration, boolean isForced) implements ElectorateEffect {}

    /** A wish has been fulfilled: a majority obeys its last configuration. */
    record Done(long wish) implements ElectorateEffect {}

    /** A dry run has ended: these single changes would be made, and the first would not be refused now. */
    record Planned(long wish, List<SingleChange> changes) implements ElectorateEffect {
        public Planned {
            changes = List.copyOf(changes);
        }
    }

    /**
     * A wish was refused or has failed.
     *
     * @param why one sentence that says what to do
     */
    record Failed(long wish, String why) implements ElectorateEffect {}

    /** A voter that has lost its directory asks to be readmitted, and this node's file allows that without an operator (E9). */
    record ReadmissionAsked(PeerId voter) implements ElectorateEffect {}

    /** Send the node the versions of the registers that this node has on disk behind that name, as RegisterVersions (U7). */
    record ListRegisters(PeerId to, long group, int number, Optional<ElectionName> after) implements ElectorateEffect {}

    /**
     * Ask the node for those of the entries that this node does not have on disk; when it has all of them, call {@link
     * Electorate#registersHeld}. The same effect comes again until then (U7).
     */
    record FetchRegisters(PeerId from, RegisterVersions versions) implements ElectorateEffect {}

    /** Report a configuration that is durable from now on. */
    record Stored(Configuration configuration) implements ElectorateEffect {}

    /** Report, once, a node of another group (E1). */
    record OtherGroup(PeerId peer, long group) implements ElectorateEffect {}
}
