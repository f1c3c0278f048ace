package dev.conclave.cluster;

import dev.conclave.cluster.machine.Shell;
import dev.conclave.cluster.relay.LinkFaults;
import dev.conclave.cluster.relay.Relays;
import dev.conclave.cluster.trial.Cluster;
import dev.conclave.cluster.trial.HttpDoor;
import dev.conclave.cluster.trial.MajorityHealth;
import dev.conclave.cluster.trial.PeerProcess;
import dev.conclave.status.ElectorateStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** Causes all kinds of faults in a cluster, several at once, in an order and for times that a seed decides. */
final class Nemesis {

    /** The kinds of faults. */
    enum Fault {
        KILL_LEADER,
        KILL_ANY,
        KILL_MAJORITY,
        TERMINATE,
        FREEZE,
        CUT_OFF,
        ONE_WAY,
        DELAY,
        BREAK_CONNECTIONS,
        HAND_OVER,
        FLOOD,
        STARVE,
        CHANGE_ELECTORATE
    }

    /** How many faults may overlap before all links are restored and a leader must appear. */
    private static final int FAULTS_AT_ONCE = 4;

    private final Cluster cluster;
    private final Relays network;
    private final Random random;
    private final MajorityHealth health;
    private final Map<Fault, Integer> done = new EnumMap<>(Fault.class);
    private final Set<PeerProcess> frozen = new HashSet<>();
    private final Set<PeerProcess> down = new HashSet<>();
    private final Set<PeerProcess> cutOff = new HashSet<>();
    private final List<Process> hungry = new ArrayList<>();
    private final List<CompletableFuture<HttpDoor.Answer>> changes = new ArrayList<>();

    Nemesis(Cluster cluster, Relays network, long seed) {
        this.cluster = cluster;
        this.network = network;
        this.random = new Random(seed);
        this.health = new MajorityHealth(cluster);
    }

    Map<Fault, Integer> done() {
        return done;
    }

    MajorityHealth health() {
        return health;
    }

    /** How many changes of the electorate were answered in which way: by the status of HTTP, 0 for no answer. */
    Map<Integer, Long> changes() {
        return changes.stream()
                .collect(Collectors.groupingBy(answer -> answer.join().status(), TreeMap::new, Collectors.counting()));
    }

