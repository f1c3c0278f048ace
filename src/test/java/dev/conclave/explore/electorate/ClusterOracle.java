package dev.conclave.explore.electorate;

import dev.conclave.core.Terms;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.ElectorateMessage;
import dev.conclave.core.electorate.StoredElectorate;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Leader;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.Peer;
import dev.conclave.explore.world.Violation;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Judges every step of a {@link Cluster} from outside, in true time.
 *
 * <ul>
 *   <li>S1: one leader in each term, of one life. S3: nobody is announced while another node holds a lease; STRONG: nobody even
 *       wins while another holds a lease of a lower term. S4: the terms of announced leaderships grow in true time.
 *   <li>CHAIN: one configuration for each number, each the next of the one before; GROUP: one group.
 *   <li>LABEL: no message is labelled with a configuration that is not on the sender's disk, and no vote is cast in a term of
 *       another configuration than its label's. R3: no message that gains leaves before its ballot is durable.
 * </ul>
 */
final class ClusterOracle {

    private final long[] heldTerm;
    private final long[] heldUntil;
    private Map<Long, Long> ledBy;
    private Map<Link, Configuration> chain;

    private record Link(long group, int number) {}

    private long lastTold;

    /** The highest number of a configuration under which a leader was elected, and under which one was acknowledged. */
    private int electedUnder;

    private int elections;

    ClusterOracle(int size) {
        heldTerm = new long[size];
        heldUntil = new long[size];
        ledBy = Map.of();
        chain = Map.of();
    }

    ClusterOracle(ClusterOracle other) {
        heldTerm = other.heldTerm.clone();
        heldUntil = other.heldUntil.clone();
        ledBy = other.ledBy;
        chain = other.chain;
        lastTold = other.lastTold;
        electedUnder = other.electedUnder;
        elections = other.elections;
    }

    int electedUnder() {
        return electedUnder;
    }

    int elections() {
        return elections;
    }

    int configurations() {
        return chain.size();
    }

    long heldTerm(int node) {
        return heldTerm[node];
    }

    void died(int node) {
        heldTerm[node] = 0;
    }

    /** A configuration was written somewhere. */
    void configuration(Configuration configuration) {
        Link link = new Link(configuration.group(), configuration.number());
        Configuration known = chain.get(link);
        if (known == null) {
            Configuration before = chain.get(new Link(link.group(), link.number() - 1));
            if (before != null && !configuration.mayFollow(before)) {
                throw new Violation("CHAIN", configuration + " follows " + before);
            }
            Map<Link, Configuration> longer = new HashMap<>(chain);
            longer.put(link, configuration);
            chain = longer;
        } else if (!known.equals(configuration)) {
            throw new Violation("CHAIN", known + " and " + configuration + " have one number");
        }
    }

    /** All disks belong to one group; a group that no disk remembers was none. */
    void oneGroup(StoredElectorate[] disks) {
        long group = 0;
        for (StoredElectorate disk : disks) {
            if (group != 0 && disk.group() != 0 && disk.group() != group) {
                throw new Violation("GROUP", "two groups were founded");
            }
            group = disk.group() == 0 ? group : disk.group();
        }
    }

    void tells(Cluster cluster, int node, ElectorateMessage message) {
        if (message instanceof ElectorateMessage.Shown shown
                && cluster.onDisk(node).number() < shown.configuration().number()) {
            throw new Violation("LABEL", "n" + node + " shows a configuration that is not on its disk");
        }
        if (message instanceof ElectorateMessage.Promise promise
                && promise.ballot().compareTo(cluster.onDisk(node).promised()) > 0
                && cluster.onDisk(node).number() == promise.number()) {
            throw new Violation("R3", "n" + node + " promises " + promise.ballot() + ", which is not on its disk");
        }
    }

    void switches(Cluster cluster, int node, Configuration configuration) {
        if (cluster.onDisk(node).number() < configuration.number()) {
            throw new Violation("LABEL", "n" + node + " obeys " + configuration + ", which is not on its disk");
        }
    }

