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
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Judges every step of a {@link Cluster} from outside, in true time.
 *
 * <ul>
 *   <li>S1: one leader in each term, of one life. S3: nobody is announced while another node holds a lease; STRONG: nobody even
 *       wins while another holds a lease of a lower term. S4: the terms of announced leaderships grow in true time.
 *   <li>S5: users are told to stop a margin before the end unless the process slept, and until they have stopped, or the lease
 *       has ended by their own clock, no leadership is announced, not even on the same node. Only a leadership that no longer
 *       holds (VOID) ends without waiting for them.
 *   <li>CHAIN: one configuration for each number, each the next of the one before; GROUP: one group, or others that replace it by
 *       force. E11: no leadership of the former group outlives the switch to one that replaces it.
 *   <li>LABEL: no message is labelled with a configuration that is not on the sender's disk, and no vote is cast in a term of
 *       another configuration than its label's. R3: no message that gains leaves before its ballot is durable.
 * </ul>
 */
final class ClusterOracle {

    private final long[] heldTerm;
    private final long[] heldUntil;

    /** Whether the users of the announced leadership were told to stop, and whether they have said that they did. */
    private final boolean[] dismissed;

    private final boolean[] stopped;

    private Map<Long, Long> ledBy;
    private Map<Link, Configuration> chain;

    /** The groups that each group replaces. */
    private Map<Long, List<Long>> former;

    /** How often a node said that it has met one of a group that was forced from the same one. */
    private int strangers;

    private record Link(long group, int number) {}

    private long lastTold;

    /** The highest number of a configuration under which a leader was elected, and under which one was acknowledged. */
    private int electedUnder;

    private int elections;

    ClusterOracle(int size) {
        heldTerm = new long[size];
        heldUntil = new long[size];
        dismissed = new boolean[size];
        stopped = new boolean[size];
        ledBy = Map.of();
        chain = Map.of();
        former = Map.of();
    }

