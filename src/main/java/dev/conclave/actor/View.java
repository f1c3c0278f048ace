package dev.conclave.actor;

import dev.conclave.core.Candidate;
import dev.conclave.core.Leader;
import dev.conclave.core.PeerId;
import dev.conclave.core.Role;
import java.util.Optional;

/**
 * Who leads one election as far as this node knows, for readers on any thread. Written by the peer's actor only.
 */
public final class View {

    private static final String NONE = "none";

    /** Of an election in which nobody on this node takes an interest. */
    public static final View NOBODY = new View();

    static {
        NOBODY.over();
    }

    private volatile boolean isOver;
    private volatile Sight sight = new Sight(Optional.empty(), 0, Optional.empty());
    private volatile String role = NONE;

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

    /** What this node is: {@code follower}, {@code candidate} or {@code leader}; {@code none} while it has no peer. */
    public String role() {
        return role;
    }

    void role(Role now) {
        String name = now instanceof Leader ? "leader" : now instanceof Candidate ? "candidate" : "follower";
        if (!name.equals(role)) {
            role = name;
        }
    }

    void stopped() {
        role = NONE;
    }

    /** Whether nobody writes it any more; the election, if it is begun anew, has another one. */
    public boolean isOver() {
        return isOver;
    }

    void over() {
        isOver = true;
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
