package dev.conclave.actor;

import dev.conclave.core.PeerId;
import java.util.Optional;

/**
 * Who leads one election as far as this node knows, for readers on any thread. Written by the peer's actor only.
 */
public final class View {

    private volatile Sight sight = new Sight(Optional.empty(), 0, Optional.empty());

    /**
     * One consistent look.
     *
     * @param leader who leads
     * @param term in which term; the highest one heard of if nobody leads
     * @param lease the lease, if it is this node that leads
     */
    public record Sight(Optional<PeerId> leader, long term, Optional<Lease> lease) {}

    /** What this node knows now. */
    public Sight sight() {
        return sight;
    }

    void following(PeerId leader, long term) {
        sight = new Sight(Optional.of(leader), term, Optional.empty());
    }

    void leading(Lease lease) {
        sight = new Sight(Optional.of(lease.leader()), lease.term(), Optional.of(lease));
    }

    void leaderless(long term) {
        sight = new Sight(Optional.empty(), term, Optional.empty());
    }
}
