package dev.conclave.internal.node;

import dev.conclave.core.PeerId;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * When this node last heard from each voter. Written on the thread of {@link NodeActor}, once per frame, and read from any
 * thread.
 */
public final class VoterContacts {

    private static final long NONE = Long.MIN_VALUE;

    private final List<PeerId> voters;
    private final AtomicLongArray heard;
    private final AtomicLongArray acknowledged;
    private final AtomicLongArray roundTrips;

    VoterContacts(List<PeerId> voters) {
        this.voters = voters;
        this.heard = empty(voters.size());
        this.acknowledged = empty(voters.size());
        this.roundTrips = empty(voters.size());
    }

    private static AtomicLongArray empty(int size) {
        AtomicLongArray array = new AtomicLongArray(size);
        for (int place = 0; place < size; place++) {
            array.set(place, NONE);
        }
        return array;
    }

    /** Notes that a frame of the peer was accepted. */
    void heard(PeerId from, long now) {
        set(heard, voters.indexOf(from), now);
    }

    /**
     * Notes an acknowledgement of a heartbeat.
     *
     * @param sentAt when that heartbeat was created
     */
    void acknowledged(PeerId from, long sentAt, long now) {
        int place = voters.indexOf(from);
        set(acknowledged, place, now);
        if (sentAt <= now) {
            set(roundTrips, place, now - sentAt);
        }
    }

    private static void set(AtomicLongArray array, int place, long value) {
        if (place >= 0) {
            // No reader needs the value at once, so no fence is paid for.
            array.lazySet(place, value);
        }
    }

    /** When a frame of the voter last arrived. */
    OptionalLong heardAt(PeerId voter) {
        return of(heard, voter);
    }

    /** When the voter last acknowledged a heartbeat of this node. */
    OptionalLong acknowledgedAt(PeerId voter) {
        return of(acknowledged, voter);
    }

    /** How long that acknowledgement took from the creation of its heartbeat, in nanoseconds. */
    OptionalLong roundTripNanos(PeerId voter) {
        return of(roundTrips, voter);
    }

    private OptionalLong of(AtomicLongArray array, PeerId voter) {
        int place = voters.indexOf(voter);
        long value = place < 0 ? NONE : array.get(place);
        return value == NONE ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
