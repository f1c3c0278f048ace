package dev.conclave.lifeline;

import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * All watches of this node: for each peer the watch of the life requested last, and the previous one while a proof about it is
 * in progress. A leader that is killed and restarts at once may greet this node before the end of its former connection is read
 * here; voters still owe loyalty to the former life, and only the proof frees them (R10).
 *
 * <p>A watch ends when it is proven that its life has ended, and when that life has not answered for {@link
 * LifeWatch#GIVE_UP_NANOS}, since addresses of pods may never return. Lives that have ended are remembered for a while, so that
 * a late frame of theirs does not cause another connection.
 */
final class LifeWatches {

    /** The maximum number of peers that are watched at the same time. */
    static final int MAX_WATCHED = 4096;

    /** The maximum number of ended lives that are remembered: as many as may end at about the same time. */
    static final int MAX_GONE = 256;

    private final EventLoop loop;
    private final LifelineNotifications reports;
    private final Consumer<PeerId> forgotten;
    private final Map<PeerId, LifeWatch> current = new LinkedHashMap<>();
    private final Map<PeerId, LifeWatch> former = new HashMap<>();
    private final Map<PeerId, Incarnation> gone = new LinkedHashMap<>();
    /** A lower bound of the watches' deadlines. */
    private long due = EventLoop.NEVER;

    private boolean complained;
    /**
     * The peers to whose watched life a connection is up, for readers on other threads; written by the loop's thread alone.
     */
    private final Set<PeerId> up = ConcurrentHashMap.newKeySet();

    private final Map<PeerId, Incarnation> noted = new ConcurrentHashMap<>();
    private final Map<PeerId, String> obstacles = new ConcurrentHashMap<>();

    /**
     * Creates an instance without watches.
     *
     * @param forgotten called with each peer that is no longer watched
     */
    LifeWatches(EventLoop loop, LifelineNotifications reports, Consumer<PeerId> forgotten) {
        this.loop = loop;
        this.reports = reports;
        this.forgotten = forgotten;
    }

    /** Watches this life of the peer. Returns whether it is watched now. */
    boolean watch(PeerId peer, Incarnation incarnation, List<InetSocketAddress> addresses) {
        if (incarnation.equals(gone.get(peer))) {
            return false;
        }
        Optional<LifeWatch> now = Optional.ofNullable(current.get(peer));
        if (now.isPresent() && now.get().isOf(incarnation) && now.get().stays(addresses)) {
            return true;
        }
        if (now.isEmpty() && current.size() >= MAX_WATCHED) {
            sayThatItIsFull();
            return false;
        }
        Optional<LifeWatch> before = Optional.ofNullable(former.get(peer)).filter(watch -> watch.isOf(incarnation));
        before.ifPresent(watch -> former.remove(peer));
        now.ifPresent(replaced -> retire(peer, replaced));
        current.put(peer, before.orElseGet(() -> new LifeWatch(loop, reports, this, peer, incarnation, addresses)));
        noted.put(peer, incarnation);
        note(peer);
        return true;
    }

    private void sayThatItIsFull() {
        if (!complained) {
            complained = true;
            reports.trouble("This node holds lifelines to " + MAX_WATCHED
                    + " peers, and to no further one: the end of any other"
                    + " process is noticed by its silence alone");
        }
    }

    private void retire(PeerId peer, LifeWatch replaced) {
        if (replaced.mayProve()) {
            Optional.ofNullable(former.put(peer, replaced)).ifPresent(LifeWatch::close);
        } else {
            replaced.close();
        }
    }

    /** Notes that the connection of a watch has come up or gone down, or that the watch was replaced. */
    void note(PeerId peer) {
        if (Optional.ofNullable(current.get(peer)).filter(LifeWatch::isUp).isPresent()) {
            up.add(peer);
            obstacles.remove(peer);
        } else {
            up.remove(peer);
        }
    }

    /** Notes why a connection to the peer failed or has ended. */
    void noteObstacle(PeerId peer, String why) {
        if (current.containsKey(peer)) {
            obstacles.put(peer, why);
        }
    }

    void forget(PeerId peer) {
        Optional.ofNullable(former.remove(peer)).ifPresent(LifeWatch::close);
        Optional.ofNullable(current.remove(peer)).ifPresent(watch -> ended(peer, watch));
    }

    private void ended(PeerId peer, LifeWatch watch) {
        watch.close();
        note(peer);
        noted.remove(peer);
        obstacles.remove(peer);
        forgotten.accept(peer);
    }

    void onTime(long now) {
        if (now < due) {
            return;
        }
        due = EventLoop.NEVER;
        for (LifeWatch watch : all()) {
            watch.onTime(now);
        }
        tidy(now);
        all().forEach(watch -> dueNoLaterThan(watch.due()));
    }

    /** Notes a deadline of a watch. */
    void dueNoLaterThan(long then) {
        due = Math.min(due, then);
    }

    private void tidy(long now) {
        former.values().removeIf(watch -> {
            boolean over = !watch.mayProve() || watch.isGivenUp(now);
            if (over) {
                watch.close();
            }
            return over;
        });
        for (Map.Entry<PeerId, LifeWatch> entry : List.copyOf(current.entrySet())) {
            PeerId peer = entry.getKey();
            LifeWatch watch = entry.getValue();
            if (watch.isGone()) {
                remember(peer, watch.incarnation());
            }
            if (watch.isGone() || watch.isGivenUp(now)) {
                current.remove(peer);
                ended(peer, watch);
            }
        }
    }

    private void remember(PeerId peer, Incarnation incarnation) {
        gone.remove(peer);
        gone.put(peer, incarnation);
        while (gone.size() > MAX_GONE) {
            gone.remove(gone.keySet().iterator().next());
        }
    }

    long due() {
        return due;
    }

    void close() {
        all().forEach(LifeWatch::close);
        up.clear();
    }

    private List<LifeWatch> all() {
        List<LifeWatch> all = new ArrayList<>(current.values());
        all.addAll(former.values());
        return all;
    }

    // The following methods may be called on any thread.

    /** The peers to whose watched life a connection is up now. */
    Set<PeerId> up() {
        return Set.copyOf(up);
    }

    boolean isUp(PeerId peer) {
        return up.contains(peer);
    }

    boolean isWatched(PeerId peer, Incarnation incarnation) {
        return incarnation.equals(noted.get(peer));
    }

    int watched() {
        return noted.size();
    }

    Optional<String> obstacle(PeerId peer) {
        return Optional.ofNullable(obstacles.get(peer));
    }
}
