package dev.conclave.internal.peer;

import dev.conclave.core.peer.Leader;
import dev.conclave.core.peer.Role;
import dev.conclave.internal.runtime.Time;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Detects that this machine was suspended: the monotonic clock may stand still meanwhile, but the wall clock does not. Both are
 * read before each heartbeat round, and a lease is compared with the readings of the round on which it is based. A suspension
 * between that round and its acknowledgement counts against the lease; changes of the wall clock before that round do not. Used
 * on the thread of the peer's actor.
 */
final class SuspensionDetector {

    private final Time time;
    private long leaseNanos;
    private final long marginNanos;

    /**
     * For each heartbeat round, by its instant, how far the wall clock was ahead of the monotonic one, in milliseconds. The
     * oldest entry is the round of the current lease.
     */
    private final TreeMap<Long, Long> rounds = new TreeMap<>();

    private long aheadMillis;

    /**
     * Creates a detector without rounds.
     *
     * @param leaseNanos the length of a lease from the instant of its round (R7)
     * @param marginNanos the least remaining lease of an announced leadership (R8)
     */
    SuspensionDetector(Time time, long leaseNanos, long marginNanos) {
        this.time = time;
        this.leaseNanos = leaseNanos;
        this.marginNanos = marginNanos;
    }

    /** Leases have another length from now on (E5). */
    void goBy(long nanos) {
        leaseNanos = nanos;
    }

    /**
     * Whether a suspension has voided the leadership. Called before every input, like R8 for the monotonic clock: otherwise an
     * acknowledgement that was on its way while the machine was suspended would renew a lease that has ended for all others.
     *
     * @param announced the leases of this peer
     * @return whether the leadership is void
     */
    boolean isOver(Role role, Collection<LeadershipLease> announced) {
        aheadMillis = aheadMillis();
        if (!(role instanceof Leader leader)) {
            rounds.clear();
            return false;
        }
        if (leader.holdsLease()) {
            forgetBefore(leader.leaseUntil() - leaseNanos);
        }
        // A leadership is announced only if its lease has more than the margin left, so it has some left by the wall
        // clock too.
        return leader.announced()
                ? announced.stream().anyMatch(LeadershipLease::wasSuspended)
                : !rounds.isEmpty() && (aheadMillis - Collections.min(rounds.values())) * 1_000_000 > marginNanos;
    }

    /**
     * Assigns the readings of the clocks before an input to the heartbeat round that the input created, if any. Called after
     * every input, before its effects are carried out.
     */
    void note(Role role) {
        if (role instanceof Leader leader) {
            rounds.putIfAbsent(leader.roundAt(), aheadMillis);
        }
    }

    /** Returns the end of a lease by both clocks, as they were at its round. */
    LeadershipLease.End endOf(long untilNanos) {
        forgetBefore(untilNanos - leaseNanos);
        Map.Entry<Long, Long> round = rounds.firstEntry();
        long ahead = round == null ? aheadMillis : round.getValue();
        return new LeadershipLease.End(untilNanos, untilNanos / 1_000_000 + ahead);
    }

    /** Removes rounds on which no lease can be based any longer; an instant between two rounds counts for the earlier one. */
    private void forgetBefore(long madeAt) {
        Map.Entry<Long, Long> round = rounds.floorEntry(madeAt);
        if (round != null) {
            rounds.headMap(round.getKey(), false).clear();
        }
    }

    /**
     * Returns how far the wall clock is ahead of the monotonic one, in milliseconds. Repeats the readings until they are close
     * together: a thread that is preempted between the two would otherwise see a suspension.
     */
    private long aheadMillis() {
        long ahead = 0;
        long shortest = Long.MAX_VALUE;
        for (int tries = 0; tries < 5 && shortest > 1_000_000; tries++) {
            long before = time.nanoTime();
            long wall = time.wallMillis();
            long after = time.nanoTime();
            if (after - before < shortest) {
                shortest = after - before;
                ahead = wall - after / 1_000_000;
            }
        }
        return ahead;
    }
}
