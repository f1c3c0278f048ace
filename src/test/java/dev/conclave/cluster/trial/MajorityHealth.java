package dev.conclave.cluster.trial;

import dev.conclave.judge.Event;
import dev.conclave.judge.LeadershipInterval;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * When a majority was healthy: its peers ran, had begun to take part, and reached each other over links without faults.
 * Sampled again and again while a trial goes on.
 */
public final class MajorityHealth {

    private record Span(long from, long until) {}

    private final Cluster cluster;
    private final List<Span> spans = new ArrayList<>();
    private Set<PeerProcess> voters;
    private long healthySince = Long.MAX_VALUE;

    /** The peers of the list of voters vote. */
    public MajorityHealth(Cluster cluster) {
        this.cluster = cluster;
        this.voters = Set.copyOf(cluster.voters());
    }

    /** Other peers vote from now on; none if that is not known, and then no majority counts as healthy. */
    public void voters(Set<PeerProcess> now) {
        voters = Set.copyOf(now);
    }

    /** Takes a sample.
     *
     * @param cutOff peers that do not reach all others, or are not reached by all
     */
    public void look(Set<PeerProcess> cutOff) {
        long now = System.nanoTime();
        long healthy = cluster.running().stream()
                .filter(peer -> voters.contains(peer) && !cutOff.contains(peer))
                .filter(peer -> {
                    Event last = cluster.history().states().last().get(peer.id());
                    return last != null && !(last instanceof Event.Killed) && !(last instanceof Event.Stopped);
                })
                .count();
        boolean majority = healthy > voters.size() / 2;
        if (majority && healthySince == Long.MAX_VALUE) {
            healthySince = now;
        } else if (!majority && healthySince != Long.MAX_VALUE) {
            spans.add(new Span(healthySince, now));
            healthySince = Long.MAX_VALUE;
        }
    }

    /** The longest time without a leader in which the same majority of peers, or another, was healthy all along. */
    public long longestLeaderlessNanos(List<LeadershipInterval> leaderships) {
        List<Span> all = new ArrayList<>(spans);
        if (healthySince != Long.MAX_VALUE) {
            all.add(new Span(healthySince, System.nanoTime()));
        }
        long longest = 0;
        for (Span span : all) {
            long ledUntil = span.from();
            for (LeadershipInterval leadership : leaderships) {
                if (leadership.until() > span.from() && leadership.from() < span.until()) {
                    longest = Math.max(longest, leadership.from() - ledUntil);
                    ledUntil = Math.max(ledUntil, leadership.until());
                }
            }
            longest = Math.max(longest, span.until() - ledUntil);
        }
        return longest;
    }
}
