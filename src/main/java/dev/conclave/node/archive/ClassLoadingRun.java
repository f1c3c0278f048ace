package dev.conclave.node.archive;

import dev.conclave.core.PeerId;
import dev.conclave.judge.Event;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.demo.DemoPlan;
import dev.conclave.node.demo.EventHistory;
import dev.conclave.node.demo.PeerLauncher;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A run of three peers in which the first loads the classes to archive: it follows, answers over HTTP, sees another one
 * die, leads, and hands over and shuts down on SIGTERM.
 */
final class ClassLoadingRun {

    private final DemoPlan plan;
    private final List<PeerId> peers;
    private final PeerLauncher launcher;
    private final HttpVisitor visitor;
    private final EventHistory history = new EventHistory(heard -> {});
    private final Map<PeerId, PeerLauncher.Child> children = new ConcurrentHashMap<>();

    ClassLoadingRun(DemoPlan plan, List<PeerId> peers, PeerLauncher launcher, HttpVisitor visitor) {
        this.plan = plan;
        this.peers = List.copyOf(peers);
        this.launcher = launcher;
        this.visitor = visitor;
    }

    /** Runs the peers, and returns when the first one has ended. */
    void load() throws CliException, IOException, InterruptedException {
        for (PeerId peer : peers) {
            PeerLauncher.Child child = launcher.launch(peer, peers, history.lines(peer));
            children.put(peer, child);
            child.ended().thenRun(() -> breakOffUnlessAsked(peer));
        }
        PeerId writer = peers.get(0);
        Event.Elected leader = awaitLeader(peers);
        visitor.visit();
        PeerId dies = leader.peer().equals(writer) ? peers.get(1) : leader.peer();
        List<PeerId> left = peers.stream().filter(peer -> !peer.equals(dies)).toList();
        end(dies).kill();
        history.add(new Event.Killed(System.nanoTime(), dies));
        Event.Elected next = awaitLeader(left);
        if (!next.peer().equals(writer)) {
            child(next.peer()).handOver();
            history.await(
                    "a hand-over to " + writer,
                    plan.patience(),
                    heard -> heard.states()
                            .leaderOf(left)
                            .filter(elected -> elected.peer().equals(writer)));
        }
        PeerLauncher.Child writing = end(writer);
        writing.terminate();
        PeerLauncher.awaitEnd(List.of(writing), plan.patience());
    }

    private void breakOffUnlessAsked(PeerId peer) {
        Optional.ofNullable(children.get(peer))
                .ifPresent(child -> history.breakOff("the peer " + peer + " ended by itself: " + child.lastWords()));
    }

    /** Returns a peer that is about to be ended. */
    private PeerLauncher.Child end(PeerId peer) {
        PeerLauncher.Child child = child(peer);
        children.remove(peer);
        return child;
    }

    private PeerLauncher.Child child(PeerId peer) {
        return Optional.ofNullable(children.get(peer))
                .orElseThrow(() -> new IllegalStateException(peer + " is not running"));
    }

    private Event.Elected awaitLeader(List<PeerId> among) throws CliException, InterruptedException {
        return history.await(
                "a leader whom all others follow",
                plan.patience(),
                heard -> heard.states().leaderOf(among));
    }
}
