package dev.conclave.explore.electorate;

import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.Force;
import dev.conclave.explore.world.SeededRandom;
import dev.conclave.explore.world.Violation;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;

/** How a simulation loses a majority, and how its {@link Operator} forces a group and lets the lost nodes return. */
final class LostMajority {

    /** After how many E every lease is over that rests on a node that was lost; the longest E is 3.5 times the first one. */
    private static final int LEASES_ARE_OVER = 5;

    /** How often the operator tries to force a group before the lost nodes are brought back instead. */
    private static final int MOST_TRIES = 40;

    /** Something happens later. */
    interface Later {
        void in(long micros, Runnable what);
    }

    private final Cluster cluster;
    private final Operator operator;
    private final SeededRandom random;
    private final long electionMicros;
    private final Later later;
    private final IntConsumer start;

    /** Whether a majority was lost, and the operator has not yet forced a group; and since when. */
    private boolean isUnderWay;

    private long lostAt;
    private int tries;
    private int forces;

    LostMajority(
            Cluster cluster,
            Operator operator,
            SeededRandom random,
            long electionMicros,
            Later later,
            IntConsumer start) {
        this.cluster = cluster;
        this.operator = operator;
        this.random = random;
        this.electionMicros = electionMicros;
        this.later = later;
        this.start = start;
    }

    /** How often the operator has forced a group. */
    int forces() {
        return forces;
    }

    /** A majority loses its directories, or goes down for good. */
    void begin() {
        Optional<Configuration> newest = operator.newest();
        if (isUnderWay || operator.isAnyGone() || newest.isEmpty()) {
            return;
        }
        int quorum = newest.get().quorum();
        List<Integer> lost = operator.left(newest.get());
        if (lost.size() < quorum || quorum < 2) {
            return;
        }
        for (int kept = 1 + random.below(quorum - 1); kept > 0; kept--) {
            lost.remove(random.below(lost.size()));
        }
        for (int node : lost) {
            if (cluster.isUp(node)) {
                cluster.crash(node, random.below(cluster.pendingWrites(node) + 1));
            }
            if (random.permille(500)) {
                cluster.lose(node);
                later.in(random.around(3 * electionMicros), () -> start.accept(node));
            } else {
                operator.takeAway(node);
            }
        }
        isUnderWay = true;
        lostAt = cluster.micros();
        tries = 0;
        later.in(random.around(2 * electionMicros), this::tryToForce);
    }

    /** The operator stops a survivor, forces a group there if the promise can be kept, and starts it again. */
    private void tryToForce() {
        Optional<Configuration> newest = operator.newest();
        if (!isUnderWay || newest.isEmpty()) {
            return;
        }
        List<Integer> left = operator.left(newest.get());
        if (++tries > MOST_TRIES || left.isEmpty() || !operator.isMajorityLost(newest.get())) {
            isUnderWay = false;
            bringBack();
            return;
        }
        int node = left.get(random.below(left.size()));
        if (cluster.isUp(node)) {
            cluster.crash(node, random.below(cluster.pendingWrites(node) + 1));
        }
        boolean hasWaited = cluster.micros() - lostAt >= LEASES_ARE_OVER * electionMicros;
        Optional<Force> force = operator.force(node, hasWaited);
        if (force.isPresent()) {
            cluster.replaceGroup(node, force.get(), random.next());
            forces++;
            isUnderWay = false;
            later.in(random.around(2 * electionMicros), this::bringBack);
        } else {
            later.in(random.around(electionMicros), this::tryToForce);
        }
        later.in(random.around(electionMicros / 4), () -> start.accept(node));
    }

    /** The lost nodes return, each as soon as the operator lets it. */
    private void bringBack() {
        for (int node = 0; node < cluster.size; node++) {
            if (operator.isGone(node) && operator.mayReturn(node)) {
                operator.giveBack(node);
                start.accept(node);
            }
        }
        if (operator.isAnyGone()) {
            later.in(electionMicros / 2, this::bringBack);
        }
    }

    /**
     * In the quiet the operator forces a group if a majority is lost, and the lost nodes return.
     *
     * @param goOn lets some time pass
     */
    void mend(Runnable goOn) {
        Optional<Configuration> newest = operator.newest();
        if (newest.isPresent() && !isUnderWay && !operator.isAnyGone()) {
            isUnderWay = operator.isMajorityLost(newest.get());
            lostAt = cluster.micros();
            tries = 0;
            later.in(0, this::tryToForce);
        }
        for (int i = 0; i < MOST_TRIES && (isUnderWay || operator.isAnyGone()); i++) {
            goOn.run();
        }
        if (operator.isAnyGone()) {
            throw new Violation("L2", "the nodes that were lost cannot return: " + cluster);
        }
    }
}
