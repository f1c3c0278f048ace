package dev.conclave.explore.electorate;

import dev.conclave.core.electorate.Round;
import dev.conclave.core.electorate.Wish;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Leader;
import dev.conclave.explore.electorate.Cluster.Flight;
import dev.conclave.explore.world.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * A cluster in which a test decides which messages pass. All else goes on by itself, a millisecond at a time: disks write, timers
 * fire, and peers handle their inputs, without chance.
 */
final class ManualCluster {

    private static final long MILLI = 1000;

    private final Cluster cluster;
    private final List<Flight> flights = new ArrayList<>();
    private final SeededRandom draws = new SeededRandom(1);
    private Predicate<Flight> passes = flight -> true;
    private boolean[] stopped;
    private boolean[] hanging;
    private long wishes;
    private Optional<String> ended = Optional.empty();

    /** Nodes with directories, of which the first ones are voters, have founded a group. */
    ManualCluster(int size, int voters, long electionMillis, ElectorateCore core) {
        cluster = new Cluster(
                size,
                voters,
                (1L << size) - 1,
                Cluster.nanos(100 * MILLI),
                Cluster.nanos(electionMillis * MILLI),
                0,
                0,
                core);
        stopped = new boolean[size];
        hanging = new boolean[size];
        cluster.followedBy(new Cluster.Follow() {
            @Override
            public void sent(Flight flight) {
                flights.add(flight);
            }

            @Override
            public void wrote(int node) {}

            @Override
            public void queued(int node) {}

            @Override
            public void dismissed(int node, long term) {
                cluster.tell(node, new Input.UsersStopped(term));
            }

            @Override
            public void ended(int node, long wish, Optional<String> refusal) {
                ended = Optional.of(refusal.orElse(""));
            }
        });
        for (int i = 0; i < size; i++) {
            start(i);
        }
        // No peer stands before the story begins.
        passes = Flight.Letter.class::isInstance;
        runUntil(() -> {
            boolean all = true;
            for (int i = 0; i < cluster.size; i++) {
                all &= cluster.electorate(i).obeyed() == 0;
            }
            return all;
        });
    }

    Cluster cluster() {
        return cluster;
    }

    void start(int node) {
        cluster.start(node);
        for (int other = 0; other < cluster.size; other++) {
            if (other != node && cluster.isUp(other)) {
                cluster.meet(node, other, 1);
            }
        }
        cluster.mayFound(node, 77);
    }

    void crash(int node) {
        cluster.crash(node, Integer.MAX_VALUE);
    }

    /** Only these messages arrive from now on; the others stay in flight. */
    void passes(Predicate<Flight> which) {
        passes = which;
    }

    /** The node's timers stop: it hears messages, and does nothing by itself. */
    void stopTimers(int node) {
        stopped[node] = true;
    }

    void startTimers(int node) {
        stopped[node] = false;
    }

    /** The node's disk forces nothing from now on; all else on the node goes on. */
    void hangDisk(int node) {
        hanging[node] = true;
    }

    void diskGoesOn(int node) {
        hanging[node] = false;
    }

    static Predicate<Flight> notes(int one, int other) {
        return flight -> flight instanceof Flight.Note && isBetween(flight, one, other);
    }

    static Predicate<Flight> letters(int one, int other) {
        return flight -> flight instanceof Flight.Letter && isBetween(flight, one, other);
    }

    private static boolean isBetween(Flight flight, int one, int other) {
        return (flight.from() == one && flight.to() == other) || (flight.from() == other && flight.to() == one);
    }

    void wish(int node, Wish wish) {
        ended = Optional.empty();
        cluster.wish(node, ++wishes, wish, 1);
    }

    /** Runs until the last wish has ended, and returns why it failed; empty if it is fulfilled. */
    String untilWishEnds() {
        runUntil(() -> ended.isPresent());
        return ended.orElseThrow();
    }

    /** Whether the node's wish came to this phase. */
    boolean isIn(int node, Round.Phase phase) {
        return cluster.electorate(node)
                .proposal()
                .filter(proposal -> proposal.round().phase() == phase)
                .isPresent();
    }

    boolean leads(int node) {
        return cluster.isUp(node)
                && cluster.peer(node).role() instanceof Leader leader
                && leader.announced()
                && cluster.now(node) < leader.leaseUntil();
    }

    /** Runs until it is so, for a minute at most. */
    void runUntil(BooleanSupplier so) {
        for (int i = 0; i < 60_000; i++) {
            if (so.getAsBoolean()) {
                return;
            }
            run(1);
        }
        throw new AssertionError("this did not come about within a minute: " + cluster);
    }

    /** So much time passes. */
    void run(long millis) {
        for (long i = 0; i < millis; i++) {
            cluster.advance(MILLI);
            for (int node = 0; node < cluster.size; node++) {
                if (cluster.isUp(node)) {
                    work(node);
                }
            }
            deliver();
        }
    }

    private void work(int node) {
        while (cluster.inbox(node).length > 0) {
            cluster.runPeer(node, draws.next());
        }
        while (!hanging[node] && cluster.pendingWrites(node) > 0) {
            cluster.force(node, 1);
        }
        while (cluster.inbox(node).length > 0) {
            cluster.runPeer(node, draws.next());
        }
        if (stopped[node]) {
            return;
        }
        if (cluster.now(node) >= cluster.electorate(node).wakeAt()) {
            cluster.tickElectorate(node, 1);
        }
        if (cluster.now(node) >= cluster.peer(node).wakeAt()) {
            cluster.tell(node, new Input.Tick());
        }
    }

    private void deliver() {
        List<Flight> arriving = new ArrayList<>();
        for (Flight flight : flights) {
            if (passes.test(flight)) {
                arriving.add(flight);
            }
        }
        flights.removeAll(arriving);
        for (Flight flight : arriving) {
            cluster.deliver(flight, 1);
        }
    }

    /** Drops what did not pass so far. */
    void dropFlights() {
        flights.clear();
    }
}
