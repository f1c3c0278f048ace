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
 * The watches of this node: of each peer the life that was asked for last, and the one before as long as a proof about it
 * is under way. A leader that is killed and back at once may have greeted this node before the end of its connection was
 * read here; the voters still owe their loyalty to the former life, and only the proof sets them free (R10).
 *
 * <p>A watch ends when its life is proven gone, and when nothing has answered for {@link Watch#GIVE_UP_NANOS}: addresses of
 * pods come and never come again. Lives that are proven gone are remembered for a while, so that a frame of theirs that is
 * still under way makes nobody dial again.
 */
final class Watches {

    /** More than any number of peers that a node hears at one time. */
    static final int MAX_WATCHED = 4096;

    /** As many as may end at about one time. */
    static final int MAX_GONE = 256;

    private final Loop loop;
    private final Reports reports;
    private final Consumer<PeerId> forgotten;
    private final Map<PeerId, Watch> current = new LinkedHashMap<>();
    private final Map<PeerId, Watch> former = new HashMap<>();
    private final Map<PeerId, Incarnation> gone = new LinkedHashMap<>();
    /** No watch is due before this; some may be due later only. */
    private long due = Loop.NEVER;

    private boolean complained;
    /** What other threads may ask for; written by the loop's thread alone. */
    private final Set<PeerId> up = ConcurrentHashMap.newKeySet();

    private final Map<PeerId, Incarnation> noted = new ConcurrentHashMap<>();
    private final Map<PeerId, String> obstacles = new ConcurrentHashMap<>();

    /**
     * None yet.
     *
     * @param forgotten receives each peer that is watched no longer
     */
    Watches(Loop loop, Reports reports, Consumer<PeerId> forgotten) {
        this.loop = loop;
        this.reports = reports;
        this.forgotten = forgotten;
    }

    /** Returns whether the peer is watched from now on, in this life. */
    boolean watch(PeerId peer, Incarnation incarnation, List<InetSocketAddress> addresses) {
        if (incarnation.equals(gone.get(peer))) {
            return false;
        }
        Optional<Watch> now = Optional.ofNullable(current.get(peer));
        if (now.isPresent() && now.get().isOf(incarnation) && now.get().stays(addresses)) {
            return true;
        }
        if (now.isEmpty() && current.size() >= MAX_WATCHED) {
            sayThatItIsFull();
            return false;
        }
        Optional<Watch> before = Optional.ofNullable(former.get(peer)).filter(watch -> watch.isOf(incarnation));
        before.ifPresent(watch -> former.remove(peer));
        now.ifPresent(replaced -> retire(peer, replaced));
        current.put(peer, before.orElseGet(() -> new Watch(loop, reports, this, peer, incarnation, addresses)));
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

    private void retire(PeerId peer, Watch replaced) {
        if (replaced.mayProve()) {
            Optional.ofNullable(former.put(peer, replaced)).ifPresent(Watch::close);
        } else {
            replaced.close();
        }
    }

    /** A watch has come up, has gone down, or was replaced. */
    void note(PeerId peer) {
        if (Optional.ofNullable(current.get(peer)).filter(Watch::isUp).isPresent()) {
            up.add(peer);
            obstacles.remove(peer);
        } else {
            up.remove(peer);
        }
    }

    /** Why a connection to the peer could not be made, or has ended. */
    void noteObstacle(PeerId peer, String why) {
        if (current.containsKey(peer)) {
            obstacles.put(peer, why);
        }
    }

    void forget(PeerId peer) {
        Optional.ofNullable(former.remove(peer)).ifPresent(Watch::close);
        Optional.ofNullable(current.remove(peer)).ifPresent(watch -> ended(peer, watch));
    }

    private void ended(PeerId peer, Watch watch) {
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
        due = Loop.NEVER;
        for (Watch watch : all()) {
            watch.onTime(now);
        }
        tidy(now);
        all().forEach(watch -> dueNoLaterThan(watch.due()));
    }

    /** A watch is due then. */
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
        for (Map.Entry<PeerId, Watch> entry : List.copyOf(current.entrySet())) {
            PeerId peer = entry.getKey();
            Watch watch = entry.getValue();
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
        all().forEach(Watch::close);
        up.clear();
    }

    private List<Watch> all() {
        List<Watch> all = new ArrayList<>(current.values());
        all.addAll(former.values());
        return all;
    }

    // From here on: asked by any thread.

    /** The peers whose watched life holds a connection just now. */
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
