package dev.conclave.metrics;

import dev.conclave.core.PeerId;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How long heartbeats and their acknowledgements take, by peer: {@value #MOST} peers have a timer of their own, and one that has
 * been silent for a minute makes room for another. Used by one thread at a time.
 */
final class RoundTrips {

    /** Enough for the voters and for candidates that do not vote. */
    static final int MOST = 100;

    /** How long a peer is silent when it counts as gone; heartbeats are not further apart than an hour, and seldom a second. */
    static final long GONE_NANOS = Duration.ofMinutes(1).toNanos();

    private final OwnMeters own;

    /** In the order in which they were last heard. */
    private final Map<PeerId, Peer> peers = new LinkedHashMap<>(16, 0.75f, true);

    private static final class Peer {
        private final OwnMeters meters;
        private final Timer timer;
        private long heardAt;

        Peer(OwnMeters meters) {
            this.meters = meters;
            this.timer = meters.timer(
                    "conclave.heartbeat.roundtrip",
                    "Time from the creation of a heartbeat until its acknowledgement was received");
        }
    }

    RoundTrips(OwnMeters own) {
        this.own = own;
    }

    void record(PeerId peer, long tookNanos, long nowNanos) {
        Peer known = peers.get(peer);
        if (known == null) {
            if (peers.size() >= MOST && !makeRoom(nowNanos)) {
                return;
            }
            known = new Peer(own.part("peer", peer.toString()));
            peers.put(peer, known);
        }
        known.heardAt = nowNanos;
        known.timer.record(Duration.ofNanos(tookNanos));
    }

    private boolean makeRoom(long nowNanos) {
        Iterator<Peer> all = peers.values().iterator();
        Peer silent = all.next();
        if (nowNanos - silent.heardAt < GONE_NANOS) {
            return false;
        }
        silent.meters.removeAll();
        all.remove();
        return true;
    }
}
