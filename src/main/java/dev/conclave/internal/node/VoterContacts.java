package dev.conclave.internal.node;

import dev.conclave.core.PeerId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * When this node last heard from each voter. Written on the thread of {@link NodeActor}, once per frame, and read from any
 * thread.
 */
public final class VoterContacts {

    private static final long NONE = Long.MIN_VALUE;

    private static final int HEARD = 0;
    private static final int ACKNOWLEDGED = 1;
    private static final int ROUND_TRIP = 2;

    /** The instants by voter. Never changed, only replaced. */
    private volatile Map<PeerId, AtomicLongArray> instants = Map.of();

    VoterContacts(Collection<PeerId> voters) {
        voters(voters);
    }

    /** Other nodes are the voters from now on; voters that stay keep their instants. */
    void voters(Collection<PeerId> voters) {
        Map<PeerId, AtomicLongArray> next = new HashMap<>();
        for (PeerId voter : voters) {
            AtomicLongArray known = instants.get(voter);
            next.put(voter, known != null ? known : new AtomicLongArray(new long[] {NONE, NONE, NONE}));
        }
        instants = Map.copyOf(next);
    }

    /** Notes that a frame of the peer was accepted. */
    void heard(PeerId from, long now) {
        set(from, HEARD, now);
    }

    /**
     * Notes an acknowledgement of a heartbeat.
     *
     * @param sentAt when that heartbeat was created
     */
    void acknowledged(PeerId from, long sentAt, long now) {
        set(from, ACKNOWLEDGED, now);
        if (sentAt <= now) {
            set(from, ROUND_TRIP, now - sentAt);
        }
    }

    private void set(PeerId peer, int which, long value) {
        AtomicLongArray known = instants.get(peer);
        if (known != null) {
            // No reader needs the value at once, so no fence is paid for.
            known.lazySet(which, value);
        }
    }

    /** When a frame of the voter last arrived. */
    OptionalLong heardAt(PeerId voter) {
        return of(voter, HEARD);
    }

    /** When the voter last acknowledged a heartbeat of this node. */
    OptionalLong acknowledgedAt(PeerId voter) {
        return of(voter, ACKNOWLEDGED);
    }

    /** How long that acknowledgement took from the creation of its heartbeat, in nanoseconds. */
    OptionalLong roundTripNanos(PeerId voter) {
        return of(voter, ROUND_TRIP);
    }

    private OptionalLong of(PeerId voter, int which) {
        AtomicLongArray known = instants.get(voter);
        long value = known == null ? NONE : known.get(which);
        return value == NONE ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
