package dev.conclave.actor;

import dev.conclave.core.PeerId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The names of peers as they are written in heartbeats: the same few in thousands of them, each read once and kept once. May be
 * used on any thread.
 */
final class PeerNames {

    /** More come only from a sender that makes them up; then all are read anew. */
    private static final int MOST = 4_096;

    private static final Map<String, PeerId> READ = new ConcurrentHashMap<>();

    private PeerNames() {}

    /** As {@link PeerId#parse}. */
    static PeerId read(String text) {
        PeerId known = READ.get(text);
        if (known != null) {
            return known;
        }
        PeerId peer = PeerId.parse(text);
        if (READ.size() >= MOST) {
            READ.clear();
        }
        READ.put(text, peer);
        return peer;
    }
}
