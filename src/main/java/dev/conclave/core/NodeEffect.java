package dev.conclave.core;

import java.util.List;

/** What a step of a {@link Node} asks its driver to do, in order. */
public sealed interface NodeEffect {

    /** Send a hello to the address that the peer's id names. */
    record Greet(PeerId to, Hello hello) implements NodeEffect {}

    /** Write the head; when it is forced, answer {@link NodeInput.HeadStored}. */
    record StoreHead(Head head) implements NodeEffect {}

    /** The frame is what it claims to be: hand its contents on. */
    record Deliver() implements NodeEffect {}

    /**
     * Something was dropped (R13): count it, and log it once per sender.
     *
     * @param why one sentence with what to do, if somebody can do something
     */
    record Dropped(PeerId from, Drop kind, String why) implements NodeEffect {}

    /** Why something was dropped. */
    enum Drop {
        /** Its settings are not ours. */
        OTHER_SETTINGS,
        /** Its identity is not the one we know. */
        OTHER_IDENTITY,
        /** It does not show the pass of this life, or speaks of another life than the one we met: late, or forged. */
        NO_PASS,
        /** Its data directory is an older copy of the one that was heard of (R15), or the hello is late. */
        OLDER_MEMORY,
        /** It claims to be this very node. */
        OUR_NAME,
        /** More strangers have greeted this node than it answers. */
        STRANGERS,
        /** This node hears, or greets, as many peers without a vote as it can. */
        TOO_MANY_PEERS
    }

    /** From now on this life of the peer is the one that is heard. */
    record Met(PeerId peer, Incarnation incarnation, int lifelinePort) implements NodeEffect {}

    /** The peer's identity was replaced: every peer of this node strikes what it counted from the former (R15). */
    record Replaced(PeerId peer) implements NodeEffect {}

    /** This node takes part from now on, durably (R15). */
    record Admitted(long floor) implements NodeEffect {}

    /** This node waits to be admitted; say once who is missing. */
    record WaitingFor(List<PeerId> missing) implements NodeEffect {}

    /**
     * A peer knows this one under another identity, so this one cannot take part.
     *
     * @param by who says so
     * @param knownAs the identity it knows
     * @param why one sentence with the remedy
     */
    record RefusedBy(PeerId by, Identity knownAs, String why) implements NodeEffect {}

    /**
     * Others have put a later identity in the place of this node's: nothing that it votes, acknowledges or leads may count any
     * more, so it must stop doing so, for good in this life.
     *
     * @param why one sentence with the remedy
     */
    record Superseded(String why) implements NodeEffect {}
}
