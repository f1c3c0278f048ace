package dev.conclave.explore.electorate;

import static dev.conclave.explore.world.Fingerprint.mix;

import dev.conclave.core.Terms;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.StoredElectorate;
import dev.conclave.core.peer.Candidate;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Leader;
import dev.conclave.core.peer.Loyalty;
import dev.conclave.core.peer.Peer;
import dev.conclave.explore.electorate.Cluster.Flight;
import dev.conclave.explore.electorate.ClusterAct.What;
import dev.conclave.explore.search.Model;
import dev.conclave.explore.world.RegisterOracle;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of the production core, within bounds, for a complete search. Clocks are read only at whole ticks; a timer may come
 * late, by any number of them; a message may stay in flight for ever, as one that was lost.
 */
final class ClusterModel implements Model<ClusterModel.Situation, ClusterAct> {

    /**
     * A cluster, the messages in flight, and how much of the limits its run has used up.
     *
     * @param used counts, see {@link ClusterLimit}
     * @param wished the wishes that were made, as bits
     * @param nodes the fingerprints of the nodes
     */
    record Situation(Cluster cluster, List<Flight> flights, long used, long wished, List<Long> nodes) {}

    private final ClusterBounds bounds;
    private final Situation first;
    private final Map<ClusterMilestone, LongAdder> reached = new ConcurrentHashMap<>();

    ClusterModel(ClusterBounds bounds, ElectorateCore core) {
        this.bounds = bounds;
        Cluster cluster = new Cluster(
                bounds.size,
                bounds.voters,
                bounds.directories,
                Cluster.nanos(bounds.heartbeatMicros),
                Cluster.nanos(bounds.electionMicros()),
                bounds.drift,
                0,
                core);
        for (int node = 0; node < bounds.size; node++) {
            cluster.setRate(node, bounds.rate(node));
        }
        ClusterScript script = new ClusterScript(bounds, cluster);
        bounds.script.accept(script);
        List<Flight> flights = script.flights().stream().filter(bounds::passes).toList();
        Cluster begun = new Cluster(script.cluster());
        first = new Situation(begun, flights, 0, 0, nodes(begun, null));
    }

    private List<Long> nodes(Cluster cluster, @Nullable Situation before) {
        List<Long> hashes = new ArrayList<>(cluster.size);
        for (int i = 0; i < cluster.size; i++) {
            hashes.add(
                    before != null && isUntouched(before.cluster, cluster, i)
                            ? before.nodes.get(i)
                            : ClusterFingerprint.node(cluster, i, (bounds.timed >> i & 1) == 1, bounds.changesTimes()));
        }
        return hashes;
    }

    private static boolean isUntouched(Cluster before, Cluster after, int node) {
        return before.micros() == after.micros()
                && before.isUp(node)
                && after.isUp(node)
                && isTheSame(before.peer(node), after.peer(node))
                && isTheSame(before.electorate(node), after.electorate(node));
    }

    /** Whether no step has replaced a value; comparing all of it would take longer than hashing it. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isTheSame(Object one, Object other) {
        return one == other;
    }

    // ---- what was reached

    long times(ClusterMilestone milestone) {
        LongAdder times = reached.get(milestone);
        return times == null ? 0 : times.sum();
    }

    List<ClusterMilestone> missed(Collection<ClusterMilestone> milestones) {
        return milestones.stream().filter(one -> times(one) == 0).sorted().toList();
    }

    /** How often each milestone was reached that was reached at all. */
    String reached() {
        return List.of(ClusterMilestone.values()).stream()
                .filter(one -> times(one) > 0)
                .map(one -> one.name() + " " + times(one))
                .collect(Collectors.joining(", ", "reached [", "]"));
    }

    private void reach(ClusterMilestone milestone) {
        reach(milestone, 1);
    }

    private void reach(ClusterMilestone milestone, int times) {
        if (times > 0) {
            reached.computeIfAbsent(milestone, one -> new LongAdder()).add(times);
        }
    }

    // ---- the search

    @Override
    public Situation initial() {
        return first;
    }

    private boolean may(Situation now, ClusterLimit limit) {
        return !bounds.isCounted(limit) || limit.of(now.used) < bounds.most(limit);
    }

