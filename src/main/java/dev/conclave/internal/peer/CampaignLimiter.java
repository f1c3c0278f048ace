package dev.conclave.internal.peer;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * Limits how many peers of a node ask for votes at the same time. Ten thousand at once would delay each other in every queue,
 * and each would ask again before its first request has left. Further peers wait here in the order in which their time came; at
 * a cold start, peers of elections in which this node has the first seat ({@link dev.conclave.core.peer.VoterSeats}) come
 * first, so that equal nodes begin with different elections.
 *
 * <p>The bound adapts to how long campaigns take, as a congestion window adapts to round trips: a campaign that is won soon
 * raises it by one; one that takes long or is not answered halves it, and so does a lease that is renewed late. The threshold
 * follows the fastest campaign, so that a long path or a slow disk does not count as a queue.
 *
 * <p>Campaigns that start at once are not bounded: after the proof that a leader's process has ended, or a release that names
 * this peer. Such a campaign asks only once, since the voters push their votes (R11). May be used on any thread.
 */
public final class CampaignLimiter {

    /** The minimum of the limit: as many campaigns as a process that has just started can handle at the same time. */
    static final int LEAST = 16;

    /** The maximum of the limit: this many campaigns have a few thousand messages in queues. */
    static final int MOST = 1_024;

    private final LongSupplier soonNanos;
    private final Map<LimitedCampaign, Long> underWay = new HashMap<>();
    private final Map<LimitedCampaign, Waiting> waiting = new HashMap<>();
    private final TreeSet<Waiting> order = new TreeSet<>();

    private int most = LEAST;
    private long quickestNanos = Long.MAX_VALUE;
    private long lastHalved = Long.MIN_VALUE;
    private long arrivals;

    private record Waiting(LimitedCampaign campaign, long key, long arrival) implements Comparable<Waiting> {
        @Override
        public int compareTo(Waiting other) {
            int byKey = Long.compare(key, other.key);
            return byKey != 0 ? byKey : Long.compare(arrival, other.arrival);
        }
    }

    /**
     * Creates a limiter without campaigns.
     *
     * @param soonNanos a campaign that takes no longer counts as soon, however fast the fastest one was
     */
    public CampaignLimiter(LongSupplier soonNanos) {
        this.soonNanos = soonNanos;
    }

    /**
     * Lets a campaign begin, or makes it wait until {@link LimitedCampaign#resume} is called.
     *
     * @param key waiting campaigns start in the order of their keys
     * @return whether it may begin at once
     */
    synchronized boolean begin(LimitedCampaign campaign, long key, long now) {
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

    /** Notes that the campaign has won, and that this node holds a lease. */
    synchronized void won(LimitedCampaign campaign, long now) {
        Long began = underWay.get(campaign);
        if (began != null) {
            long took = now - began;
            quickestNanos = Math.min(quickestNanos, took);
            if (took <= soon()) {
                most = Math.min(MOST, most + 1);
            } else if (took > 2 * soon()) {
                halve(now);
            }
        }
        end(campaign, now);
    }

    /**
     * Notes that a lease of this node was renewed, by a heartbeat round that took this long. Renewals are more important than
     * campaigns.
     */
    void renewed(long tookNanos, long now) {
        if (tookNanos > soonNanos.getAsLong()) {
            renewedLate(tookNanos, now);
        }
    }

    private synchronized void renewedLate(long tookNanos, long now) {
        if (tookNanos > soon()) {
            halve(now);
        }
    }

    /** The maximum time in nanoseconds of a campaign or a renewal that has not waited in a queue. */
    private long soon() {
        return quickestNanos == Long.MAX_VALUE
                ? soonNanos.getAsLong()
                : Math.max(soonNanos.getAsLong(), 2 * quickestNanos);
    }

    /** Notes that the campaign was not answered in time. */
    synchronized void unanswered(LimitedCampaign campaign, long now) {
        halve(now);
        end(campaign, now);
    }

    /** Halves the limit, but not repeatedly within a short time, since all campaigns of one queue take long together. */
    private void halve(long now) {
        if (lastHalved == Long.MIN_VALUE || now - lastHalved >= soonNanos.getAsLong()) {
            lastHalved = now;
            most = Math.max(LEAST, most / 2);
        }
    }

    /** Removes a campaign, which is neither in progress nor waiting any longer. */
    synchronized void end(LimitedCampaign campaign, long now) {
        forget(campaign);
        underWay.remove(campaign);
        while (underWay.size() < most && !order.isEmpty()) {
            Waiting next = order.first();
            forget(next.campaign());
            underWay.put(next.campaign(), now);
            next.campaign().resume();
        }
    }

    private void forget(LimitedCampaign campaign) {
        Waiting waits = waiting.remove(campaign);
        if (waits != null) {
            order.remove(waits);
        }
    }

    synchronized boolean isUnderWay(LimitedCampaign campaign) {
        return underWay.containsKey(campaign);
    }

    /** The current limit: how many campaigns may be in progress now. */
    synchronized int most() {
        return most;
    }

    /** The number of campaigns that wait. */
    synchronized int waiting() {
        return waiting.size();
    }
}
