package dev.conclave.actor;

import dev.conclave.core.Leader;
import dev.conclave.core.Role;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Notices that the machine of this node was suspended: the monotonic clock may stand still meanwhile, and the wall clock does
 * not. Both are read before each heartbeat round is made, and a lease is judged by the readings of the very round that it rests
 * on. A suspension between the sending of that round and its acknowledgement counts against the lease, and whatever the wall
 * clock was set to before that round does not. Used on the thread of the peer's actor.
 */
final class Suspensions {

    private final Time time;
    private final long leaseNanos;
    private final long marginNanos;

    /** By the instant at which a round was made: how far the wall clock was ahead. None is older than the lease's own round. */
    private final TreeMap<Long, Long> rounds = new TreeMap<>();

    private long aheadMillis;

    /**
     * No round yet.
     *
     * @param leaseNanos how long a lease lasts from the making of its round on (R7)
     * @param marginNanos what an announced leadership has at least left of its lease (R8)
     */
    Suspensions(Time time, long leaseNanos, long marginNanos) {
        this.time = time;
        this.leaseNanos = leaseNanos;
        this.marginNanos = marginNanos;
    }

    /**
     * Before every input, as R8 has it for the monotonic clock: an acknowledgement that was under way while the machine was
     * suspended would else renew a lease that has ended for everybody else.
     *
     * @param announced the leases of this peer
     * @return whether the leadership is void
     */
    boolean isOver(Role role, Collection<Lease> announced) {
        aheadMillis = aheadMillis();
        if (!(role instanceof Leader leader)) {
            rounds.clear();
            return false;
        }
        if (leader.holdsLease()) {
            forgetBefore(leader.leaseUntil() - leaseNanos);
        }
        // A leader is announced only if its lease has more than the margin left; so by the wall clock it has some left
        // too.
        return leader.announced()
                ? announced.stream().anyMatch(Lease::wasSuspended)
                : !rounds.isEmpty() && (aheadMillis - Collections.min(rounds.values())) * 1_000_000 > marginNanos;
    }

    /** After every input, and before its effects: the readings before the input belong to the round that it made, if any. */
    void note(Role role) {
        if (role instanceof Leader leader) {
            rounds.putIfAbsent(leader.roundAt(), aheadMillis);
        }
    }

    /** The end of a lease of this length, by both clocks as they were when its round was made. */
    Lease.End endOf(long untilNanos) {
        forgetBefore(untilNanos - leaseNanos);
        Map.Entry<Long, Long> round = rounds.firstEntry();
        long ahead = round == null ? aheadMillis : round.getValue();
        return new Lease.End(untilNanos, untilNanos / 1_000_000 + ahead);
    }

    /** What no lease will rest on any more; an instant between two rounds counts for the earlier. */
    private void forgetBefore(long madeAt) {
        Map.Entry<Long, Long> round = rounds.floorEntry(madeAt);
        if (round != null) {
            rounds.headMap(round.getKey(), false).clear();
        }
    }

    /**
     * How far the wall clock is ahead of the monotonic one. Both are read at nearly the same instant: a thread that is
     * stopped between the two readings would otherwise see a suspension where there was none.
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
