package dev.conclave.actor;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * Bounds how many peers of a node ask for votes at a time. Ten thousand at once would wait for each other in every queue on
 * their way, and each would ask again before its first question has left. The others wait here, in the order in which their time
 * came; at a cold start those for which this node is the first in the {@link dev.conclave.core.Seating} come first, so
 * that equal nodes begin with different elections.
 *
 * <p>The bound follows the time that campaigns take, as a congestion window follows the round trip: one that is won soon raises
 * it by one, one that takes long or is not answered halves it. What is soon follows the quickest one, so that a long path or a
 * slow disk does not count as a queue.
 *
 * <p>What begins a campaign without waiting is not bounded: the proof that a leader is gone, or a release that names a successor.
 * Such a campaign asks once, and voters answer it unasked (R11). May be used on any thread.
 */
final class Campaigns {

    /** So many are always allowed. A cold process deals with no more at a time. */
    static final int LEAST = 16;

    /** So many have a few thousand messages in queues. */
    static final int MOST = 1_024;

    private final long soonNanos;
    private final Map<Campaign, Long> underWay = new HashMap<>();
    private final Map<Campaign, Waiting> waiting = new HashMap<>();
    private final TreeSet<Waiting> order = new TreeSet<>();

    private int most = LEAST;
    private long quickestNanos = Long.MAX_VALUE;
    private long lastHalved = Long.MIN_VALUE;
    private long arrivals;

    private record Waiting(Campaign campaign, long key, long arrival) implements Comparable<Waiting> {
        @Override
        public int compareTo(Waiting other) {
            int byKey = Long.compare(key, other.key);
            return byKey != 0 ? byKey : Long.compare(arrival, other.arrival);
        }
    }

    /**
     * None under way.
     *
     * @param soonNanos a campaign that takes no longer has not waited for others, however quick the quickest one was
     */
    Campaigns(long soonNanos) {
        this.soonNanos = soonNanos;
    }

    /**
     * Lets a campaign begin, or makes it wait until {@link Campaign#resume} is called.
     *
     * @param key whose turn comes earlier has the lower one
     * @return whether it may begin at once
     */
    synchronized boolean begin(Campaign campaign, long key, long now) {
        if (underWay.containsKey(campaign)) {
            return true;
        }
        if (underWay.size() < most) {
            forget(campaign);
            underWay.put(campaign, now);
            return true;
        }
        if (!waiting.containsKey(campaign)) {
            Waiting last = new Waiting(campaign, key, arrivals++);
            waiting.put(campaign, last);
            order.add(last);
        }
        return false;
    }

    /** The campaign has brought this node a lease. */
    synchronized void won(Campaign campaign, long now) {
        Long began = underWay.get(campaign);
        if (began != null) {
            long took = now - began;
            quickestNanos = Math.min(quickestNanos, took);
            long soon = Math.max(soonNanos, 2 * quickestNanos);
            if (took <= soon) {
                most = Math.min(MOST, most + 1);
            } else if (took > 2 * soon) {
                halve(now);
            }
        }
        end(campaign, now);
    }

    /** The campaign was not answered in time. */
    synchronized void unanswered(Campaign campaign, long now) {
        halve(now);
        end(campaign, now);
    }

    /** Once in a while: all campaigns of one queue take long together. */
    private void halve(long now) {
        if (lastHalved == Long.MIN_VALUE || now - lastHalved >= soonNanos) {
            lastHalved = now;
            most = Math.max(LEAST, most / 2);
        }
    }

    /** The campaign neither is under way any more nor waits. */
    synchronized void end(Campaign campaign, long now) {
        forget(campaign);
        underWay.remove(campaign);
        while (underWay.size() < most && !order.isEmpty()) {
            Waiting next = order.first();
            forget(next.campaign());
            underWay.put(next.campaign(), now);
            next.campaign().resume();
        }
    }

    private void forget(Campaign campaign) {
        Waiting waits = waiting.remove(campaign);
        if (waits != null) {
            order.remove(waits);
        }
    }

    synchronized boolean isUnderWay(Campaign campaign) {
        return underWay.containsKey(campaign);
    }

    /** How many may be under way now. */
    synchronized int most() {
        return most;
    }

    /** How many wait. */
    synchronized int waiting() {
        return waiting.size();
    }
}