    @Override
    public List<ClusterAct> choices(Situation now) {
        List<ClusterAct> choices = new ArrayList<>(24);
        for (int place = 0; place < now.flights.size(); place++) {
            choices.add(new ClusterAct(What.DELIVER, place, 0));
            if (now.flights.size() >= bounds.most(ClusterLimit.MESSAGES)) {
                choices.add(new ClusterAct(What.DROP, place, 0));
            }
        }
        for (int node = 0; node < bounds.size; node++) {
            if (now.cluster.isUp(node)) {
                ofNode(now, node, choices);
            } else {
                choices.add(new ClusterAct(What.START, node, 0));
                if (may(now, ClusterLimit.LOSSES) && now.cluster.hasDirectory(node)) {
                    choices.add(new ClusterAct(What.LOSE, node, 0));
                }
            }
        }
        for (int wish = 0; wish < bounds.wishes.size(); wish++) {
            if ((now.wished >> wish & 1) == 0
                    && may(now, ClusterLimit.WISHES)
                    && now.cluster.isUp(bounds.wishes.get(wish).node())) {
                choices.add(new ClusterAct(What.WISH, wish, 0));
            }
        }
        if (may(now, ClusterLimit.TICKS)) {
            choices.add(new ClusterAct(What.PASS, 0, 0));
        }
        return choices;
    }

    private void ofNode(Situation now, int node, List<ClusterAct> choices) {
        Cluster cluster = now.cluster;
        Peer peer = cluster.peer(node);
        boolean leads = peer.role() instanceof Leader;
        if (cluster.inbox(node).length > 0) {
            choices.add(new ClusterAct(What.OBEY, node, 0));
        } else if (peer.wakeAt() <= cluster.now(node)) {
            boolean isCounted = !leads || isBeatDue(cluster, node);
            if (!isCounted || may(now, leads ? ClusterLimit.BEATS : ClusterLimit.TIMERS)) {
                if (leads || (bounds.timed >> node & 1) == 1) {
                    choices.add(new ClusterAct(What.TICK, node, 0));
                }
            }
        }
        if (may(now, ClusterLimit.ROUNDS) && cluster.electorate(node).wakeAt() <= cluster.now(node)) {
            choices.add(new ClusterAct(What.ROUND, node, 0));
        }
        if (cluster.pendingWrites(node) > 0) {
            choices.add(new ClusterAct(What.FORCE, node, 0));
        }
        if (may(now, ClusterLimit.CRASHES) && (bounds.mortal >> node & 1) == 1) {
            for (int survive = 0; survive <= cluster.pendingWrites(node); survive++) {
                choices.add(new ClusterAct(What.CRASH, node, survive));
            }
        }
        if (leads && may(now, ClusterLimit.HAND_OVERS) && cluster.oracle.heldTerm(node) != 0) {
            choices.add(new ClusterAct(What.HAND_OVER, node, 0));
        }
        if (leads && may(now, ClusterLimit.WRITES) && mayWrite(cluster, node)) {
            choices.add(new ClusterAct(What.WRITE, node, 0));
        }
        if (may(now, ClusterLimit.PROOFS) && peer.loyalty().obeyed().isPresent()) {
            Loyalty.Obeyed obeyed = peer.loyalty().obeyed().get();
            int leader = Cluster.indexOf(obeyed.leader());
            boolean isOver = !cluster.isUp(leader)
                    || !Cluster.incarnation(leader, cluster.life(leader)).equals(obeyed.incarnation());
            if (isOver && !obeyed.incarnation().equals(peer.gone().get(obeyed.leader()))) {
                choices.add(new ClusterAct(What.PROOF, node, leader));
            }
        }
    }

    /** Whether users may write: the leadership is announced, and they have not been told to stop, nor wait for a write. */
    private static boolean mayWrite(Cluster cluster, int node) {
        return cluster.oracle.heldTerm(node) != 0
                && cluster.peer(node).role() instanceof Leader leader
                && leader.announced()
                && leader.retiring().isEmpty()
                && leader.register().write().isEmpty();
    }

    private static boolean isBeatDue(Cluster cluster, int node) {
        return cluster.peer(node).role() instanceof Leader leader && leader.beatAt() <= cluster.now(node);
    }

    @Override
    public @Nullable Situation next(Situation now, ClusterAct act) {
        ClusterMove move = new ClusterMove(bounds, now.cluster, now.flights);
        carryOut(move, act);
        if (!isWithin(move.cluster)) {
            return null;
        }
        look(now.cluster, move, act);
        long wished = act.what() == What.WISH ? now.wished | 1L << act.node() : now.wished;
        return new Situation(
                move.cluster, List.copyOf(move.flights), spend(now, act), wished, nodes(move.cluster, now));
    }

