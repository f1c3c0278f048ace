package dev.conclave.metrics;

import dev.conclave.core.ElectionName;
import dev.conclave.internal.peer.KnownLeader;
import dev.conclave.internal.telemetry.NodeProbe;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The meters of each election. A registry cannot hold meters for an unlimited number of names, so {@value #MOST} elections have
 * meters of their own, and an election that this node has left makes room for another one. The elections behind leases, of which
 * there may be thousands, are counted together, and so are further elections. Used by one thread at a time.
 */
final class MetersByElection {

    /** The maximum number of elections with meters of their own: more would cost a registry more than they are worth. */
    static final int MOST = 100;

    private static final String TAG = "election";

    private final RemovableMeters own;
    private final Views views;
    private final Supplier<Optional<NodeProbe>> node;
    private final Map<ElectionName, ElectionMeters> meters = new HashMap<>();
    private final Set<ElectionName> forgotten = new LinkedHashSet<>();
    private final ElectionMeters leases;
    private final ElectionMeters others;

    /** Access to what this node knows about the leaders of its elections. */
    interface Views {

        /** Returns what this node knows about the leader of an election. */
        KnownLeader of(ElectionName election);
    }

    MetersByElection(RemovableMeters own, Views views, Supplier<Optional<NodeProbe>> node) {
        this.own = own;
        this.views = views;
        this.node = node;
        this.leases = ElectionMeters.ofMany(own.with(TAG, "(leases)"));
        this.others = ElectionMeters.ofMany(own.with(TAG, "(others)"));
    }

    /** Returns the meters in which the events of an election are counted. */
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
                own.part(TAG, election.value()), () -> views.of(election), new AcknowledgementMeters(node));
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

    /** Marks the election as left; its meters stay until another election needs the room. */
    void forgotten(ElectionName election, long nowNanos) {
        ElectionMeters known = meters.get(election);
        if (known != null) {
            known.forgotten(nowNanos);
            forgotten.add(election);
        }
    }
}