    /** Causes faults for that long, then undoes all of them. */
    void rage(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            causeAndMend(random.ints(1 + random.nextInt(FAULTS_AT_ONCE), 0, Fault.values().length)
                    .mapToObj(index -> Fault.values()[index])
                    .toList());
        }
    }

    /** Causes these faults in an order that the seed decides, a few at a time. */
    void cause(Set<Fault> faults) {
        List<Fault> order = new ArrayList<>(EnumSet.copyOf(faults));
        Collections.shuffle(order, random);
        for (int from = 0; from < order.size(); from += FAULTS_AT_ONCE) {
            causeAndMend(order.subList(from, Math.min(from + FAULTS_AT_ONCE, order.size())));
        }
    }

    private void causeAndMend(List<Fault> faults) {
        // A change of the electorate takes a while, so that the faults of the round happen in the middle of it.
        commit(Fault.CHANGE_ELECTORATE);
        for (Fault fault : faults) {
            commit(fault);
            linger(random.nextInt(1_500));
        }
        mendAll();
        cluster.until("a leader after all was mended", () -> {
            health.look(cutOff);
            return cluster.isLed();
        });
        changes.forEach(CompletableFuture::join);
        cluster.until("one electorate on all peers", this::lookAtVoters);
        linger(random.nextInt(500));
    }

    /** Whether all peers show and obey the same configuration. */
    private boolean lookAtVoters() {
        List<ElectorateStatus> shown = new ArrayList<>();
        for (PeerProcess peer : cluster.running()) {
            peer.door().electorate().ifPresent(shown::add);
        }
        boolean agree = shown.size() == cluster.running().size()
                && shown.stream()
                        .allMatch(one -> one.obeyed()
                                && one.underWay().isEmpty()
                                && one.number() == shown.get(0).number());
        if (agree) {
            Set<String> names = shown.get(0).voters().stream()
                    .map(ElectorateStatus.Voter::name)
                    .collect(Collectors.toSet());
            health.voters(cluster.peers().stream()
                    .filter(peer -> names.contains(peer.toString()))
                    .collect(Collectors.toSet()));
        }
        return agree;
    }

    private void linger(int millis) {
        long end = System.nanoTime() + millis * 1_000_000L;
        while (System.nanoTime() < end) {
            health.look(cutOff);
            cluster.pass(Duration.ofMillis(5));
        }
    }

    private void commit(Fault fault) {
        done.merge(fault, 1, Integer::sum);
        switch (fault) {
            case KILL_LEADER -> cluster.leader().ifPresent(this::kill);
            case KILL_ANY -> kill(any());
            case KILL_MAJORITY -> someMajority().forEach(this::kill);
            case TERMINATE -> {
                PeerProcess peer = any();
                if (peer.isRunning()) {
                    cluster.terminate(peer);
                    down.add(peer);
                }
            }
            case FREEZE -> {
                PeerProcess peer =
                        random.nextBoolean() ? any() : cluster.leader().orElse(any());
                if (peer.isRunning() && !down.contains(peer)) {
                    cluster.freeze(peer);
                    frozen.add(peer);
                }
            }
            case CUT_OFF -> {
                PeerProcess peer =
                        random.nextBoolean() ? any() : cluster.leader().orElse(any());
                cutOff.add(peer);
                cluster.cutOff(peer);
            }
            case ONE_WAY -> {
                PeerProcess from = any();
                PeerProcess to =
                        cluster.others(from).get(random.nextInt(cluster.peers().size() - 1));
                cutOff.add(from);
                cutOff.add(to);
                cluster.cutOneWay(from, to);
            }
            case DELAY -> {
                cutOff.addAll(cluster.peers());
                network.faults(LinkFaults.delayed(
                        Duration.ofMillis(random.nextInt(200)), Duration.ofMillis(1 + random.nextInt(300))));
            }
            case BREAK_CONNECTIONS -> {
                PeerProcess from = any();
                cluster.others(from)
                        .forEach(to -> network.link(from.id(), to.id()).breakConnections());
            }
            case HAND_OVER -> cluster.leader().ifPresent(cluster::handOver);
            case FLOOD -> running().forEach(peer -> peer.command("flood 100 " + (200 + random.nextInt(2_000))));
            case STARVE -> starve();
            case CHANGE_ELECTORATE -> {
                List<PeerProcess> live = running();
                if (!live.isEmpty()) {
                    changeElectorate(live.get(random.nextInt(live.size())));
                }
            }
        }
        health.look(cutOff);
    }

    /** Asks a peer for a change that makes sense as far as that peer knows, and does not wait for its end. */
    private void changeElectorate(PeerProcess at) {
        List<String> voters = at.door()
                .electorate()
                .map(now ->
                        now.voters().stream().map(ElectorateStatus.Voter::name).toList())
                .orElse(List.of());
        List<String> spare = cluster.peers().stream()
                .map(PeerProcess::toString)
                .filter(peer -> !voters.contains(peer))
                .toList();
        int what = random.nextInt(4);
        if (what == 0 || voters.isEmpty()) {
            ask(at, "set heartbeat-interval=100ms election-timeout=" + (600 + 200 * random.nextInt(5)) + "ms");
        } else if (spare.isEmpty() || (what == 1 && voters.size() > 1)) {
            ask(at, "remove " + any(voters));
        } else if (what == 2) {
            ask(at, "add " + any(spare));
        } else {
            ask(at, "replace " + any(voters) + " " + any(spare));
        }
    }

    private void ask(PeerProcess at, String change) {
        // Nobody knows which voters count until it is done; what counts then is seen when all is mended.
        health.voters(Set.of());
        changes.add(at.door().ask(change));
    }

    private String any(List<String> names) {
        return names.get(random.nextInt(names.size()));
    }

    private List<PeerProcess> running() {
        return cluster.running().stream().filter(peer -> !down.contains(peer)).toList();
    }

    private void kill(PeerProcess peer) {
        frozen.remove(peer);
        down.add(peer);
        cluster.kill(peer);
    }

    private void starve() {
        hungry.addAll(Shell.hungry(2 * Runtime.getRuntime().availableProcessors()));
    }

    private PeerProcess any() {
        return cluster.peer(random.nextInt(cluster.peers().size()));
    }

    private List<PeerProcess> someMajority() {
        int first = random.nextInt(cluster.peers().size());
        List<PeerProcess> some = new ArrayList<>();
        for (int i = 0; i <= cluster.peers().size() / 2; i++) {
            some.add(cluster.peer((first + i) % cluster.peers().size()));
        }
        return some;
    }

    private void mendAll() {
        hungry.forEach(Process::destroyForcibly);
        hungry.clear();
        frozen.forEach(cluster::thaw);
        frozen.clear();
        cluster.mend();
        network.faults(LinkFaults.CALM);
        cutOff.clear();
        running().forEach(peer -> peer.command("calm"));
        down.forEach(peer -> {
            peer.awaitExit();
            cluster.restart(peer);
        });
        down.clear();
        health.look(cutOff);
    }
}
