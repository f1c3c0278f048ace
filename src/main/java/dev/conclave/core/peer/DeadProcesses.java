package dev.conclave.core.peer;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** R10: the lives of other peers that are proven gone. */
public final class DeadProcesses {

    /** How many dead non-voters a peer remembers: more than could have led while their last messages are on their way. */
    public static final int MAX = 64;

    private DeadProcesses() {}

    /** Notes a proof, and drops the loyalty to that life. Proofs about peers that play no part here are not remembered. */
    static void note(PeerStep step, PeerId peer, Incarnation incarnation) {
        boolean playsAPart = step.bit(peer) != 0 || step.observers.containsKey(peer) || isObeyed(step, peer);
        if (!peer.equals(step.self.id()) && playsAPart) {
            remember(step, peer, incarnation);
        }
        if (step.loyalty.obeyed().isPresent() && step.loyalty.obeyed().get().is(peer, incarnation)) {
            step.loyalty = step.loyalty.dropped();
        }
    }

    /** Whether this life of the peer is proven gone. */
    static boolean contain(PeerStep step, PeerId peer, Incarnation incarnation) {
        return incarnation.equals(step.gone.get(peer));
    }

    /**
     * Remembers a dead life: for each voter without limit of time, and for the most recent non-voters, since their addresses may
     * never return.
     */
    private static void remember(PeerStep step, PeerId peer, Incarnation incarnation) {
        if (contain(step, peer, incarnation)) {
            return;
        }
        Map<PeerId, Incarnation> changed = new LinkedHashMap<>(step.gone);
        changed.remove(peer);
        List<PeerId> others =
                changed.keySet().stream().filter(dead -> step.bit(dead) == 0).toList();
        if (step.bit(peer) == 0 && others.size() >= MAX) {
            changed.remove(others.get(0));
        }
        changed.put(peer, incarnation);
        step.gone = Collections.unmodifiableMap(changed);
    }

    private static boolean isObeyed(PeerStep step, PeerId peer) {
        return step.loyalty.obeyed().isPresent()
                && step.loyalty.obeyed().get().leader().equals(peer);
    }
}
