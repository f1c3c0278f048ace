package dev.conclave.core.node;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

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
     * @param identity the claimed identity of the sender
     * @param pass the pass that this node sent to the sender in this life; derived also from this node's incarnation
     * @param replaced identities that replace lost ones, as far as the sender knows (R15)
     */
    record Framed(
            PeerId from,
            Incarnation incarnation,
            DirectoryIdentity identity,
            long pass,
            Map<PeerId, DirectoryIdentity> replaced)
            implements NodeInput {
        public Framed {
            replaced = Collections.unmodifiableMap(new TreeMap<>(replaced));
        }
    }

    /** There is a message for a peer with which this node has no contact. */
    record Wanted(PeerId peer) implements NodeInput {}

    /** A head and every earlier one is durable. */
    record HeadStored(JournalHead head) implements NodeInput {}
}
