package dev.conclave.core.node;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import java.util.List;

/** An instruction of a {@link Node}'s step to its driver, to be carried out in order. */
public sealed interface NodeEffect {

    /** Send a hello to the address that the peer's id names. */
    record Greet(PeerId to, Hello hello) implements NodeEffect {}

    /** Write the head and force it, then pass {@link NodeInput.HeadStored} to the node. */
    record StoreHead(JournalHead head) implements NodeEffect {}

    /** The frame is authentic: deliver its contents. */
    record Deliver() implements NodeEffect {}

    /**
     * Reports that a frame or a hello was dropped (R13): count it, and log it once per sender.
     *
     * @param why a sentence that says what to do, if anything can be done
     */
    record Dropped(PeerId from, Drop kind, String why) implements NodeEffect {}

    /** The reason why a frame or a hello was dropped. */
    enum Drop {
        /** The sender's settings differ from this node's. */
        OTHER_SETTINGS,
        /** The sender's identity is not the one that this node accepts. */
        OTHER_IDENTITY,
        /**
         * The frame does not show the pass of this life, or comes from another life than the accepted one: it is late or forged.
         */
        NO_PASS,
        /** The sender's data directory is an older copy of the accepted one (R15), or the hello is late. */
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

    /** The peer's identity was replaced: every peer of this node discards votes and acknowledgements of the former one (R15). */
    record Replaced(PeerId peer) implements NodeEffect {}

    /** Reports that this node takes part in elections from now on, durably (R15). */
    record Admitted(long floor) implements NodeEffect {}

    /** Reports that this node waits to be admitted; log once which voters are missing. */
    record WaitingFor(List<PeerId> missing) implements NodeEffect {}

    /**
     * A peer accepts another identity for this node, so this node cannot take part.
     *
     * @param by that peer
     * @param knownAs the identity that it accepts
     * @param why one sentence with the remedy
     */
    record RefusedBy(PeerId by, DirectoryIdentity knownAs, String why) implements NodeEffect {}

    /**
     * Other nodes have replaced this node's identity by a later one: its votes, acknowledgements and leaderships no longer count,
     * so it must stop for the rest of this life.
     *
     * @param why one sentence with the remedy
     */
    record Superseded(String why) implements NodeEffect {}
}
