package dev.conclave.bench.core;

import dev.conclave.core.Ballot;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.Peer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;

/** Three peers in memory that elect a leader, so that there are states to measure steps from. */
final class ThreePeers {

    static final PeerId A = PeerId.parse("10.0.0.1:2551");
    static final PeerId B = PeerId.parse("10.0.0.2:2551");
    static final PeerId C = PeerId.parse("10.0.0.3:2551");

    private static final long HEARTBEAT_NANOS = 100_000_000;
    private static final long ELECTION_NANOS = 1_000_000_000;
    private static final Settings SETTINGS = new Settings(List.of(A, B, C), HEARTBEAT_NANOS, ELECTION_NANOS, 0.01);

    private final Map<PeerId, Peer> peers = new HashMap<>();
    private final Map<PeerId, Message.Heartbeat> heard = new HashMap<>();
    private final Queue<Runnable> events = new ArrayDeque<>();
    private long now = ELECTION_NANOS;

    /** A peer that has just been let in and knows nobody who leads. */
    static Peer newcomer(PeerId id) {
        Peer peer = Peer.start(new Peer.Self(id, new Incarnation(1), SETTINGS, ELECTION_NANOS / 5), Ballot.NONE);
        return peer.step(0, 0, new Input.Admitted(0)).peer();
    }

    static Incarnation lifeOf(PeerId id) {
        return new Incarnation(id.hashCode() | 1L);
    }

    /** Lets them elect a leader, which then beats some times. */
    static ThreePeers withLeader() {
        ThreePeers three = new ThreePeers();
        for (PeerId id : SETTINGS.voters()) {
            three.peers.put(id, newcomer(id));
            three.step(id, new Input.Stand());
        }
        while (three.leader().isEmpty()) {
            three.pass();
        }
        for (int beats = 0; beats < 30; beats++) {
            three.pass();
        }
        return three;
    }

    private Optional<PeerId> leader() {
        return peers.keySet().stream()
                .filter(id -> peers.get(id).leads().isPresent())
                .findFirst();
    }

    /** Until nothing is under way, and then to the next deadline. */
    private void pass() {
        for (Runnable event = events.poll(); event != null; event = events.poll()) {
            event.run();
        }
        now = Math.max(
                now, peers.values().stream().mapToLong(Peer::wakeAt).min().orElseThrow());
        List.copyOf(peers.keySet()).forEach(id -> step(id, new Input.Tick()));
        for (Runnable event = events.poll(); event != null; event = events.poll()) {
            event.run();
        }
    }

    private void step(PeerId id, Input input) {
        Peer.Step step = peers.get(id).step(now, now * 31 + id.hashCode(), input);
        peers.put(id, step.peer());
        for (Effect effect : step.effects()) {
            if (effect instanceof Effect.Persist persist) {
                events.add(() -> step(id, new Input.Persisted(persist.ballot())));
            } else if (effect instanceof Effect.Send send) {
                if (send.message() instanceof Message.Heartbeat heartbeat) {
                    heard.put(send.to(), heartbeat);
                }
                events.add(() -> step(send.to(), new Input.Received(id, lifeOf(id), send.message())));
            }
        }
    }

    long now() {
        return now;
    }

    PeerId leaderId() {
        return leader().orElseThrow();
    }

    PeerId followerId() {
        return peers.keySet().stream()
                .filter(id -> !id.equals(leaderId()))
                .findFirst()
                .orElseThrow();
    }

    Peer peer(PeerId id) {
        return Optional.ofNullable(peers.get(id)).orElseThrow();
    }

    /** The newest heartbeat that was sent to the peer. */
    Message.Heartbeat heartbeatTo(PeerId id) {
        return Optional.ofNullable(heard.get(id)).orElseThrow();
    }
}
