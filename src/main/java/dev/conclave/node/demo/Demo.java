package dev.conclave.node.demo;

import dev.conclave.core.PeerId;
import dev.conclave.core.Terms;
import dev.conclave.judge.Event;
import dev.conclave.judge.Judge;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.EventText;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Runs a demo: peers elect a leader, it is killed, another one takes over, the killed one restarts; and so on. */
final class Demo {

    private static final int HEARTBEATS_BEFORE_A_KILL = 5;

    private static final Duration WATCHED = Duration.ofSeconds(1);

    private final DemoPlan plan;
    private final List<PeerId> peers;
    private final PeerLauncher launcher;
    private final DemoView view;
    private final EventHistory history;
    private final Map<PeerId, PeerLauncher.Child> children = new ConcurrentHashMap<>();

    /** The peers that are expected to end. */
    private final Set<PeerLauncher.Child> mayEnd = ConcurrentHashMap.newKeySet();

    private final List<DemoRound> rounds = new ArrayList<>();
    private Optional<Long> firstLeaderNanos = Optional.empty();
    private int counted;

    Demo(DemoPlan plan, List<PeerId> peers, PeerLauncher launcher, DemoView view) {
        this.plan = plan;
        this.peers = List.copyOf(peers);
        this.launcher = launcher;
        this.view = view;
        this.history = new EventHistory(this::show);
    }

    /** Shows an event. Called while the event history is locked, so that events are shown in their order. */
    private void show(Event event) {
        synchronized (view) {
            view.event(event, history.states());
        }
    }

    private void chapter(String title) {
        synchronized (view) {
            view.chapter(title);
        }
    }

    private void remark(long mono, String text) {
        synchronized (view) {
            view.remark(mono, text);
        }
    }

    /** Runs the demo to its end, successful or not. */
    DemoOutcome play() throws InterruptedException {
        List<String> troubles = new ArrayList<>();
        try {
            begin();
            for (int number = 1; number <= plan.rounds(); number++) {
                rounds.add(round(number));
            }
            chapter("All rounds are over; the peers leave");
            leave();
        } catch (CliException | IOException e) {
            troubles.add(e instanceof CliException ? String.valueOf(e.getMessage()) : CliException.oneLine(e));
        }
        troubles.addAll(history.garbage());
        return new DemoOutcome(plan, peers, firstLeaderNanos, rounds, Judge.judge(history.events()), troubles);
    }

    private void begin() throws IOException, CliException, InterruptedException {
        synchronized (view) {
            view.begin(plan, peers);
        }
        chapter("Starting " + plan.peers() + " JVMs; they elect a first leader");
        long startedAt = System.nanoTime();
        for (PeerId peer : peers) {
            launch(peer);
        }
        Event.Elected leader = awaitLeaderAbove(0, startedAt);
        counted = elections();
        firstLeaderNanos = Optional.of(leader.mono() - startedAt);
        remark(
                leader.mono(),
                "first leader " + EventText.millis(leader.mono() - startedAt) + " after the start of the JVMs");
    }

    private DemoRound round(int number) throws IOException, CliException, InterruptedException {
        Event.Elected leader = settledLeader();
        CpuPressureMeasurement pressure = leaveAlone();
        // On a busy machine the leader may have changed meanwhile: the fault is for the present one.
        for (Event.Elected now = settledLeader(); now.term() != leader.term(); now = settledLeader()) {
            leader = now;
            pressure = leaveAlone();
        }

        chapter("Round " + number + " of " + plan.rounds() + ": the leader "
                + plan.fault().does() + "; who takes over?");
        long killedAt = strike(leader.peer());
        Event.Elected next = awaitLeaderAbove(leader.term(), killedAt);
        OptionalDouble cpuPressure = pressure.untilNow();
        long failover = next.mono() - killedAt;
        remark(next.mono(), next.peer() + " took over " + EventText.millis(failover) + " later");

        chapter("Round " + number + " of " + plan.rounds() + ": " + plan.fault().after());
        long restartedAt = restore(leader.peer());
        history.await("the former leader to follow", plan.patience(), this::settled);
        long followedAfter = System.nanoTime() - restartedAt;
        // All elections since the end of the previous round.
        int leaders = elections() - counted;
        counted += leaders;
        return new DemoRound(
                number,
                leader.peer(),
                killedAt,
                next.peer(),
                next.mono(),
                next.term(),
                followedAfter,
                leaders,
                cpuPressure);
    }

