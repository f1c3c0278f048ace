package dev.conclave.node.demo;

import dev.conclave.core.PeerId;
import dev.conclave.judge.Event;
import dev.conclave.judge.Judge;
import dev.conclave.judge.Report;
import dev.conclave.judge.Violation;
import dev.conclave.node.cli.EventText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The peers of a demo in the hands of a person: each can be killed, frozen, thawed, restarted, and asked to hand over, and all
 * events are judged. Thread-safe.
 */
final class Playground {

    /** How many events a state shows. */
    private static final int SHOWN = 200;

    /** An act of a person on a peer. */
    enum Act {
        KILL,
        FREEZE,
        THAW,
        RESTART,
        HAND_OVER
    }

    /** Whether a process runs. */
    enum Life {
        RUNNING,
        FROZEN,
        ENDED
    }

    /**
     * The state of the playground for its page.
     *
     * @param peers each peer
     * @param promises for S1 to S4, whether the promise holds
     * @param violations the broken promises in words
     * @param judged how many events were judged
     * @param leader the leader; empty while there is none
     * @param events the last events in words, the newest first
     */
    record State(
            List<Peer> peers,
            Map<Violation.Promise, Boolean> promises,
            List<String> violations,
            int judged,
            String leader,
            List<String> events) {}

    /**
     * One peer.
     *
     * @param name its name
     * @param life whether its process runs
     * @param doing its last event, in words
     * @param leads whether it leads
     * @param page the address of its own page
     */
    record Peer(String name, Life life, String doing, boolean leads, String page) {}

    private static final class Host {
        private PeerLauncher.Child child;
        private Life life = Life.RUNNING;
        private long frozenAt;

        Host(PeerLauncher.Child child) {
            this.child = child;
        }
    }

    private final Map<PeerId, Integer> httpPorts;
    private final PeerLauncher launcher;
    private final EventHistory history = new EventHistory(event -> {});
    private final Map<PeerId, Host> hosts = new TreeMap<>();

    private Report report = Judge.judge(List.of());
    private int judged;
    private List<Event> judgedFrozen = List.of();

    /**
     * Starts the peers.
     *
     * @param httpPorts the peers, each with the port of its page
     */
    Playground(Map<PeerId, Integer> httpPorts, PeerLauncher launcher) throws IOException {
        this.httpPorts = new TreeMap<>(httpPorts);
        this.launcher = launcher;
        for (PeerId peer : this.httpPorts.keySet()) {
            hosts.put(peer, launch(peer));
        }
    }

    private Host launch(PeerId peer) throws IOException {
        Host host = new Host(launcher.launch(peer, List.copyOf(httpPorts.keySet()), history.lines(peer)));
        PeerLauncher.Child child = host.child;
        child.ended().thenRun(() -> ended(host, child));
        return host;
    }

    private synchronized void ended(Host host, PeerLauncher.Child child) {
        if (host.child.equals(child)) {
            host.life = Life.ENDED;
        }
    }

    /**
     * Does something with a peer.
     *
     * @throws IllegalStateException if that is not possible now, with one sentence
     */
    synchronized void act(PeerId peer, Act act) throws IOException {
        Host host = Optional.ofNullable(hosts.get(peer))
                .orElseThrow(() -> new IllegalStateException(peer + " is not a peer of this demo"));
        Life needed = act == Act.THAW ? Life.FROZEN : act == Act.RESTART ? Life.ENDED : Life.RUNNING;
        if (host.life != needed && !(act == Act.KILL && host.life == Life.FROZEN)) {
            throw new IllegalStateException(
                    peer + words(host.life) + ": " + word(act) + " needs a peer that" + words(needed));
        }
        switch (act) {
            case KILL -> kill(peer, host);
            case FREEZE -> {
                host.frozenAt = System.nanoTime();
                host.life = Life.FROZEN;
                host.child.freeze();
            }
            case THAW -> {
                host.child.thaw();
                host.life = Life.RUNNING;
            }
            case RESTART -> hosts.put(peer, launch(peer));
            case HAND_OVER -> host.child.handOver();
        }
    }

    private void kill(PeerId peer, Host host) {
        // A process that is killed while it is frozen led no longer than until it was frozen.
        long killedAt = host.life == Life.FROZEN ? host.frozenAt : System.nanoTime();
        host.life = Life.ENDED;
        host.child.kill();
        history.add(new Event.Killed(killedAt, peer));
    }

    /** Returns the present state, with the verdict on all events so far. */
    synchronized State state() {
        List<Event> events = history.events();
        List<Event> frozen = frozen();
        if (events.size() != judged || !frozen.equals(judgedFrozen)) {
            report = Judge.judge(Stream.concat(events.stream(), frozen.stream()).toList());
            judged = events.size();
            judgedFrozen = frozen;
        }
        PeerStates states = history.states();
        Optional<PeerId> leader = states.leader().map(Event.Elected::peer).filter(peer -> life(peer) == Life.RUNNING);
        List<Peer> peers = new ArrayList<>();
        hosts.forEach((peer, host) -> peers.add(new Peer(
                peer.toString(),
                host.life,
                Optional.ofNullable(states.last().get(peer)).map(EventText::of).orElse("is starting"),
                leader.filter(peer::equals).isPresent(),
                "http://127.0.0.1:" + httpPorts.get(peer) + "/conclave/")));
        Map<Violation.Promise, Boolean> promises = new EnumMap<>(Violation.Promise.class);
        Arrays.stream(Violation.Promise.values()).forEach(promise -> promises.put(promise, report.held(promise)));
        List<String> shown = new ArrayList<>();
        long first = events.isEmpty() ? 0 : events.get(0).mono();
        for (int i = events.size() - 1; i >= 0 && shown.size() < SHOWN; i--) {
            Event event = events.get(i);
            shown.add(
                    String.format("%9.3f s  %s  %s", (event.mono() - first) / 1e9, event.peer(), EventText.of(event)));
        }
        return new State(
                peers,
                promises,
                report.violations().stream().map(Violation::toString).toList(),
                judged,
                leader.map(PeerId::toString).orElse(""),
                shown);
    }

    /**
     * A frozen process does nothing, so it leads no longer than until it was frozen, and the judge takes it for one that was killed
     * then; until, after its thaw, its own events say what it knows.
     */
    private List<Event> frozen() {
        List<Event> frozen = new ArrayList<>();
        hosts.forEach((peer, host) -> {
            Optional<Event> last = Optional.ofNullable(history.states().last().get(peer));
            if (host.frozenAt != 0
                    && last.map(event -> event.mono() - host.frozenAt <= 0).orElse(true)) {
                frozen.add(new Event.Killed(host.frozenAt, peer));
            }
        });
        return frozen;
    }

    private Life life(PeerId peer) {
        Host host = hosts.get(peer);
        return host == null ? Life.ENDED : host.life;
    }

    private static String word(Act act) {
        return act.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String words(Life life) {
        return switch (life) {
            case RUNNING -> " is running";
            case FROZEN -> " is frozen";
            case ENDED -> " has ended";
        };
    }
}
