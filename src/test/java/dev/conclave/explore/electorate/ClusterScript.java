package dev.conclave.explore.electorate;

import dev.conclave.core.electorate.Wish;
import dev.conclave.core.peer.Leader;
import dev.conclave.core.peer.Message;
import dev.conclave.explore.electorate.Cluster.Flight;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** Leads a cluster to the state in which a search begins: all links are whole, and disks and peers are quick. */
final class ClusterScript {

    private static final int MOST_TICKS = 200;

    private final ClusterBounds bounds;
    private final ClusterMove move;

    ClusterScript(ClusterBounds bounds, Cluster cluster) {
        this.bounds = bounds.unlimited();
        move = new ClusterMove(this.bounds, cluster, List.of());
    }

    Cluster cluster() {
        return move.cluster;
    }

    /** All nodes are up and obey configuration 0. */
    void found() {
        for (int node = 0; node < bounds.size; node++) {
            move.start(node);
        }
        for (int node = 0; node < bounds.size && !bounds.founds; node++) {
            move.mayFound(node);
        }
        until(() -> {
            deliver(Flight.Letter.class::isInstance);
            drop();
            boolean all = true;
            for (int node = 0; node < bounds.size; node++) {
                if (cluster().electorate(node).wakeAt() <= cluster().now(node)) {
                    move.tickElectorate(node);
                }
                all &= cluster().electorate(node).obeyed() == 0;
            }
            return all;
        });
        drop();
    }

    /** All nodes have started, and no message of the founding has arrived. */
    void start() {
        for (int node = 0; node < bounds.size; node++) {
            move.start(node);
        }
    }

    /** The node leads by the votes of these nodes, as bits; no other node hears of it. */
    void lead(int node, long by) {
        long among = by | 1L << node;
        until(() -> {
            quick(node);
            deliver(flight -> (among >> flight.from() & among >> flight.to() & 1) == 1);
            drop();
            return cluster().peer(node).role() instanceof Leader leader && leader.announced();
        });
        // The next round, at the same instant, names the succession.
        quick(node);
        deliver(flight -> (among >> flight.from() & among >> flight.to() & 1) == 1);
        drop();
    }

    /** The node votes for itself in terms up to this one, and no request of it arrives. */
    void stand(int node, long term, long by) {
        long among = by | 1L << node;
        until(() -> {
            quick(node);
            deliver(flight -> (among >> flight.from() & among >> flight.to() & 1) == 1
                    && flight instanceof Flight.Note note
                    && !(note.message() instanceof Message.RequestVote));
            drop();
            return cluster().peer(node).ballot().term() == term;
        });
    }

    /** The leader writes a value, and these nodes, as bits, store it; no other node hears of it. */
    void write(int node, long by) {
        long among = by | 1L << node;
        long acknowledged = cluster().registers.acknowledged();
        move.write(node);
        deliver(flight -> (among >> flight.from() & among >> flight.to() & 1) == 1);
        drop();
        if (cluster().registers.acknowledged() == acknowledged) {
            throw new IllegalStateException("the write is not acknowledged: " + cluster());
        }
    }

    private void quick(int node) {
        for (int times = 0;
                times < 4 && cluster().peer(node).wakeAt() <= cluster().now(node);
                times++) {
            move.tickPeer(node);
        }
    }

    /** The node carries out a wish, and all nodes but those left out, as bits, obey the result. */
    void change(int node, Wish wish, long leftOut) {
        bounds.wishes.add(new ClusterBounds.Asked(node, wish));
        move.wish(bounds.wishes.size() - 1);
        until(() -> {
            deliver(flight -> flight instanceof Flight.Letter
                    && (leftOut >> flight.from() & 1) == 0
                    && (leftOut >> flight.to() & 1) == 0);
            drop();
            for (int other = 0; other < bounds.size; other++) {
                if (cluster().electorate(other).wakeAt() <= cluster().now(other)) {
                    move.tickElectorate(other);
                }
            }
            return move.fulfilled() > 0;
        });
        deliver(flight -> flight instanceof Flight.Letter && (leftOut >> flight.to() & 1) == 0);
        drop();
    }

    /** The node is asked for a change, and no message of it has arrived but those that arrive at once. */
    void ask(int node, Wish wish) {
        bounds.wishes.add(new ClusterBounds.Asked(node, wish));
        move.wish(bounds.wishes.size() - 1);
    }

    /** So many ticks pass. */
    void pass(int ticks) {
        for (int tick = 0; tick < ticks; tick++) {
            move.pass();
        }
    }

    void restart(int node) {
        crash(node);
        start(node);
    }

    /** The process ends; all that it has written is on its disk. */
    void crash(int node) {
        move.crash(node, Integer.MAX_VALUE);
    }

    void start(int node) {
        move.start(node);
        deliver(Flight.Letter.class::isInstance);
    }

    void lose(int node) {
        move.crash(node, Integer.MAX_VALUE);
        move.lose(node);
        move.start(node);
        deliver(Flight.Letter.class::isInstance);
    }

    private void until(BooleanSupplier so) {
        for (int tick = 0; tick < MOST_TICKS; tick++) {
            if (so.getAsBoolean()) {
                return;
            }
            move.pass();
        }
        throw new IllegalStateException("the script leads nowhere: " + cluster());
    }

    private void deliver(Predicate<Flight> which) {
        int place = 0;
        while (place < move.flights.size()) {
            if (which.test(move.flights.get(place))) {
                move.deliver(place);
                place = 0;
            } else {
                place++;
            }
        }
    }

    /** All that is in flight is lost. */
    void drop() {
        move.flights.clear();
    }

    List<Flight> flights() {
        return move.flights;
    }
}
