package dev.conclave.explore.electorate;

import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.PeerId;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.Wish;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Leader;
import dev.conclave.core.peer.Peer;
import dev.conclave.explore.world.SeededRandom;
import dev.conclave.explore.world.Violation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.PriorityQueue;

/**
 * One run of chance: up to seven nodes, some with directories; wishes at any moment, of one or two proposers; disks of different
 * speed; messages that are late, lost or repeated; cut links; processes that end and start; clocks as wrong as rho allows;
 * directories that are lost, up to a minority at a time; users that stop late or never. In some runs a majority is lost, and the
 * {@link Operator} forces a group in the place of the former one. In the quiet at its end, with all nodes up and all links whole,
 * somebody must lead and a last wish must be fulfilled.
 */
final class ElectorateSimulation {

    private static final long ELECTION = 1_000_000;
    private static final long HEARTBEAT = 200_000;
    private static final double DRIFT = 0.02;

    /** How long the quiet lasts, in microseconds: a round may be refused, and be tried again after up to two E. */
    private static final long QUIET = 60 * ELECTION;

    private record Event(long at, long order, Runnable what) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final SeededRandom random;
    private final Cluster cluster;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Map<Integer, Long> wakeUps = new HashMap<>();
    private final long[] diskMicros;
    private final boolean[][] cut;
    private final long pathMicros;
    private final int lossPerMille;
    private final int listed;

    /** A few nodes, of which each is often cut off from all but one, and whose voters leave and return. */
    private final boolean tight;

    private long order;
    private boolean quiet;
    private final Operator operator;
    private final LostMajority lostMajority;
    private int lostBeforeFounding;
    private int mostLost;
    private long wishes;
    private long fulfilled;
    private Optional<String> lastWish = Optional.empty();
    private long lastWishNumber = -1;
    private int steps;

    ElectorateSimulation(long seed, ElectorateCore core) {
        this(seed, core, false);
    }

    /**
     * Prepares a run.
     *
     * @param writes whether leaders write their register
     */
    ElectorateSimulation(long seed, ElectorateCore core, boolean writes) {
        random = new SeededRandom(seed);
        tight = seed % 2 == 1;
        int size = tight ? 3 + random.below(2) : 2 + random.below(6);
        boolean allVote = random.permille(400);
        listed = tight ? 2 + random.below(2) : allVote ? size : 1 + random.below(size);
        long directories = (1L << listed) - 1;
        for (int i = listed; i < size; i++) {
            directories |= random.permille(800) ? 1L << i : 0;
        }
        cluster = new Cluster(
                size,
                listed,
                directories,
                Cluster.nanos(HEARTBEAT),
                Cluster.nanos(ELECTION),
                DRIFT,
                Cluster.nanos(random.permille(500) ? HEARTBEAT / 4 : HEARTBEAT),
                core);
        operator = new Operator(cluster);
        lostMajority = new LostMajority(cluster, operator, random, ELECTION, this::in, this::start);
        diskMicros = new long[size];
        cut = new boolean[size][size];
        boolean slowDisks = random.permille(300);
        for (int i = 0; i < size; i++) {
            diskMicros[i] = slowDisks ? random.around(ELECTION / 5) : random.around(ELECTION / 100);
            cluster.setRate(i, 1000 + random.below(41) - 20);
        }
        pathMicros = random.permille(300) ? ELECTION / 20 : ELECTION / 200;
        lossPerMille = random.permille(300) ? 100 : 5;
        cluster.followedBy(new Cluster.Follow() {
            @Override
            public void sent(Cluster.Flight flight) {
                send(flight);
            }

            @Override
            public void wrote(int node) {
                int life = cluster.life(node);
                in(random.around(diskMicros[node]), () -> force(node, life));
            }

            @Override
            public void queued(int node) {
                int life = cluster.life(node);
                long lag = quiet || !random.permille(20) ? 0 : random.around(ELECTION / 10);
                in(lag, () -> runPeer(node, life));
            }

            @Override
            public void elected(int node, long term) {
                if (writes) {
                    in(random.around(ELECTION / 4), () -> write(node, term));
                }
            }

            @Override
            public void dismissed(int node, long term) {
                int life = cluster.life(node);
                if (random.permille(100)) {
                    return;
                }
                in(random.around(random.permille(200) ? 2 * ELECTION : ELECTION / 20), () -> {
                    if (isLife(node, life)) {
                        cluster.tell(node, new Input.UsersStopped(term));
                    }
                });
            }

            @Override
            public void ended(int node, long wish, Optional<String> refusal) {
                fulfilled += refusal.isEmpty() ? 1 : 0;
                if (wish == lastWishNumber) {
                    lastWish = Optional.of(refusal.orElse(""));
                }
            }
        });
    }

