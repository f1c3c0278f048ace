package dev.conclave.internal.warmup;

import akka.actor.typed.ActorSystem;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import dev.conclave.core.Ballot;
import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.node.NodeInput;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Input;
import dev.conclave.core.peer.MessageRoute;
import dev.conclave.core.peer.Peer;
import dev.conclave.core.peer.UrgentMessageSelector;
import dev.conclave.internal.node.NodeEnvironment;
import dev.conclave.internal.telemetry.TelemetryListener;
import dev.conclave.internal.wire.Envelope;
import dev.conclave.internal.wire.Frame;
import dev.conclave.internal.wire.FrameBytes;
import dev.conclave.internal.wire.ParsedFrame;
import dev.conclave.internal.wire.WireFormat;
import dev.conclave.logging.AsyncLogger;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Plays fail-overs and hand-overs among three peers in memory, through the same functions and serializers that real ones use, so
 * that the first real fail-over in this process finds its classes loaded and its code compiled. (Otherwise that takes longer than
 * the rest of the first fail-over.) A {@link NodeWarmUp}, which also uses sockets and actors, runs before it. Nothing leaves
 * the process or is written.
 */
public final class PeerWarmUp implements Runnable {

    private static final AsyncLogger LOG = AsyncLogger.of(PeerWarmUp.class);

    private static final int ACTS = 20;

    private static final int ROUNDS = 300;

    /** The pause in nanoseconds between two fail-overs, which yields the CPU to other threads. */
    private static final long PAUSE_NANOS = 2_000_000;

    private static final ElectionName ELECTION = new ElectionName(ElectionName.OWN_PREFIX + "warm-up");

    private final Serialization serialization;
    private final Settings settings;
    private final List<PeerId> ids =
            List.of(new PeerId("warm-up-a", 1), new PeerId("warm-up-b", 1), new PeerId("warm-up-c", 1));

    private final Map<PeerId, Peer> peers = new HashMap<>();
    private final Map<PeerId, UrgentMessageSelector> urgencies = new HashMap<>();
    private final Queue<Runnable> events = new ArrayDeque<>();
    private long now;

    private static final AtomicBoolean HELD = new AtomicBoolean();

    /** Runs the warm-up in the background, once per process, since all its actor systems share compiled code. */
    @SuppressWarnings("ThreadPriorityCheck")
    public static void runOnce(ActorSystem<?> system, NodeEnvironment real) {
        if (HELD.compareAndSet(false, true)) {
            Thread thread = new Thread(
                    () -> {
                        inDress(system, real);
                        new PeerWarmUp(system, real.settings()).run();
                    },
                    "conclave-warm-up");
            thread.setDaemon(true);
            thread.setPriority(Thread.MIN_PRIORITY);
            thread.start();
        }
    }

