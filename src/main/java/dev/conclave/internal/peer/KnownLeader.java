package dev.conclave.internal.peer;

import dev.conclave.core.PeerId;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.peer.Candidate;
import dev.conclave.core.peer.HeldRegister;
import dev.conclave.core.peer.Leader;
import dev.conclave.core.peer.Peer;
import dev.conclave.core.peer.Role;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** The leader of one election as this node knows it, for readers on any thread. Updated by the peer's actor only. */
public final class KnownLeader {

    private static final String NONE = "none";

    /** The instance for an election of which this node has no peer: no leader is known. */
    public static final KnownLeader NOBODY = new KnownLeader();

    static {
        NOBODY.over();
    }

    private volatile boolean isOver;
    private volatile boolean hasBeenLed;
    private final AtomicReference<Peer> peer = new AtomicReference<>();
    private volatile HeldRegister registerAtTheEnd = HeldRegister.NONE;
    private volatile Sight sight = new Sight(Optional.empty(), 0, Optional.empty(), 0);
    private volatile String role = NONE;

    /**
     * A consistent snapshot of the known leader, its term and the lease of this node.
     *
     * @param leader the leader, if known
     * @param term its term; the highest known term if no leader is known
     * @param lease the lease, if this node leads
     * @param sinceMillis when this node learned of it, by the wall clock; 0 if nothing is known yet
     */
    public record Sight(Optional<PeerId> leader, long term, Optional<LeadershipLease> lease, long sinceMillis) {}

    /** Returns the current state as a consistent snapshot. */
    public Sight sight() {
        return sight;
    }

    /** The role of this node: {@code follower}, {@code candidate} or {@code leader}; {@code none} while it has no peer. */
    public String role() {
        return role;
    }

    /** The state of this node's peer after its last step, or a slightly earlier one; empty while it has no peer. */
    public Optional<Peer> peer() {
        return Optional.ofNullable(peer.get());
    }

    /**
     * The newest entry of the register, while this node leads and its lease holds; {@link RegisterEntry#NONE} if there is no register.
     * Empty on any other node, which has a copy only (U5).
     */
    public Optional<RegisterEntry> registerTruth() {
        Optional<Peer> now = peer();
        // The lease is looked at afterwards: if it holds, the leadership of the snapshot held when that was taken. The
        // thread may have stalled between the two until the same node led a later term.
        return now.filter(taken -> sight.lease()
                        .filter(lease -> lease.term() == taken.ballot().term() && lease.holds())
                        .isPresent())
                .filter(taken -> taken.role() instanceof Leader leader && leader.announced())
                .map(taken -> ((Leader) taken.role()).register().truth().orElse(RegisterEntry.NONE));
    }

    /**
     * The register as this node's peer has it, or had it when it stopped: no reader sees an older value after a newer one, also
     * while the peer restarts or the node shuts down.
     */
    public HeldRegister register() {
        return peer().map(Peer::register).orElseGet(() -> registerAtTheEnd);
    }

    /** Shows the state of the peer after a step. */
    void stepped(Peer now) {
        // No reader needs the value at once, so no fence is paid for at each heartbeat.
        peer.lazySet(now);
        role(now.role());
    }

    private void role(Role now) {
        String name = now instanceof Leader ? "leader" : now instanceof Candidate ? "candidate" : "follower";
        if (!name.equals(role)) {
            role = name;
        }
    }

    void stopped() {
        registerAtTheEnd = register();
        peer.set(null);
        role = NONE;
    }

    /** Whether this view is no longer updated; if the election is joined again, it gets another view. */
    public boolean isOver() {
        return isOver;
    }

    public void over() {
        isOver = true;
    }

    /** Whether this node has known a leader since it joined the election. */
    public boolean hasBeenLed() {
        return hasBeenLed;
    }

    void following(PeerId leader, long term, long sinceMillis) {
        hasBeenLed = true;
        sight = new Sight(Optional.of(leader), term, Optional.empty(), sinceMillis);
    }

    void leading(LeadershipLease lease, long sinceMillis) {
        hasBeenLed = true;
        sight = new Sight(Optional.of(lease.leader()), lease.term(), Optional.of(lease), sinceMillis);
    }

    void leaderless(long term, long sinceMillis) {
        sight = new Sight(Optional.empty(), term, Optional.empty(), sinceMillis);
    }
}
