package dev.conclave.explore.electorate;

import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.Force;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * The operator of a cluster of which a majority is lost (E11), with the promise that an operator makes: a group is forced when
 * the nodes that are left cannot elect anybody without it, and no node that was lost comes back while those that still obey the
 * former group could elect somebody together with it.
 */
final class Operator {

    private final Cluster cluster;

    /** The nodes that are down, with their directories, until the operator lets them return. */
    private final boolean[] gone;

    Operator(Cluster cluster) {
        this.cluster = cluster;
        gone = new boolean[cluster.size];
    }

    boolean isGone(int node) {
        return gone[node];
    }

    boolean isAnyGone() {
        boolean any = false;
        for (boolean one : gone) {
            any |= one;
        }
        return any;
    }

    void takeAway(int node) {
        gone[node] = true;
    }

    void giveBack(int node) {
        gone[node] = false;
    }

    /** The newest configuration on any disk, of the group that replaces the others. */
    Optional<Configuration> newest() {
        Comparator<Configuration> order = Comparator.comparingInt(
                        (Configuration one) -> one.former().size())
                .thenComparingInt(Configuration::number);
        Optional<Configuration> newest = Optional.empty();
        for (int i = 0; i < cluster.size; i++) {
            Optional<Configuration> known = cluster.onDisk(i).configuration();
            if (known.isPresent() && (newest.isEmpty() || order.compare(known.get(), newest.get()) > 0)) {
                newest = known;
            }
        }
        return newest;
    }

    /** The voters of the configuration that are not gone, and have their directory. */
    List<Integer> left(Configuration configuration) {
        List<Integer> left = new ArrayList<>();
        for (int i = 0; i < cluster.size; i++) {
            if (!gone[i] && isVoterOf(i, configuration)) {
                left.add(i);
            }
        }
        return left;
    }

    boolean isMajorityLost(Configuration configuration) {
        return left(configuration).size() < configuration.quorum();
    }

    private boolean isVoterOf(int node, Configuration configuration) {
        return configuration.names(Cluster.id(node), cluster.identity(node));
    }

    /** The newest group, or 0. */
    private long group() {
        return newest().map(Configuration::group).orElse(0L);
    }

    /** The number of the lowest configuration that the node may still obey. */
    private int lowest(int node) {
        int onDisk = cluster.onDisk(node).number();
        return cluster.isUp(node) ? Math.min(onDisk, cluster.peer(node).self().configuration()) : onDisk;
    }

    /** Whether these nodes suffice for an election, under any configuration of the group that they obey or may yet be shown. */
    private boolean canElect(long group, IntPredicate nodes) {
        for (Configuration configuration : cluster.oracle.chainOf(group)) {
            int voters = 0;
            for (int i = 0; i < cluster.size; i++) {
                boolean votes = nodes.test(i) && isVoterOf(i, configuration) && lowest(i) <= configuration.number();
                voters += votes ? 1 : 0;
            }
            if (voters >= configuration.quorum()) {
                return true;
            }
        }
        return false;
    }

    /**
     * The operator's word at this survivor, which is down; empty if it is too early.
     *
     * @param hasWaited whether every lease is over that rests on a node that was lost
     */
    Optional<Force> force(int node, boolean hasWaited) {
        Optional<Configuration> known = cluster.onDisk(node).configuration();
        if (cluster.isUp(node)
                || gone[node]
                || known.isEmpty()
                || known.get().group() != group()
                || !isVoterOf(node, known.get())) {
            return Optional.empty();
        }
        long group = known.get().group();
        List<Integer> survivors = left(known.get());
        int others = 0;
        boolean isLed = false;
        for (int i = 0; i < cluster.size; i++) {
            others += i != node && !gone[i] && obeys(i, group) ? 1 : 0;
            isLed |= cluster.oracle.leads(cluster, i);
        }
        // Of two survivors the other one, which may still lead, must obey the new group before anybody is elected
        // there.
        boolean bothAreNeeded = survivors.size() == 2 && others == 1;
        if ((isLed || !hasWaited) && !bothAreNeeded) {
            return Optional.empty();
        }
        return canElect(group, other -> other != node && !gone[other] && obeys(other, group))
                ? Optional.empty()
                : Optional.of(
                        new Force(group, survivors.stream().map(Cluster::id).toList(), 0, 0));
    }

    /** Whether the node may still act in the group. */
    private boolean obeys(int node, long group) {
        if (cluster.onDisk(node).group() == group) {
            return true;
        }
        int first = cluster.oracle.chainOf(cluster.onDisk(node).group()).stream()
                .mapToInt(Configuration::number)
                .min()
                .orElse(0);
        return cluster.isUp(node) && cluster.peer(node).self().configuration() < first;
    }

    /** Whether the node may return, beside all others that still obey a group that was replaced. */
    boolean mayReturn(int node) {
        List<Long> former = newest().map(Configuration::former).orElse(List.of());
        for (long group : former) {
            if (canElect(group, other -> (other == node || !gone[other]) && obeys(other, group))) {
                return false;
            }
        }
        return true;
    }
}
