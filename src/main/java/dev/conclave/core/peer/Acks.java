package dev.conclave.core.peer;

import java.util.Arrays;
import java.util.Objects;

/**
 * For each voter, by its place in the voter list: the newest heartbeat round that it has acknowledged, and whether the leader
 * may hand over to it. Immutable.
 */
public final class Acks {
    private final long[] newest;
    private final long standing;

    Acks(long[] newest, long standing) {
        this.newest = newest;
        this.standing = standing;
    }

    static Acks none(int voters) {
        long[] newest = new long[voters];
        Arrays.fill(newest, Long.MIN_VALUE);
        return new Acks(newest, 0);
    }

    /** The instant of the newest round that the voter at this place has acknowledged; {@link Long#MIN_VALUE} for none. */
    public long of(int place) {
        return newest[place];
    }

    /** Whether the voter at this place may be named as a successor. */
    public boolean stands(int place) {
        return (standing >> place & 1) == 1;
    }

    Acks with(int place, long sentAt, boolean stands) {
        long[] changed = newest.clone();
        changed[place] = Math.max(changed[place], sentAt);
        long bit = 1L << place;
        return new Acks(changed, stands ? standing | bit : standing & ~bit);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Acks acks && standing == acks.standing && Arrays.equals(newest, acks.newest);
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(newest), standing);
    }

    @Override
    public String toString() {
        return Arrays.toString(newest) + "/" + Long.toBinaryString(standing);
    }
}