    void sends(Cluster cluster, int node, int configuration, Effect.Send send) {
        if (configuration > cluster.onDisk(node).number()) {
            throw new Violation("LABEL", "n" + node + " labels " + send.message() + " with " + configuration);
        }
        Message message = send.message();
        if (message instanceof Message.VoteGranted vote && Terms.configurationOf(vote.term()) != configuration) {
            throw new Violation(
                    "LABEL", "n" + node + " votes in " + Terms.show(vote.term()) + " under " + configuration);
        }
        if (message.gains() && cluster.ballotOnDisk(node).term() < message.term()) {
            throw new Violation("R3", "n" + node + " sends " + message + " before its ballot is durable");
        }
    }

    private boolean holds(Cluster cluster, int node) {
        return heldTerm[node] != 0 && cluster.now(node) < heldUntil[node];
    }

    /** The term of a lease that the node holds, announced or not; 0 for none. */
    private long leaseTerm(Cluster cluster, int node) {
        if (holds(cluster, node)) {
            return heldTerm[node];
        }
        boolean hasLease = cluster.isUp(node)
                && cluster.peer(node).role() instanceof Leader leader
                && leader.holdsLease()
                && cluster.now(node) < leader.leaseUntil();
        return hasLease ? cluster.peer(node).ballot().term() : 0;
    }

    void onEffect(Cluster cluster, int node, Effect effect, long now) {
        if (effect instanceof Effect.Elected elected) {
            for (int other = 0; other < heldTerm.length; other++) {
                if (other != node && leaseTerm(cluster, other) != 0) {
                    throw new Violation(
                            "S3",
                            "n" + node + " is announced in " + Terms.show(elected.term()) + " while n" + other
                                    + " holds a lease in " + Terms.show(leaseTerm(cluster, other)));
                }
            }
            if (elected.term() <= lastTold) {
                throw new Violation(
                        "S4",
                        "n" + node + " is announced in " + Terms.show(elected.term()) + " after "
                                + Terms.show(lastTold));
            }
            lastTold = elected.term();
            heldTerm[node] = elected.term();
            heldUntil[node] = elected.leaseUntil();
            electedUnder = Math.max(electedUnder, Terms.configurationOf(elected.term()));
            elections++;
        } else if (effect instanceof Effect.Renewed renewed) {
            heldUntil[node] = Math.max(heldUntil[node], renewed.leaseUntil());
        } else if (effect instanceof Effect.Ended ended && heldTerm[node] == ended.term()) {
            heldTerm[node] = 0;
        }
        if (heldTerm[node] != 0 && now >= heldUntil[node] && !(effect instanceof Effect.Dismissed)) {
            throw new Violation("R8", "n" + node + " leads " + Terms.show(heldTerm[node]) + " beyond its lease");
        }
    }

    void afterStep(Cluster cluster, int node, Peer before, Peer after, long now) {
        if (!(after.role() instanceof Leader leader)) {
            return;
        }
        long term = after.ballot().term();
        if (heldTerm[node] == term) {
            heldUntil[node] = Math.max(heldUntil[node], leader.leaseUntil());
        }
        if (before.role() instanceof Leader && before.ballot().term() == term) {
            return;
        }
        long life = 64L * cluster.life(node) + node;
        Long other = ledBy.get(term);
        if (other != null && other != life) {
            throw new Violation(
                    "S1",
                    "n" + node + " wins " + Terms.show(term) + ", which n" + other % 64 + " has won in its life "
                            + other / 64);
        }
        Map<Long, Long> more = new TreeMap<>(ledBy);
        more.put(term, life);
        ledBy = more;
        for (int holder = 0; holder < heldTerm.length; holder++) {
            long lower = leaseTerm(cluster, holder);
            if (holder != node && lower != 0 && lower < term) {
                throw new Violation(
                        "STRONG",
                        "n" + node + " wins " + Terms.show(term) + " while n" + holder + " holds a lease in "
                                + Terms.show(lower));
            }
        }
    }
}
