package dev.conclave.bench.many;

import dev.conclave.ElectionEvent;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the events of all elections of one peer. Written by one actor, read by the thread that samples. */
final class Tally {

    final AtomicLong leads = new AtomicLong();
    final AtomicLong knows = new AtomicLong();
    final AtomicLong standings = new AtomicLong();
    final AtomicLong elected = new AtomicLong();
    final AtomicLong ended = new AtomicLong();

    private final Set<String> known = new HashSet<>();

    void note(ElectionEvent event) {
        if (event instanceof ElectionEvent.Standing) {
            standings.incrementAndGet();
        } else if (event instanceof ElectionEvent.Elected) {
            elected.incrementAndGet();
            leads.incrementAndGet();
            known.add(event.election());
        } else if (event instanceof ElectionEvent.Dismissed) {
            ended.incrementAndGet();
            leads.decrementAndGet();
            known.remove(event.election());
        } else if (event instanceof ElectionEvent.Following) {
            known.add(event.election());
        } else if (event instanceof ElectionEvent.Leaderless) {
            known.remove(event.election());
        }
        knows.set(known.size());
    }
}
