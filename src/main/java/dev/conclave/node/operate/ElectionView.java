package dev.conclave.node.operate;

import dev.conclave.status.ElectionRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One election as all nodes that know it see it.
 *
 * @param rows at least one
 */
record ElectionView(List<Row> rows) {

    ElectionView {
        rows = List.copyOf(rows);
    }

    /**
     * The election as one node sees it.
     *
     * @param at the instant of the answer, by the clock of that node
     */
    record Row(String node, Instant at, ElectionRow election) {
        boolean leads() {
            return election.role().equals("leader");
        }
    }

    String name() {
        return rows.get(0).election().name();
    }

    /** The highest term that a node knows. */
    long term() {
        return best().election().term();
    }

    Optional<String> leader() {
        return best().election().leader();
    }

    /** Whether it needs a leader and no node knows one. An election behind a lease has none while no owner holds the lease. */
    boolean isLeaderless() {
        return leader().isEmpty()
                && rows.stream().noneMatch(row -> row.election().ofLease());
    }

    /** Since when the leader leads, by its own clock if it answered, or since when there is none. */
    Optional<Instant> since() {
        return best().election().since();
    }

    /** How long this has been so; independent of this machine's clock. */
    Optional<Duration> lasts() {
        return since().map(since -> Duration.between(since, best().at()));
    }

    /**
     * The view that counts: that of the node which leads. Otherwise nodes of a lower term are behind, and of the others one that
     * knows a leader.
     */
    private Row best() {
        Comparator<Row> byTerm = Comparator.comparingLong(row -> row.election().term());
        return rows.stream()
                .filter(Row::leads)
                .max(byTerm)
                .or(() -> rows.stream()
                        .max(byTerm.thenComparing(row -> row.election().leader().isPresent())))
                .orElseThrow();
    }

    /** The nodes that see another leader or term than the one that counts. */
    Stream<Row> dissenting() {
        return rows.stream()
                .filter(row -> row.election().term() != term()
                        || !row.election().leader().equals(leader()));
    }
}