    private static void carryOut(ClusterMove move, ClusterAct act) {
        int node = act.node();
        switch (act.what()) {
            case DELIVER -> move.deliver(node);
            case DROP -> move.flights.remove(node);
            case OBEY -> move.obey(node);
            case FORCE -> move.force(node);
            case TICK -> move.tickPeer(node);
            case ROUND -> move.tickElectorate(node);
            case CRASH -> move.crash(node, act.other());
            case LOSE -> move.lose(node);
            case START -> move.start(node);
            case WISH -> move.wish(node);
            case HAND_OVER -> move.tell(node, new Input.HandOver());
            case WRITE -> move.write(node);
            case PROOF -> {
                Loyalty.Obeyed obeyed =
                        move.cluster.peer(node).loyalty().obeyed().orElseThrow();
                move.tell(node, new Input.ProcessGone(obeyed.leader(), obeyed.incarnation()));
            }
            case PASS -> move.pass();
        }
    }

    private long spend(Situation now, ClusterAct act) {
        long used = now.used;
        return switch (act.what()) {
            case ROUND -> spend(ClusterLimit.ROUNDS, used);
            case CRASH -> spend(ClusterLimit.CRASHES, used);
            case LOSE -> spend(ClusterLimit.LOSSES, used);
            case WISH -> spend(ClusterLimit.WISHES, used);
            case HAND_OVER -> spend(ClusterLimit.HAND_OVERS, used);
            case WRITE -> spend(ClusterLimit.WRITES, used);
            case PROOF -> spend(ClusterLimit.PROOFS, used);
            case PASS -> spend(ClusterLimit.TICKS, used);
            case TICK -> {
                boolean leads = now.cluster.peer(act.node()).role() instanceof Leader;
                yield !leads
                        ? spend(ClusterLimit.TIMERS, used)
                        : isBeatDue(now.cluster, act.node()) ? spend(ClusterLimit.BEATS, used) : used;
            }
            case DELIVER, DROP, OBEY, FORCE, START -> used;
        };
    }

    private long spend(ClusterLimit limit, long used) {
        return bounds.isCounted(limit) ? limit.spend(used) : used;
    }