    ClusterOracle(ClusterOracle other) {
        heldTerm = other.heldTerm.clone();
        heldUntil = other.heldUntil.clone();
        dismissed = other.dismissed.clone();
        stopped = other.stopped.clone();
        ledBy = other.ledBy;
        chain = other.chain;
        former = other.former;
        strangers = other.strangers;
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

    /** How many groups there were: one, and those that were forced. */
    int groups() {
        return former.size();
    }

    int strangers() {
        return strangers;
    }

    /** The highest term whose leadership was announced. */
    long lastLed() {
        return lastTold;
    }

    long heldTerm(int node) {
        return heldTerm[node];
    }

    boolean isDismissed(int node) {
        return dismissed[node];
    }

    /** Whether the node holds a lease at this instant of true time, announced or not. */
    boolean leads(Cluster cluster, int node) {
        return leaseTerm(cluster, node) != 0;
    }

    /** All configurations of the group that were written anywhere. */
    List<Configuration> chainOf(long group) {
        return chain.values().stream()
                .filter(configuration -> configuration.group() == group)
                .sorted(Comparator.comparingInt(Configuration::number))
                .toList();
    }

    long heldUntil(int node) {
        return heldUntil[node];
    }

    /** The process has ended, and its users with it. */
    void died(int node) {
        over(node);
    }

    private void over(int node) {
        heldTerm[node] = 0;
        dismissed[node] = false;
        stopped[node] = false;
    }

    /** The users of the leadership say that they have stopped. */
    void usersStopped(int node, long term) {
        stopped[node] |= heldTerm[node] == term && dismissed[node];
    }

    /** A configuration was written somewhere. */
    void configuration(Configuration configuration) {
        Link link = new Link(configuration.group(), configuration.number());
        Configuration known = chain.get(link);
        if (known == null) {
            Configuration before = chain.get(new Link(link.group(), link.number() - 1));
            boolean isFirst = before == null && !former.containsKey(link.group());
            boolean follows = before != null
                    ? configuration.mayFollow(before)
                    : isFirst && (link.number() == 0 || !configuration.former().isEmpty());
            if (!follows) {
                throw new Violation("CHAIN", configuration + " follows " + before);
            }
            Map<Link, Configuration> longer = new HashMap<>(chain);
            longer.put(link, configuration);
            chain = longer;
            if (isFirst) {
                Map<Long, List<Long>> more = new HashMap<>(former);
                more.put(link.group(), configuration.former());
                former = more;
            }
        } else if (!known.equals(configuration)) {
            throw new Violation("CHAIN", known + " and " + configuration + " have one number");
        }
    }

    /** All disks belong to one group, or to groups of which one was forced in the place of another; a group that no disk remembers was none. */
    void oneGroup(StoredElectorate[] disks) {
        for (int i = 1; i < disks.length; i++) {
            for (int j = 0; j < i; j++) {
                requireForced(disks[i].group(), disks[j].group());
            }
        }
    }

    /** A node says that it has met one of another group. */
    void otherGroup(long group, long other) {
        requireForced(group, other);
        strangers += replaces(group, other) || replaces(other, group) ? 0 : 1;
    }

    private boolean replaces(long group, long other) {
        return former.getOrDefault(group, List.of()).contains(other);
    }

    private void requireForced(long group, long other) {
        boolean isForced = group == other
                || group == 0
                || other == 0
                || replaces(group, other)
                || replaces(other, group)
                || !Collections.disjoint(former.getOrDefault(group, List.of()), former.getOrDefault(other, List.of()));
        if (!isForced) {
            throw new Violation("GROUP", "two groups were founded");
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

    /**
     * Judges an effect.
     *
     * @param before the peer before the step
     */
    void onEffect(Cluster cluster, int node, Peer before, Effect effect, long now) {
        if (effect instanceof Effect.Elected elected) {
            elected(cluster, node, elected);
        } else if (effect instanceof Effect.Renewed renewed) {
            if (heldTerm[node] != renewed.term() || dismissed[node] || now >= heldUntil[node]) {
                throw new Violation(
                        "R8",
                        "n" + node + " renews " + Terms.show(renewed.term())
                                + ", which was not announced, was told to end, or is over");
            }
            heldUntil[node] = Math.max(heldUntil[node], renewed.leaseUntil());
        } else if (effect instanceof Effect.Dismissed told && heldTerm[node] == told.term()) {
            dismissed[node] = true;
            boolean excused = now > before.wakeAt() || told.reason() == Effect.Reason.VOID;
            if (!excused && told.deadline() - now < cluster.stopMarginNanos()) {
                throw new Violation(
                        "S5",
                        "n" + node + " tells its users " + (told.deadline() - now) + " ns before the end of "
                                + Terms.show(told.term()));
            }
        } else if (effect instanceof Effect.Ended ended && heldTerm[node] == ended.term()) {
            if (!dismissed[node]) {
                throw new Violation(
                        "S5", "n" + node + " ends " + Terms.show(ended.term()) + " without a word to its users");
            }
            boolean isVoid = ended.reason() == Effect.Reason.VOID;
            if (now < heldUntil[node] && !stopped[node] && !isVoid) {
                throw new Violation(
                        "S5", "n" + node + " ends " + Terms.show(ended.term()) + " before its users have stopped");
            }
            over(node);
        }
    }

    private void elected(Cluster cluster, int node, Effect.Elected elected) {
        for (int other = 0; other < heldTerm.length; other++) {
            String story = "n" + node + " is announced in " + Terms.show(elected.term()) + " while n" + other
                    + " holds a lease in " + Terms.show(leaseTerm(cluster, other));
            if (other != node && leaseTerm(cluster, other) != 0) {
                throw new Violation(dismissed[other] ? "S5" : "S3", story);
            } else if (other == node && heldTerm[node] != 0 && holds(cluster, node)) {
                throw new Violation("S5", story);
            }
        }
        if (elected.term() <= lastTold) {
            throw new Violation(
                    "S4",
                    "n" + node + " is announced in " + Terms.show(elected.term()) + " after " + Terms.show(lastTold));
        }
        lastTold = elected.term();
        over(node);
        heldTerm[node] = elected.term();
        heldUntil[node] = elected.leaseUntil();
        electedUnder = Math.max(electedUnder, Terms.configurationOf(elected.term()));
        elections++;
    }

    /** The peer has obeyed a configuration of a group that replaces its own (E11). */
    void afterForce(int node) {
        if (heldTerm[node] != 0) {
            throw new Violation(
                    "E11",
                    "n" + node + " leads " + Terms.show(heldTerm[node]) + " under the group that replaces its own");
        }
    }

    private void inTime(Cluster cluster, int node, long now) {
        if (heldTerm[node] == 0) {
            return;
        }
        if (now >= heldUntil[node]) {
            throw new Violation("R8", "n" + node + " leads " + Terms.show(heldTerm[node]) + " beyond its lease");
        }
        if (now >= heldUntil[node] - cluster.stopMarginNanos() && !dismissed[node]) {
            throw new Violation(
                    "R8", "n" + node + " has not told the users of " + Terms.show(heldTerm[node]) + " in time");
        }
    }

    void afterStep(Cluster cluster, int node, Peer before, Peer after, long now) {
        if (after.role() instanceof Leader leader) {
            long term = after.ballot().term();
            if (heldTerm[node] == term) {
                heldUntil[node] = Math.max(heldUntil[node], leader.leaseUntil());
            }
            if (!(before.role() instanceof Leader) || before.ballot().term() != term) {
                won(cluster, node, term);
            }
        }
        inTime(cluster, node, now);
    }

    private void won(Cluster cluster, int node, long term) {
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
