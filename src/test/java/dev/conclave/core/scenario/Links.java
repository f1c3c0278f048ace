package dev.conclave.core.scenario;

import dev.conclave.core.peer.MessageRoute;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The network: when a message arrives, once, twice or never. */
final class Links {

    /** A link from one host to another. */
    record Link(String from, String to) {}

    /** A fault that happens once, to the next message of a kind on a link. */
    private record Mishap(Link link, String kind, List<Long> arrivals) {}

    private final Set<Link> cut = new HashSet<>();
    private final Set<Link> cutRemoting = new HashSet<>();
    private final List<Mishap> mishaps = new ArrayList<>();
    private long latency = 1_000_000;

    void latency(long nanos) {
        latency = nanos;
    }

    void cut(Link link) {
        cut.add(link);
    }

    /** Cuts Artery, while the express lane between the two hosts stays connected. */
    void cutRemoting(Link link) {
        cutRemoting.add(link);
    }

    void heal() {
        cut.clear();
        cutRemoting.clear();
    }

    void lose(Link link, String kind) {
        mishaps.add(new Mishap(link, kind, List.of()));
    }

    void delay(Link link, String kind, long nanos) {
        mishaps.add(new Mishap(link, kind, List.of(nanos)));
    }

    void repeat(Link link, String kind, long nanos) {
        mishaps.add(new Mishap(link, kind, List.of(latency, nanos)));
    }

    /** After how long a message arrives; several times, or not at all. */
    List<Long> arrivals(String from, String to, String kind, MessageRoute way) {
        Link link = new Link(from, to);
        if (cut.contains(link) || (way == MessageRoute.ARTERY && cutRemoting.contains(link))) {
            return List.of();
        }
        for (Mishap mishap : mishaps) {
            if (mishap.link.equals(link) && mishap.kind.equals(kind)) {
                mishaps.remove(mishap);
                return mishap.arrivals;
            }
        }
        return List.of(latency);
    }
}