    private boolean isWithin(Cluster cluster) {
        for (int node = 0; node < bounds.size; node++) {
            StoredElectorate disk = cluster.onDisk(node);
            if (disk.number() > bounds.most(ClusterLimit.CONFIGURATION)
                    || disk.promised().counter() > bounds.most(ClusterLimit.COUNTER)) {
                return false;
            }
            if (cluster.isUp(node)) {
                long term = cluster.peer(node).ballot().term();
                long k = term - Terms.before(Terms.configurationOf(term));
                if (k > bounds.most(ClusterLimit.TERM)
                        || cluster.electorate(node).highestCounter() > bounds.most(ClusterLimit.COUNTER)) {
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    public long fingerprint(Situation now) {
        long hash = mix(ClusterFingerprint.rest(now.cluster), now.used);
        hash = mix(hash, now.wished);
        for (long node : now.nodes) {
            hash = mix(hash, node);
        }
        long sum = 0;
        for (Flight flight : now.flights) {
            sum += ClusterFingerprint.of(flight);
        }
        return mix(hash, sum);
    }

    // ---- milestones

    private void look(Cluster before, ClusterMove move, ClusterAct act) {
        Cluster after = move.cluster;
        int last = bounds.most(ClusterLimit.CONFIGURATION);
        if (act.what() == What.LOSE) {
            reach(ClusterMilestone.LOST);
        } else if (act.what() == What.CRASH) {
            crashed(before, act.node());
        } else if (act.what() == What.HAND_OVER) {
            boolean isReleased =
                    after.peer(act.node()).released() > before.peer(act.node()).released();
            reach(ClusterMilestone.HANDED_OVER, isReleased ? 1 : 0);
        } else if (act.what() == What.START
                && before.onDisk(act.node()).promised().counter() > 0) {
            reach(ClusterMilestone.VOTER_RESTARTED);
        }
        reach(ClusterMilestone.FULFILLED, move.fulfilled());
        reach(ClusterMilestone.OVERTAKEN, move.overtaken());
        reach(ClusterMilestone.REFUSED, move.refused());
        reach(ClusterMilestone.FINISHED_FOR_ANOTHER, move.finished());
        int proposers = 0;
        for (int node = 0; node < bounds.size; node++) {
            stored(before.onDisk(node), after.onDisk(node), last);
            if (after.isUp(node)) {
                proposers += after.electorate(node).proposal().isPresent() ? 1 : 0;
                boolean isSameLife = before.isUp(node) && before.life(node) == after.life(node);
                electorate(isSameLife ? before.electorate(node).configuration().orElse(null) : null, after, node);
                if (isSameLife) {
                    peer(before, after, node, last);
                }
            }
        }
        if (proposers > 1) {
            reach(ClusterMilestone.TWO_PROPOSERS);
        }
    }

    private void crashed(Cluster before, int node) {
        if (before.electorate(node).proposal().isPresent()) {
            reach(ClusterMilestone.PROPOSER_DIED);
        }
        if (before.oracle.heldTerm(node) != 0) {
            reach(ClusterMilestone.LEADER_DIED);
        }
    }

    private void stored(StoredElectorate before, StoredElectorate after, int last) {
        if (after.number() > before.number()) {
            if (after.number() == 0) {
                reach(ClusterMilestone.FOUNDED);
            }
            if (after.number() == last && last > 0) {
                reach(ClusterMilestone.CHOSEN);
            }
        }
        if (after.longestElectionNanos() < before.longestElectionNanos() && after.number() >= 0) {
            reach(ClusterMilestone.LONGEST_SHRINKS);
        }
    }

    private void electorate(@Nullable Configuration former, Cluster after, int node) {
        Configuration known = after.electorate(node).configuration().orElse(null);
        if (known == null || known.equals(former)) {
            return;
        }
        if (known.excludes(Cluster.id(node), after.identity(node))) {
            reach(ClusterMilestone.NAMED_OTHERWISE);
        }
        boolean isReplaced = known.named().entrySet().stream()
                .anyMatch(voter -> voter.getValue().value() > bounds.size);
        if (isReplaced && known.number() > 0) {
            reach(ClusterMilestone.REPLACED_IDENTITY);
        }
    }

    private void peer(Cluster before, Cluster after, int node, int last) {
        Peer was = before.peer(node);
        Peer is = after.peer(node);
        if (isTheSame(was, is)) {
            return;
        }
        int obeyed = is.self().configuration();
        boolean stands = is.role() instanceof Candidate now && now.phase() == Candidate.Phase.STANDING;
        boolean stood = was.role() instanceof Candidate then && then.phase() == Candidate.Phase.STANDING;
        boolean wins =
                is.role() instanceof Leader && is.ballot().term() > was.ballot().term();
        if (wins && is.self().settings().voters().size() > 1) {
            // With a quick disk it stands and wins in one step.
            reach(ClusterMilestone.PUSHED);
        }
        if (stands && !stood) {
            if (((Candidate) is.role()).granted()
                            != 1L
                                    << is.self()
                                            .settings()
                                            .voters()
                                            .indexOf(is.self().id())
                    && is.self().settings().isVoter(is.self().id())) {
                reach(ClusterMilestone.PUSHED);
            }
        }
        boolean standsAbove = was.role() instanceof Leader leader
                && leader.holdsLease()
                && is.ballot().term() > was.ballot().term()
                && is.role().standsOrLeads();
        reach(ClusterMilestone.STOOD_ABOVE, standsAbove ? 1 : 0);
        if (is.released() > was.released()) {
            reach(ClusterMilestone.RELEASED);
        }
        if (obeyed > was.self().configuration() && obeyed > 0) {
            switched(after, was, is);
        }
        long held = after.oracle.heldTerm(node);
        if (held != 0 && held != before.oracle.heldTerm(node)) {
            elected(after, node, held, last);
            found(before, is, held, last);
        }
        register(before, after, node);
        if (is.role() instanceof Leader leader && leader.holdsLease() && obeyed > 0) {
            boolean isRenewed = !(was.role() instanceof Leader led)
                    || was.ballot().term() != is.ballot().term()
                    || led.leaseUntil() < leader.leaseUntil();
            if (isRenewed) {
                renewed(is, obeyed, last);
            }
        }
    }

    private void switched(Cluster after, Peer was, Peer is) {
        boolean isEarly = false;
        for (int other = 0; other < bounds.size; other++) {
            isEarly |= was.self().settings().isVoter(Cluster.id(other))
                    && after.onDisk(other).number() < is.self().configuration();
        }
        if (isEarly) {
            reach(ClusterMilestone.SWITCHED_BY_LABEL);
        }
        if (is.role() instanceof Leader) {
            boolean wasVoter = was.self().settings().isVoter(was.self().id());
            boolean isVoter = is.self().settings().isVoter(is.self().id());
            if (wasVoter && !isVoter) {
                reach(ClusterMilestone.REMOVED_LEADS);
            } else if (!wasVoter && isVoter) {
                reach(ClusterMilestone.OUTSIDER_ADDED);
            }
        }
    }

    private void register(Cluster before, Cluster after, int node) {
        Peer was = before.peer(node);
        Peer is = after.peer(node);
        if (after.registers.acknowledged() > before.registers.acknowledged() && is.role() instanceof Leader) {
            reach(ClusterMilestone.WRITTEN);
            reach(ClusterMilestone.WRITTEN_LATER, Math.min(1, is.self().configuration()));
        }
        boolean isReading = before.electorate(node).catchUp().asksAt() != Long.MIN_VALUE;
        boolean hasRead = is.register().entry().isAbove(was.register().entry()) && !(is.role() instanceof Leader);
        reach(ClusterMilestone.CAUGHT_UP, isReading && hasRead ? 1 : 0);
        boolean isSwitchedWriting = is.self().configuration() > was.self().configuration()
                && was.role() instanceof Leader writer
                && writer.register().write().isPresent()
                && is.role() instanceof Leader;
        reach(ClusterMilestone.SWITCHED_WRITING, isSwitchedWriting ? 1 : 0);
    }

    private void found(Cluster before, Peer elected, long term, int last) {
        long value = ((Leader) elected.role())
                .register()
                .truth()
                .map(RegisterOracle::number)
                .orElse(0L);
        long known = before.registers.lastKnown();
        if (value != 0 && value == known && Terms.configurationOf(term) == last) {
            reach(ClusterMilestone.KNOWN_LAST);
        }
        if (value != known) {
            reach(ClusterMilestone.UNKNOWN_KEPT);
        } else if (before.registers.nextWrite() - 1 > known) {
            reach(ClusterMilestone.UNKNOWN_PASSED_OVER);
        }
    }

    private void elected(Cluster after, int node, long term, int last) {
        int under = Terms.configurationOf(term);
        if (under > 0) {
            reach(ClusterMilestone.ELECTED_LATER);
        }
        if (under == last) {
            reach(ClusterMilestone.ELECTED_LAST);
        }
        if (!after.peer(node).self().settings().isVoter(Cluster.id(node))) {
            reach(ClusterMilestone.OUTSIDER_LEADS);
        }
        for (int other = 0; other < bounds.size; other++) {
            if (other != node && after.isUp(other) && after.peer(other).self().configuration() < under) {
                reach(ClusterMilestone.ELECTED_BESIDE);
                return;
            }
        }
    }

    private void renewed(Peer is, int obeyed, int last) {
        reach(ClusterMilestone.ACKNOWLEDGED_LATER);
        if (obeyed == last) {
            reach(ClusterMilestone.ACKNOWLEDGED_LAST);
        }
        if (Terms.configurationOf(is.ballot().term()) < obeyed) {
            reach(ClusterMilestone.LED_ON);
        }
    }

    // ---- words

    /** A run, a choice a line, with the state after it. */
    String tell(List<ClusterAct> run) {
        StringBuilder text = new StringBuilder("begins with " + first.cluster + "\n");
        Situation now = first;
        for (ClusterAct act : run) {
            text.append(describe(now, act)).append('\n');
            try {
                Situation next = next(now, act);
                if (next == null) {
                    return text.append("leaves the bounds").toString();
                }
                now = next;
                text.append("    ").append(now.cluster).append('\n');
            } catch (RuntimeException | AssertionError violation) {
                text.append("    ").append(violation.getMessage());
            }
        }
        return text.toString();
    }

    private String describe(Situation now, ClusterAct act) {
        return switch (act.what()) {
            case DELIVER, DROP -> {
                Flight flight = now.flights.get(act.node());
                Object message = flight instanceof Flight.Note note
                        ? note.message() + " under " + note.configuration()
                        : ((Flight.Letter) flight).message();
                yield act.what() + " n" + flight.from() + "->n" + flight.to() + " " + message;
            }
            case WISH ->
                "WISH n" + bounds.wishes.get(act.node()).node() + " "
                        + bounds.wishes.get(act.node()).wish();
            case PASS -> "PASS";
            default -> act.what() + " n" + act.node() + (act.other() == 0 ? "" : " " + act.other());
        };
    }
}
