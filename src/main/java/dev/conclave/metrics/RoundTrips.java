package dev.conclave.metrics;

import dev.conclave.core.PeerId;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How long heartbeats and their acknowledgements take, by peer: {@value #MOST} peers have a timer each, and a peer that has been
 * silent for a minute makes room for another one. Used by one thread at a time.
 */
final class RoundTrips {

    /** The maximum number of peers with a timer: enough for all voters and for many non-voting candidates. */
    static final int MOST = 100;

    /**
     * The time in nanoseconds after which a silent peer may be replaced; heartbeats are hardly ever more than a second apart.
     */
    static final long GONE_NANOS = Duration.ofMinutes(1).toNanos();

    private final RemovableMeters own;

    /** The peers with a timer, in the order of their last acknowledgements. */
    private final Map<PeerId, Peer> peers = new LinkedHashMap<>(16, 0.75f, true);

    private static final class Peer {
        private final RemovableMeters meters;
        private final Timer timer;
        private long heardAt;

        Peer(RemovableMeters meters) {
            this.meters = meters;
            this.timer = meters.timer(
                    "conclave.heartbeat.roundtrip",
                    "Time from the creation of a heartbeat until its acknowledgement was received");
        }
    }

    RoundTrips(RemovableMeters own) {
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
