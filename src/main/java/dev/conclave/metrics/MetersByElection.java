package dev.conclave.metrics;

import dev.conclave.actor.NodeStatus;
import dev.conclave.actor.View;
import dev.conclave.core.ElectionName;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Which election has which meters. A registry cannot hold those of names without end, so {@value #MOST} elections have meters of
 * their own, and one that this node has forgotten makes room for another. The elections behind leases, of which there may be
 * thousands, are counted together, and so are those beyond the most. Used by one thread at a time.
 */
final class MetersByElection {

    /** More would cost a registry more than they tell. */
    static final int MOST = 100;

    private static final String TAG = "election";

    private final OwnMeters own;
    private final Views views;
    private final Supplier<Optional<NodeStatus>> node;
    private final Map<ElectionName, ElectionMeters> meters = new HashMap<>();
    private final Set<ElectionName> forgotten = new LinkedHashSet<>();
    private final ElectionMeters leases;
    private final ElectionMeters others;

    /** How this node's elections stand. */
    interface Views {

        /** The present view of an election. */
        View of(ElectionName election);
    }

    MetersByElection(OwnMeters own, Views views, Supplier<Optional<NodeStatus>> node) {
        this.own = own;
        this.views = views;
        this.node = node;
        this.leases = ElectionMeters.ofMany(own.with(TAG, "(leases)"));
        this.others = ElectionMeters.ofMany(own.with(TAG, "(others)"));
    }

    /** Where what happens in an election is counted. */
    ElectionMeters of(ElectionName election) {
        ElectionMeters known = meters.get(election);
        if (known != null) {
            return known;
        }
        if (election.isOfLease()) {
            return leases;
        }
        if (meters.size() >= MOST && !makeRoom()) {
            return others;
        }
        ElectionMeters made = ElectionMeters.of(
                own.part(TAG, election.value()), () -> views.of(election), new Acknowledgements(node));
        meters.put(election, made);
        return made;
    }

    private boolean makeRoom() {
        Iterator<ElectionName> longest = forgotten.iterator();
        if (!longest.hasNext()) {
            return false;
        }
        ElectionMeters gone = meters.remove(longest.next());
        longest.remove();
        if (gone != null) {
            gone.remove();
        }
        return true;
    }

    void begun(ElectionName election, long nowNanos) {
        forgotten.remove(election);
        of(election).begun(nowNanos);
    }

    /** Its meters stay until another election needs the room. */
    void forgotten(ElectionName election, long nowNanos) {
        ElectionMeters known = meters.get(election);
        if (known != null) {
            known.forgotten(nowNanos);
            forgotten.add(election);
        }
    }
}