    /**
     * Waits for the pause before the fault. Returns a measurement of CPU pressure that was started shortly before the end of the
     * pause.
     */
    private CpuPressureMeasurement leaveAlone() throws InterruptedException {
        // A leader's heartbeats agree on the succession (R11); it must not die before it has sent some.
        Duration beats = plan.heartbeat().multipliedBy(HEARTBEATS_BEFORE_A_KILL);
        Duration pause = plan.pause().compareTo(beats) < 0 ? beats : plan.pause();
        Duration watched = pause.compareTo(WATCHED) < 0 ? pause : WATCHED;
        Thread.sleep(pause.minus(watched).toMillis());
        CpuPressureMeasurement pressure = CpuPressureMeasurement.fromNow();
        Thread.sleep(watched.toMillis());
        return pressure;
    }

    private void launch(PeerId peer) throws IOException {
        PeerLauncher.Child child = launcher.launch(peer, peers, history.lines(peer));
        children.put(peer, child);
        child.ended().thenRun(() -> {
            if (!mayEnd.contains(child)) {
                // The peer will write no more events, so waiting for it is useless.
                history.breakOff("the peer " + peer + " ended by itself: " + child.lastWords());
            }
        });
    }

    /** Applies the fault of the plan to the peer, for example by killing its process. Returns the instant before it. */
    private long strike(PeerId peer) throws IOException {
        if (plan.fault() == LeaderFault.KILL) {
            return kill(peer);
        }
        long struckAt = System.nanoTime();
        if (plan.fault() == LeaderFault.TERM) {
            mayEnd.add(child(peer));
            child(peer).terminate();
        } else if (plan.fault() == LeaderFault.FREEZE) {
            child(peer).freeze();
        } else {
            child(peer).handOver();
        }
        return struckAt;
    }

    /** Restarts or resumes the former leader. Returns the instant from which it can be expected to follow. */
    private long restore(PeerId peer) throws IOException, CliException, InterruptedException {
        boolean ends = plan.fault() == LeaderFault.KILL || plan.fault() == LeaderFault.TERM;
        if (ends) {
            awaitEnd(peer);
        }
        long restoredAt = System.nanoTime();
        if (ends) {
            launch(peer);
        } else if (plan.fault() == LeaderFault.FREEZE) {
            child(peer).thaw();
        }
        return restoredAt;
    }

    private long kill(PeerId peer) {
        mayEnd.add(child(peer));
        long killedAt = System.nanoTime();
        child(peer).kill();
        history.add(new Event.Killed(killedAt, peer));
        return killedAt;
    }

    private void awaitEnd(PeerId peer) throws CliException, InterruptedException {
        PeerLauncher.awaitEnd(List.of(child(peer)), plan.patience());
    }

    private void leave() throws CliException, InterruptedException {
        mayEnd.addAll(children.values());
        children.values().forEach(PeerLauncher.Child::leave);
        PeerLauncher.awaitEnd(children.values(), plan.patience());
    }

    private PeerLauncher.Child child(PeerId peer) {
        return Optional.ofNullable(children.get(peer))
                .orElseThrow(() -> new IllegalStateException(peer + " was never started"));
    }

    /** A leader of a higher term that was elected after the instant; one that was elected before it is no answer to a fault. */
    private Event.Elected awaitLeaderAbove(long term, long instant) throws CliException, InterruptedException {
        return history.await(
                "a leader above term " + Terms.show(term),
                plan.patience(),
                heard ->
                        heard.states().leader().filter(leader -> leader.term() > term && leader.mono() - instant >= 0));
    }

    private Event.Elected settledLeader() throws CliException, InterruptedException {
        return history.await("a leader whom all others follow", plan.patience(), this::settled);
    }

    /** The leader, once every other peer follows it. */
    private Optional<Event.Elected> settled(EventHistory heard) {
        return heard.states().leaderOf(peers);
    }

    private int elections() {
        return (int) history.events().stream()
                .filter(event -> event instanceof Event.Elected)
                .count();
    }
}
