package dev.conclave.cluster;

import dev.conclave.cluster.machine.Shell;
import dev.conclave.cluster.relay.LinkFaults;
import dev.conclave.cluster.relay.Relays;
import dev.conclave.cluster.trial.Cluster;
import dev.conclave.cluster.trial.MajorityHealth;
import dev.conclave.cluster.trial.PeerProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

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
        STARVE
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

    /** Causes faults for that long, then undoes all of them. */
    void rage(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            for (int i = 1 + random.nextInt(FAULTS_AT_ONCE); i > 0; i--) {
                Fault fault = Fault.values()[random.nextInt(Fault.values().length)];
                commit(fault);
                done.merge(fault, 1, Integer::sum);
                linger(random.nextInt(1_500));
            }
            mendAll();
            cluster.until("a leader after all was mended", () -> {
                health.look(cutOff);
                return cluster.isLed();
            });
            linger(random.nextInt(500));
        }
    }

    private void linger(int millis) {
        long end = System.nanoTime() + millis * 1_000_000L;
        while (System.nanoTime() < end) {
            health.look(cutOff);
            cluster.pass(Duration.ofMillis(5));
        }
    }

    private void commit(Fault fault) {
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
        }
        health.look(cutOff);
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
