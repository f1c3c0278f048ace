package dev.conclave.lifeline;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everybody who is watched: of each peer the life that was asked for last, and the one before as long as a proof about it
 * is under way. A leader that is killed and back at once may have greeted this node before the end of its connection was
 * read here; the voters still owe their loyalty to the former life, and only the proof sets them free (R10).
 */
final class Watches {

    private final Loop loop;
    private final Reports reports;
    private final Map<PeerId, Watch> current = new HashMap<>();
    private final Map<PeerId, Watch> former = new HashMap<>();

    Watches(Loop loop, Reports reports) {
        this.loop = loop;
        this.reports = reports;
    }

    void watch(PeerId peer, Incarnation incarnation, InetSocketAddress address) {
        Optional<Watch> now = Optional.ofNullable(current.get(peer));
        if (now.isPresent() && now.get().isOf(incarnation) && now.get().stays(address)) {
            return;
        }
        Optional<Watch> before = Optional.ofNullable(former.get(peer)).filter(watch -> watch.isOf(incarnation));
        before.ifPresent(watch -> former.remove(peer));
        current.put(peer, before.orElseGet(() -> new Watch(loop, reports, peer, incarnation, address)));
        now.ifPresent(replaced -> retire(peer, replaced));
    }

    private void retire(PeerId peer, Watch replaced) {
        if (replaced.mayProve()) {
            Optional.ofNullable(former.put(peer, replaced)).ifPresent(Watch::close);
        } else {
            replaced.close();
        }
    }

    void forget(PeerId peer) {
        Optional.ofNullable(current.remove(peer)).ifPresent(Watch::close);
        Optional.ofNullable(former.remove(peer)).ifPresent(Watch::close);
    }

    void onTime(long now) {
        for (Watch watch : all()) {
            watch.onTime(now);
        }
        tidy();
    }

    private void tidy() {
        former.values().removeIf(watch -> {
            if (!watch.mayProve()) {
                watch.close();
            }
            return !watch.mayProve();
        });
    }

    long due() {
        long due = Loop.NEVER;
        for (Watch watch : all()) {
            due = Math.min(due, watch.due());
        }
        return due;
    }

    void close() {
        all().forEach(Watch::close);
    }

    private List<Watch> all() {
        List<Watch> all = new ArrayList<>(current.values());
        all.addAll(former.values());
        return all;
    }
}
