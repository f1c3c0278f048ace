package dev.conclave.core.peer;

import dev.conclave.core.PeerId;
import java.util.List;

/** R11: how long a peer waits before it asks for votes, so that candidates seldom stand at the same time. */
final class CampaignDelays {

    private CampaignDelays() {}

    /**
     * When this peer asks for votes after a wait; {@link Peer#NEVER} if it may not stand. If its loyalty lasts longer, a delay in
     * the order of the seats and jitter are added to the end of the loyalty: after a power failure all peers restart together,
     * and their loyalties would end at the same instant.
     */
    static long standAfter(PeerStep step, long nanos) {
        if (!step.mayStand()) {
            return Peer.NEVER;
        }
        long unit = unit(step);
        long wanted = step.now + nanos;
        if (wanted < step.yieldsUntil) {
            wanted = step.yieldsUntil + step.jitter(unit);
        }
        if (wanted >= step.loyalty.until()) {
            return wanted;
        }
        boolean inOrder = step.self.seating().isDrawn() && step.loyalty.obeyed().isEmpty();
        return step.loyalty.until() + (inOrder ? place(step) * unit / 2 + step.jitter(unit / 2) : step.jitter(unit));
    }

    /** How long this peer waits for those before it in the succession, with jitter. */
    static long succession(PeerStep step) {
        long unit = unit(step);
        int place = place(step);
        return place == 0 ? step.jitter(unit / 4) : place * unit + step.jitter(unit);
    }

    /** The unit of all waits: a step, or as many steps as an answer needs. */
    static long unit(PeerStep step) {
        return step.responseTimes.unitNanos(step.self.settings());
    }

    /** How long votes may be on their way. */
    static long round(PeerStep step) {
        return step.responseTimes.roundNanos(step.self.settings());
    }

    private static int place(PeerStep step) {
        if (step.loyalty.obeyed().isEmpty()) {
            return step.self.firstStep();
        }
        List<PeerId> succession = step.loyalty.obeyed().get().succession();
        int at = succession.indexOf(step.self.id());
        return at >= 0 ? at : Math.max(1, succession.size());
    }
}
