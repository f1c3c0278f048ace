package dev.conclave.internal.wire;

import dev.conclave.core.PeerId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A cache of the peer names in heartbeats: thousands of heartbeats contain the same few names, so each is parsed and stored once.
 * May be used on any thread.
 */
final class PeerIdCache {

    /** Only a sender that makes up names can exceed this; then the cache is cleared. */
    private static final int MOST = 4_096;

    private static final Map<String, PeerId> READ = new ConcurrentHashMap<>();

    private PeerIdCache() {}

    /** Parses a name like {@link PeerId#parse}. */
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
