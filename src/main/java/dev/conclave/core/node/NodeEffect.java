package dev.conclave.core.node;

import dev.conclave.core.ElectionName;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.ElectorateMessage;
import dev.conclave.core.electorate.ElectorateMessage.RegisterVersions;
import dev.conclave.core.electorate.SingleChange;
import java.util.List;
import java.util.Optional;

/** An instruction of a {@link Node}'s step to its driver, to be carried out in order. */
public sealed interface NodeEffect {

    /** Send the node the versions of the registers on this node's disk behind that name (U7). */
    record ListRegisters(PeerId to, long group, int number, Optional<ElectionName> after) implements NodeEffect {}

    /** Ask the node for the entries that this node lacks; pass {@link NodeInput.RegistersHeld} when none is missing (U7). */
    record FetchRegisters(PeerId from, RegisterVersions versions) implements NodeEffect {}

    /** Send a hello to the address that the peer's id names. */
    record Greet(PeerId to, Hello hello) implements NodeEffect {}

    /** Write the head and force it, then pass {@link NodeInput.HeadStored} to the node. */
    record StoreHead(JournalHead head) implements NodeEffect {}

    /** The frame is authentic: deliver its contents. */
    record Deliver() implements NodeEffect {}

    /** Send a message about the electorate, if there is a contact with the peer. */
    record Tell(PeerId to, ElectorateMessage message) implements NodeEffect {}

    /**
     * Let every peer of this node obey the configuration, and take part if {@code isHeard}; then pass {@link
     * NodeInput.PeersSwitched} to the node (E4).
     *
     * @param isForced whether all leaderships end first (E11)
     * @param isHeard whether the other nodes hear this one (E8)
     */
    record Switch(Configuration configuration, boolean isForced, boolean isHeard) implements NodeEffect {}

    /** Report that a configuration is on this node's disk. */
    record ConfigurationStored(Configuration configuration, boolean isHeard) implements NodeEffect {}

    /** A voter that has lost its directory asks to be readmitted, and this node's file allows that without an operator (E9). */
    record ReadmissionAsked(PeerId voter) implements NodeEffect {}

    /**
     * A wish is fulfilled, or its dry run has ended.
     *
     * @param changes the single changes that a dry run has found; empty otherwise
     */
    record WishDone(long number, List<SingleChange> changes) implements NodeEffect {
        public WishDone {
            changes = List.copyOf(changes);
        }
    }

    /**
     * A wish was refused or has failed.
     *
     * @param why one sentence that says what to do
     */
    record WishFailed(long number, String why) implements NodeEffect {}

    /**
     * Reports that a frame or a hello was dropped (R13): count it, and log it once per sender.
     *
     * @param why a sentence that says what to do, if anything can be done
     */
    record Dropped(PeerId from, Drop kind, String why) implements NodeEffect {}

    /** The reason why a frame or a hello was dropped. */
    enum Drop {
        /** The sender belongs to another group (E1). */
        OTHER_GROUP,
        /** The configuration names the sender's address with another identity (E8). */
        OTHER_IDENTITY,
        /**
         * The frame does not show the pass of this life, or comes from another life than the accepted one: it is late or forged.
         */
        NO_PASS,
        /** The sender's data directory is an older copy of the one that this node has met, or the hello is late. */
        OLDER_MEMORY,
        /** The sender claims to be this node. */
        OUR_NAME,
        /** More unknown senders have greeted this node than it answers. */
        STRANGERS,
        /** This node accepts or greets as many non-voters as it can. */
        TOO_MANY_PEERS
    }

    /** Reports that from now on this node accepts frames of this life of the peer. */
    record Met(PeerId peer, Incarnation incarnation, int lifelinePort) implements NodeEffect {}

    /** Reports that this node waits for the founding; log once which voters are missing. */
    record WaitingFor(List<PeerId> missing) implements NodeEffect {}
}
