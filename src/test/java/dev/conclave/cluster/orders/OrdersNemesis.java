package dev.conclave.cluster.orders;

import dev.conclave.cluster.orders.OrdersCluster.OrdersNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Causes one fault after the other, of all kinds, on nodes and for times that a seed decides. After each fault it waits until all nodes
 * are ready again. The kinds come in shuffled decks, so that none is left out for long.
 */
final class OrdersNemesis {

    /**
     * The kinds of faults. In each cut the customers and this test reach all nodes. In half of them the nodes on one side lose the
     * database too; in the other half they keep it, and only the token refuses the bookings of a former dispatcher.
     */
    enum Fault {
        KILL,
        TERMINATE,
        FREEZE,
        CUT_OFF,
        CUT_OFF_WITHOUT_DATABASE,
        SPLIT,
        SPLIT_WITHOUT_DATABASE,
        ONE_WAY,
        ONE_WAY_WITHOUT_DATABASE
    }

    private final OrdersCluster cluster;
    private final Random random;
    private final double scale;
    private final Map<Fault, Integer> done = new EnumMap<>(Fault.class);
    private int onDispatcher;
    private Duration longestRecovery = Duration.ZERO;

    /** The longest times of faults and pauses are multiplied by the scale. */
    OrdersNemesis(OrdersCluster cluster, double scale, Random random) {
        this.cluster = cluster;
        this.scale = scale;
        this.random = random;
    }

    Map<Fault, Integer> done() {
        return done;
    }

    /** How many faults hit the node of the dispatcher. */
    int onDispatcher() {
        return onDispatcher;
    }

    /** The longest time from the end of a fault until all nodes were ready. */
    Duration longestRecovery() {
        return longestRecovery;
    }

    /** Goes on for so long, at least until every kind has occurred; leaves the cluster whole. */
    void rage(Duration time, OrderClient customers) {
        long end = System.nanoTime() + time.toNanos();
        List<Fault> deck = new ArrayList<>();
        while (System.nanoTime() < end || done.size() < Fault.values().length) {
            if (deck.isEmpty()) {
                deck.addAll(List.of(Fault.values()));
                Collections.shuffle(deck, random);
            }
            Fault fault = deck.remove(0);
            commit(fault);
            done.merge(fault, 1, Integer::sum);
            long healedAt = System.nanoTime();
            cluster.awaitAllReady();
            Duration recovery = Duration.ofNanos(System.nanoTime() - healedAt);
            RunLog.line("all nodes are ready, " + recovery.toMillis() + " ms after the fault; "
                    + customers.acknowledged().size() + " orders are acknowledged");
            longestRecovery = recovery.compareTo(longestRecovery) > 0 ? recovery : longestRecovery;
            OrdersCluster.pass(between(5, 30));
        }
    }

    private void commit(Fault fault) {
        OrdersNode victim = victim();
        switch (fault) {
            case KILL -> {
                tell(fault, victim, "");
                int starts = victim.process().starts();
                victim.process().kill();
                awaitNextLife(victim, starts);
            }
            case TERMINATE -> {
                tell(fault, victim, "");
                int starts = victim.process().starts();
                victim.process().terminate();
                awaitNextLife(victim, starts);
            }
            case FREEZE -> {
                Duration time = between(2, 30);
                tell(fault, victim, seconds(time));
                victim.process().signal("STOP");
                OrdersCluster.pass(time);
                victim.process().signal("CONT");
            }
            case CUT_OFF, CUT_OFF_WITHOUT_DATABASE ->
                divide(fault, List.of(victim), fault == Fault.CUT_OFF_WITHOUT_DATABASE);
            case SPLIT, SPLIT_WITHOUT_DATABASE -> {
                List<OrdersNode> others = others(List.of(victim));
                OrdersNode second = others.get(random.nextInt(others.size()));
                divide(fault, List.of(victim, second), fault == Fault.SPLIT_WITHOUT_DATABASE);
            }
            case ONE_WAY, ONE_WAY_WITHOUT_DATABASE -> oneWay(fault, victim);
        }
    }

    private void awaitNextLife(OrdersNode node, int starts) {
        cluster.until(node + " was started again", () -> node.process().starts() > starts);
    }

    private void divide(Fault fault, List<OrdersNode> group, boolean withoutDatabase) {
        Duration time = between(5, 60);
        tell(fault, group, seconds(time));
        List<OrdersNode> others = others(group);
        cluster.cut(group, others);
        cluster.cut(others, group);
        if (withoutDatabase) {
            cluster.cutFromDatabase(group);
        }
        OrdersCluster.pass(time);
        cluster.mend();
    }

    private void oneWay(Fault fault, OrdersNode victim) {
        Duration time = between(5, 60);
        List<OrdersNode> others = others(List.of(victim));
        if (random.nextBoolean()) {
            tell(fault, victim, "receives nothing, " + seconds(time));
            cluster.cut(others, List.of(victim));
        } else {
            tell(fault, victim, "is not received, " + seconds(time));
            cluster.cut(List.of(victim), others);
        }
        if (fault == Fault.ONE_WAY_WITHOUT_DATABASE) {
            cluster.cutFromDatabase(List.of(victim));
        }
        OrdersCluster.pass(time);
        cluster.mend();
    }

    /** In half of the cases the node of the dispatcher. */
    private OrdersNode victim() {
        OrdersNode any = cluster.nodes().get(random.nextInt(cluster.nodes().size()));
        OrdersNode dispatcher = cluster.dispatcher().orElse(any);
        OrdersNode victim = random.nextBoolean() ? dispatcher : any;
        onDispatcher += victim.equals(dispatcher) ? 1 : 0;
        return victim;
    }

    private List<OrdersNode> others(List<OrdersNode> group) {
        return cluster.nodes().stream().filter(node -> !group.contains(node)).toList();
    }

    private Duration between(int leastSeconds, int mostSeconds) {
        double most = leastSeconds + (mostSeconds - leastSeconds) * scale;
        return Duration.ofMillis((long) (1_000 * (leastSeconds + random.nextDouble() * (most - leastSeconds))));
    }

    private static String seconds(Duration time) {
        return time.toSeconds() + " s";
    }

    private void tell(Fault fault, Object victims, String more) {
        RunLog.line(fault + " " + victims + " " + more + " (dispatcher: "
                + cluster.dispatcher().map(OrdersNode::toString).orElse("unknown") + ")");
    }
}