    ClusterOracle oracle() {
        return cluster.oracle;
    }

    int steps() {
        return steps;
    }

    /** How many writes of registers were acknowledged. */
    long acknowledgedWrites() {
        return cluster.registers.acknowledged();
    }

    /** How often the operator has forced a group. */
    int forces() {
        return lostMajority.forces();
    }

    /** How many voters had lost their directories at a time, other than by the loss of a majority. */
    int mostLost() {
        return mostLost;
    }

    long fulfilled() {
        return fulfilled;
    }

    /**
     * Runs.
     *
     * @param elections for how many E before the quiet
     */
    void run(int elections) {
        for (int i = 0; i < cluster.size; i++) {
            int node = i;
            in(random.around(ELECTION / 2), () -> start(node));
        }
        in(ELECTION, this::disturb);
        if (random.permille(300)) {
            in(random.around(elections * ELECTION / 4), () -> {
                if (!quiet) {
                    lostMajority.begin();
                }
            });
        }
        long until = elections * ELECTION;
        drain(until);
        quiet = true;
        for (int i = 0; i < cluster.size; i++) {
            for (int j = 0; j < cluster.size; j++) {
                cut[i][j] = false;
            }
            diskMicros[i] = Math.min(diskMicros[i], ELECTION / 100);
        }
        for (int i = 0; i < cluster.size; i++) {
            start(i);
            for (int j = 0; j < i; j++) {
                greet(i, j);
            }
        }
        drain(cluster.micros() + 10 * ELECTION);
        lostMajority.mend(() -> drain(cluster.micros() + 5 * ELECTION));
        drain(cluster.micros() + 10 * ELECTION);
        lastWishInQuiet();
    }

    /** In the quiet a wish is said again until it is fulfilled. */
    private void lastWishInQuiet() {
        long until = cluster.micros() + QUIET;
        int tries = 0;
        while (cluster.micros() < until) {
            Optional<Integer> proposer = votersUp();
            if (proposer.isEmpty()) {
                if (isFoundingPossible()) {
                    drain(cluster.micros() + 10 * ELECTION);
                    tries++;
                    if (tries > 5) {
                        throw new Violation("L2", "nobody has founded a group in the quiet: " + cluster);
                    }
                    continue;
                }
                return;
            }
            lastWish = Optional.empty();
            lastWishNumber = ++wishes;
            long election = Cluster.nanos(ELECTION + (tries % 2 == 0 ? 1 : 2) * ELECTION / 10);
            Configuration now =
                    cluster.electorate(proposer.get()).configuration().orElseThrow();
            if (now.electionNanos() == election) {
                election += Cluster.nanos(ELECTION / 20);
            }
            cluster.wish(
                    proposer.get(),
                    lastWishNumber,
                    new Wish.Times(OptionalLong.empty(), OptionalLong.of(election), OptionalDouble.empty()),
                    random.next());
            arm(proposer.get());
            drain(cluster.micros() + 10 * ELECTION);
            if (lastWish.filter(String::isEmpty).isPresent()) {
                requireLeader();
                return;
            }
            tries++;
        }
        if (!operator.isMajorityLost(operator.newest().orElseThrow())) {
            throw new Violation("L2", "the last wish was not fulfilled: " + lastWish + ", " + cluster);
        }
    }

    private void requireLeader() {
        for (int i = 0; i < cluster.size; i++) {
            if (cluster.isUp(i) && cluster.peer(i).role() instanceof Leader leader && leader.holdsLease()) {
                return;
            }
        }
        throw new Violation("L1", "nobody leads in the quiet: " + cluster);
    }

    private boolean isFoundingPossible() {
        return operator.newest().isEmpty();
    }

    private Optional<Integer> votersUp() {
        long group = operator.newest().map(Configuration::group).orElse(0L);
        for (int i = 0; i < cluster.size; i++) {
            if (cluster.isUp(i)
                    && cluster.electorate(i).isVoter()
                    && cluster.electorate(i).durable().group() == group) {
                return Optional.of(i);
            }
        }
        return Optional.empty();
    }

    // ---- events

    private void in(long micros, Runnable what) {
        events.add(new Event(cluster.micros() + micros, order++, what));
    }

