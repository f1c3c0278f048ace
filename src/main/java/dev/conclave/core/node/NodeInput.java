package dev.conclave.core.node;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.electorate.ElectorateMessage;
import dev.conclave.core.electorate.ElectorateMessage.RegisterVersions;
import dev.conclave.core.electorate.Proposal;

/** An event that a driver passes to a {@link Node}. */
public sealed interface NodeInput {

    /** Time has passed. */
    record Tick() implements NodeInput {}

    /** A hello has arrived. */
    record Greeted(Hello hello) implements NodeInput {}

    /**
     * A frame has arrived; its contents are delivered if and only if the effects contain {@link NodeEffect.Deliver}.
     *
     * @param from the claimed sender
     * @param incarnation the claimed life of the sender
     * @param identity the claimed identity of the sender's directory
     * @param pass the pass that this node sent to the sender in this life; derived also from this node's incarnation
     * @param group the group of the configuration under which its messages were made (E3); 0 for none
     * @param configuration the highest number of a configuration under which one of its messages was made; -1 for none
     */
    record Framed(
            PeerId from, Incarnation incarnation, DirectoryIdentity identity, long pass, long group, int configuration)
            implements NodeInput {}

    /** A frame with a message about the electorate has arrived; like {@link Framed}. */
    record Told(Framed header, ElectorateMessage message) implements NodeInput {}

    /** There is a message for a peer with which this node has no contact. */
    record Wanted(PeerId peer) implements NodeInput {}

    /** A head and every earlier one is durable. */
    record HeadStored(JournalHead head) implements NodeInput {}

    /** All peers of this node obey the configuration (E4). */
    record PeersSwitched(int configuration) implements NodeInput {}

    /**
     * This node may found a group, if it is the first of its list (E10).
     *
     * @param wallMillis the wall clock, in milliseconds since 1970
     */
    record MayFound(long wallMillis) implements NodeInput {}

    /** This node stores a register of some election (U7); passed before any other node can hear that it has. */
    record HoldsRegister() implements NodeInput {}

    /** This node has all of these entries, or newer ones, on disk (U7). */
    record RegistersHeld(PeerId from, RegisterVersions versions) implements NodeInput {}

    /** A change of the electorate is wanted at this node. */
    record Wished(Proposal.Request request) implements NodeInput {}
}