    private static void inDress(ActorSystem<?> system, NodeEnvironment real) {
        try {
            for (int act = 0; act < ACTS; act++) {
                try (NodeWarmUp dress = new NodeWarmUp(
                        system,
                        real.time(),
                        real.settings(),
                        real.peer().stopMarginNanos(),
                        real.lifeline().isPresent(),
                        act,
                        new TelemetryListener() {})) {
                    dress.play();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | ExecutionException | TimeoutException | RuntimeException e) {
            // There is no loopback, or it took too long, or the actor system ends: then the first fail-over is merely
            // slower.
            LOG.debug("The warm-up was broken off", e);
        }
    }

    /** Creates a warm-up with the times of the real settings. */
    PeerWarmUp(ActorSystem<?> system, Settings real) {
        this.serialization = SerializationExtension.get(system);
        this.settings = new Settings(ids, real.heartbeatNanos(), real.electionNanos(), real.maxClockDrift());
    }

    @Override
    public void run() {
        for (int round = 0; round < ROUNDS && !Thread.currentThread().isInterrupted(); round++) {
            if (round % 2 == 0) {
                failOver();
            } else {
                handOver();
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Plays an election, a few heartbeats, and the proof that the leader has ended. Returns the last leader. */
    PeerId failOver() {
        PeerId first = firstLeader();
        peers.remove(first);
        for (PeerId id : List.copyOf(peers.keySet())) {
            step(id, new Input.ProcessGone(first, lifeOf(first)));
        }
        return runUntilSomebodyLeads();
    }

    /** Simulates, with peers in memory, an election, a few heartbeats, a hand-over, and the shutdown of the second leader; returns the
     * leader at the end. */
    PeerId handOver() {
        PeerId first = firstLeader();
        step(first, new Input.HandOver());
        PeerId second = runUntilSomebodyLeads();
        step(second, new Input.Leave());
        return runUntilSomebodyLeads();
    }

    private PeerId firstLeader() {
        peers.clear();
        urgencies.clear();
        events.clear();
        for (PeerId id : ids) {
            peers.put(id, Peer.start(new Peer.Self(id, lifeOf(id), settings, 0), Ballot.NONE));
        }
        for (PeerId id : ids) {
            step(id, new Input.Admitted(0));
            step(id, new Input.Stand());
        }
        return runUntilSomebodyLeads();
    }

    private PeerId runUntilSomebodyLeads() {
        long beats = 0;
        while (true) {
            Runnable event = events.poll();
            if (event != null) {
                event.run();
                continue;
            }
            for (Map.Entry<PeerId, Peer> entry : peers.entrySet()) {
                if (entry.getValue().leads().isPresent() && beats++ > 3) {
                    return entry.getKey();
                }
            }
            now = Math.max(
                    now, peers.values().stream().mapToLong(Peer::wakeAt).min().orElseThrow());
            List.copyOf(peers.keySet()).forEach(id -> step(id, new Input.Tick()));
        }
    }

    private void step(PeerId id, Input input) {
        Peer peer = peers.get(id);
        if (peer == null) {
            return;
        }
        Peer.Step step = peer.step(now, now * 31 + id.hashCode(), input);
        peers.put(id, step.peer());
        for (Effect effect : step.effects()) {
            if (effect instanceof Effect.Persist persist) {
                events.add(() -> step(id, new Input.Persisted(persist.ballot())));
            } else if (effect instanceof Effect.Dismissed dismissed) {
                events.add(() -> step(id, new Input.UsersStopped(dismissed.term())));
            } else if (effect instanceof Effect.Send send) {
                MessageRoute way = urgent(id).wayOf(send, step);
                events.add(() -> deliver(id, send, way));
            }
        }
    }

    private UrgentMessageSelector urgent(PeerId id) {
        return urgencies.computeIfAbsent(id, none -> new UrgentMessageSelector());
    }

    /** An express lane carries the bytes alone; frames through Artery also pass Akka's serialization. */
    private Frame copy(Frame frame, MessageRoute way) {
        return way == MessageRoute.EXPRESS
                ? FrameBytes.read(FrameBytes.of(frame)).orElseThrow()
                : serialization
                        .deserialize(serialization.serialize(frame).get(), Frame.class)
                        .get();
    }

    private void deliver(PeerId from, Effect.Send send, MessageRoute way) {
        NodeInput.Framed header = new NodeInput.Framed(from, lifeOf(from), DirectoryIdentity.of(1), 1, 1, 0);
        for (Frame frame : WireFormat.toFrames(header, List.of(new Envelope(ELECTION, 0, send.message())))) {
            if (WireFormat.read(copy(frame, way)) instanceof ParsedFrame.HeardBatch batch) {
                batch.envelopes().forEach(envelope -> {
                    urgent(send.to()).heard(from, envelope.message(), way);
                    step(send.to(), new Input.Received(from, lifeOf(from), envelope.message()));
                });
            }
        }
    }

    private static Incarnation lifeOf(PeerId id) {
        return new Incarnation(id.hashCode() | 1L);
    }
}
