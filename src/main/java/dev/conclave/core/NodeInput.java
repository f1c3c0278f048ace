package dev.conclave.core;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Everything that can happen to a {@link Node}. */
public sealed interface NodeInput {

    /** Time has passed. */
    record Tick() implements NodeInput {}

    /** A hello has come. */
    record Greeted(Hello hello) implements NodeInput {}

    /**
     * A frame has come; its contents are handed on if and only if the effects hold {@link NodeEffect.Deliver}.
     *
     * @param from who claims to have sent it
     * @param incarnation which life of the sender
     * @param identity which memory of the sender
     * @param pass the pass that this node gave the sender in this life, which names this node's own incarnation too
     * @param replaced identities that stand in the place of lost ones, as far as the sender knows (R15)
     */
    record Framed(PeerId from, Incarnation incarnation, Identity identity, long pass, Map<PeerId, Identity> replaced)
            implements NodeInput {
        public Framed {
            replaced = Collections.unmodifiableMap(new TreeMap<>(replaced));
        }
    }

    /** Something is to be sent to a peer that this node has no contact with. */
    record Wanted(PeerId peer) implements NodeInput {}

    /** A head is durable, and every one before it. */
    record HeadStored(Head head) implements NodeInput {}
}