    private void drain(long until) {
        while (!events.isEmpty() && events.peek().at <= until) {
            Event next = events.remove();
            cluster.advance(Math.max(0, next.at - cluster.micros()));
            next.what.run();
            steps++;
        }
        cluster.advance(Math.max(0, until - cluster.micros()));
    }

    private boolean isLife(int node, int life) {
        return cluster.isUp(node) && cluster.life(node) == life;
    }

    private void start(int node) {
        if (cluster.isUp(node) || operator.isGone(node)) {
            return;
        }
        cluster.start(node);
        for (int other = 0; other < cluster.size; other++) {
            if (other != node) {
                greet(node, other);
            }
        }
        mayFound(node, cluster.life(node));
        arm(node);
    }

    /** A node founds only when all nodes that were ever up have said what they hold (E10). */
    private void mayFound(int node, int life) {
        if (!isLife(node, life)) {
            return;
        }
        for (int other = 0; other < cluster.size; other++) {
            boolean isMember = other != node && cluster.life(other) > 0;
            if (isMember && !cluster.electorate(node).seen().containsKey(Cluster.id(other))) {
                cluster.meet(node, other, random.next());
                in(ELECTION / 5, () -> mayFound(node, life));
                return;
            }
        }
        cluster.mayFound(node, random.next());
        arm(node);
    }

    /** Greetings are repeated until they succeed, as the dials of a node are. */
    private void greet(int one, int other) {
        in(random.around(2 * pathMicros), () -> {
            if (!cluster.isUp(one) || !cluster.isUp(other)) {
                return;
            }
            if (cut[one][other] || cut[other][one]) {
                in(ELECTION, () -> greet(one, other));
                return;
            }
            cluster.meet(one, other, random.next());
            arm(one);
            arm(other);
        });
    }

    private void send(Cluster.Flight flight) {
        if (cut[flight.from()][flight.to()] || (!quiet && random.permille(lossPerMille))) {
            return;
        }
        long path = random.around(pathMicros);
        in(path, () -> deliver(flight));
        if (!quiet && random.permille(20)) {
            in(path + random.around(ELECTION), () -> deliver(flight));
        }
    }

    private void deliver(Cluster.Flight flight) {
        if (cut[flight.from()][flight.to()]) {
            return;
        }
        cluster.deliver(flight, random.next());
        arm(flight.to());
    }

    private void force(int node, int life) {
        if (isLife(node, life) && cluster.pendingWrites(node) > 0) {
            cluster.force(node, random.next());
            arm(node);
        }
    }

    private void write(int node, long term) {
        if (cluster.write(node, term)) {
            in(random.around(ELECTION / 2), () -> write(node, term));
        }
    }

    private void runPeer(int node, int life) {
        if (isLife(node, life) && cluster.inbox(node).length > 0) {
            cluster.runPeer(node, random.next());
            arm(node);
        }
    }

    /** Sets the timers of the node. */
    private void arm(int node) {
        if (!cluster.isUp(node)) {
            return;
        }
        long at = Math.min(cluster.peer(node).wakeAt(), cluster.electorate(node).wakeAt());
        if (at == Peer.NEVER) {
            return;
        }
        long micros = Math.max(cluster.micros(), at == Long.MIN_VALUE ? 0 : cluster.microsAt(node, at));
        Long set = wakeUps.get(node);
        if (set != null && set <= micros && set >= cluster.micros()) {
            return;
        }
        wakeUps.put(node, micros);
        int life = cluster.life(node);
        long late = quiet || !random.permille(30) ? 0 : random.around(ELECTION / 4);
        in(micros - cluster.micros() + late, () -> {
            wakeUps.remove(node, micros);
            if (!isLife(node, life)) {
                return;
            }
            if (cluster.now(node) >= cluster.electorate(node).wakeAt()) {
                cluster.tickElectorate(node, random.next());
            }
            if (cluster.now(node) >= cluster.peer(node).wakeAt()) {
                cluster.tell(node, new Input.Tick());
            } else {
                arm(node);
            }
        });
    }

    // ---- faults

    private void disturb() {
        if (quiet) {
            return;
        }
        in(random.around(tight ? ELECTION / 4 : ELECTION / 2), this::disturb);
        int node = random.below(cluster.size);
        switch (random.below(10)) {
            case 0 -> crash(node);
            case 1 -> {
                if (cluster.isUp(node)) {
                    cluster.tell(node, new Input.HandOver());
                }
            }
            case 2 -> {
                if (tight) {
                    isolate(node);
                } else {
                    wish(node);
                }
            }
            case 3 -> {
                int other = random.below(cluster.size);
                cut[node][other] = true;
                in(random.around(3 * ELECTION), () -> cut[node][other] = false);
            }
            default -> {
                wish(node);
                if (random.permille(150)) {
                    wish(random.below(cluster.size));
                }
            }
        }
    }

    /** The node talks to one other only, in one direction or both. */
    private void isolate(int node) {
        int friend = random.below(cluster.size);
        boolean hearsNobody = random.permille(500);
        long micros = ELECTION + random.around(2 * ELECTION);
        for (int i = 0; i < cluster.size; i++) {
            int other = i;
            if (other != friend) {
                cut[other][node] = true;
                cut[node][other] = true;
            }
        }
        if (hearsNobody) {
            cut[friend][node] = random.permille(300);
        }
        in(micros, () -> {
            for (int i = 0; i < cluster.size; i++) {
                cut[i][node] = false;
                cut[node][i] = false;
            }
        });
    }

    private void crash(int node) {
        if (!cluster.isUp(node)) {
            return;
        }
        int life = cluster.life(node);
        cluster.crash(node, random.below(cluster.pendingWrites(node) + 1));
        for (int other = 0; other < cluster.size; other++) {
            int witness = other;
            if (other != node && random.permille(700)) {
                in(random.around(pathMicros), () -> {
                    if (cluster.isUp(witness)) {
                        cluster.tell(witness, new Input.ProcessGone(Cluster.id(node), Cluster.incarnation(node, life)));
                    }
                });
            }
        }
        if (random.permille(150)) {
            lose(node);
        }
        in(random.around(3 * ELECTION), () -> start(node));
    }

    /** A node that is down loses its directory, and sometimes another one ends and loses its own with it. */
    private void lose(int node) {
        if (!cluster.hasDirectory(node) || cluster.isUp(node) || operator.isGone(node) || !mayLose(node)) {
            return;
        }
        lostBeforeFounding += operator.newest().isEmpty() ? 1 : 0;
        cluster.lose(node);
        mostLost = Math.max(mostLost, excluded().size());
        int other = random.below(cluster.size);
        if (random.permille(400)) {
            crash(other);
            lose(other);
        }
    }

    /** Directories up to a minority are lost, those included that were lost before; a majority only where {@link LostMajority} says so. */
    private boolean mayLose(int node) {
        Optional<Configuration> newest = operator.newest();
        if (newest.isEmpty()) {
            return listed > 1 && lostBeforeFounding < Math.max(1, (listed - 1) / 2);
        }
        List<Integer> left = operator.left(newest.get());
        return left.size() - (left.contains(node) ? 1 : 0) >= newest.get().quorum();
    }

    // ---- wishes

    private void wish(int node) {
        if (!cluster.isUp(node) || cluster.electorate(node).configuration().isEmpty()) {
            return;
        }
        PeerId some = Cluster.id(random.below(cluster.size));
        PeerId other = Cluster.id(random.below(cluster.size));
        Wish wanted = switch (random.below(6)) {
            case 0 -> new Wish.Add(some);
            case 1 -> new Wish.Remove(some);
            case 2 -> new Wish.Replace(some, other);
            case 3 -> {
                List<PeerId> voters = new ArrayList<>();
                for (int i = 0; i < cluster.size; i++) {
                    if (random.permille(600)) {
                        voters.add(Cluster.id(i));
                    }
                }
                yield voters.isEmpty() ? new Wish.Add(some) : new Wish.Voters(voters);
            }
            case 4 -> {
                List<PeerId> excluded = excluded();
                yield new Wish.Readmit(excluded.isEmpty() ? some : excluded.get(random.below(excluded.size())));
            }
            default ->
                new Wish.Times(
                        OptionalLong.empty(),
                        OptionalLong.of(Cluster.nanos(ELECTION * (1 + random.below(6)) / 2)),
                        OptionalDouble.empty());
        };
        cluster.wish(node, ++wishes, wanted, random.next());
        arm(node);
    }

    /** The voters that have lost their directories. */
    private List<PeerId> excluded() {
        Map<PeerId, DirectoryIdentity> named =
                operator.newest().map(Configuration::named).orElse(Map.of());
        List<PeerId> excluded = new ArrayList<>();
        named.forEach((voter, identity) -> {
            if (!cluster.identity(Cluster.indexOf(voter)).equals(identity)) {
                excluded.add(voter);
            }
        });
        return excluded;
    }
}
