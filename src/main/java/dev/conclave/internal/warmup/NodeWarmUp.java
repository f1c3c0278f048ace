package dev.conclave.internal.warmup;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.Adapter;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.Settings;
import dev.conclave.core.node.JournalHead;
import dev.conclave.core.node.Node;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Peer;
import dev.conclave.internal.node.LifelineRelay;
import dev.conclave.internal.node.NodeActor;
import dev.conclave.internal.node.NodeCommand;
import dev.conclave.internal.node.NodeEnvironment;
import dev.conclave.internal.node.NodeObservations;
import dev.conclave.internal.peer.LeadershipLease;
import dev.conclave.internal.peer.PeerCommand;
import dev.conclave.internal.runtime.FutureTimeouts;
import dev.conclave.internal.runtime.Time;
import dev.conclave.internal.telemetry.TelemetryListener;
import dev.conclave.internal.telemetry.TelemetryPublisher;
import dev.conclave.internal.wire.Frame;
import dev.conclave.internal.wire.NodeMessage;
import dev.conclave.lifeline.Lifeline;
import dev.conclave.logging.AsyncLogger;
import dev.conclave.store.FileNodeStore;
import dev.conclave.store.NodeStore;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A hand-over and a fail-over among three complete nodes in this process, to warm up code. Their actors, peers and lifelines are
 * the production ones, in an election that other nodes cannot see. Their stores keep nothing, and they pass frames by method calls,
 * connect on loopback, and do not log. This warms up what a {@link PeerWarmUp} in memory cannot reach: connections that end and
 * are refused, express lanes, actors and timers.
 *
 * <p>Used by one thread, which blocks.
 */
final class NodeWarmUp implements AutoCloseable {

    private static final ElectionName ELECTION = new ElectionName(ElectionName.OWN_PREFIX + "warm-up");

    /**
     * The dispatcher of the warm-up's nodes, which is not that of real elections: sixty nodes that start and stop would delay a
     * leadership that has just begun.
     */
    private static final String DISPATCHER = "conclave.warm-up-dispatcher";

    /** The maximum heartbeat interval H of the warm-up: used if the real one is longer. */
    private static final Duration BRISK = Duration.ofMillis(10);

    /** After so many heartbeats the succession is acknowledged, as in the normal operation of a leader (R11). */
    private static final int BEATS = 3;

    private static final RegisterValue LARGEST = new RegisterValue(new byte[RegisterValue.MAX_BYTES]);

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long LOOK_AGAIN_NANOS = 1_000_000;

    private final ActorSystem<?> system;
    private final Time time;
    private final boolean withLifelines;
    private final Settings settings;
    private final long stopMarginNanos;
    private final int act;
    private final TelemetryPublisher events = new TelemetryPublisher();
    /** The three nodes. Also read by nodes that have started already while others are added. */
    private final List<Player> players = new CopyOnWriteArrayList<>();

    private record Led(Player player, LeadershipLease lease) {}

    /** One of the three nodes of the warm-up. */
    private final class Player {
        private final PeerId id;
        private final Optional<Lifeline> lifeline;
        private final NodeStore store;
        private final ActorRef<NodeMessage> node;
        private final LifelineRelay relay = new LifelineRelay(AsyncLogger.silent());
        private volatile boolean gone;

        Player(PeerId id, int number) throws IOException {
            this.id = id;
            Incarnation life = new Incarnation(1 + act);
            lifeline = withLifelines
                    ? Optional.of(Lifeline.open(InetAddress.getLoopbackAddress(), 0, id, life, relay))
                    : Optional.empty();
            store = FileNodeStore.discarding(found -> JournalHead.open(found, id, number));
            NodeEnvironment environment = new NodeEnvironment(
                    new Node.Self(
                            id,
                            life,
                            settings,
                            stopMarginNanos,
                            lifeline.map(Lifeline::port).orElse(0),
                            0,
                            number),
                    Peer.Self.beforeFounding(id, life, settings, stopMarginNanos),
                    store,
                    lifeline,
                    time,
                    time.nanoTime(),
                    this::send,
                    NodeEnvironment.WarmUp.NONE,
                    new NodeEnvironment.Elections(),
                    events,
                    new NodeObservations(settings.voters()),
                    whose -> AsyncLogger.silent());
            node = system.systemActorOf(
                    NodeActor.create(environment),
                    NodeActor.NAME + "-warm-up-" + act + "-" + number,
                    DispatcherSelector.fromConfig(DISPATCHER));
            relay.to(node);
            node.tell(new NodeCommand.MayFound());
        }

        void tell(PeerCommand command) {
            node.tell(new NodeCommand.ForPeer(ELECTION, command));
        }

        /** The frame is lost if that player has not started yet, or if one of the two is dead. */
        private void send(PeerId to, Frame frame) {
            players.stream()
                    .filter(player -> player.id.equals(to) && !player.gone && !gone)
                    .findAny()
                    .ifPresent(player -> player.node.tell(frame));
        }

        /** Simulates a killed process: its connections end, and its frames are lost. */
        void die() {
            gone = true;
            lifeline.ifPresent(Lifeline::close);
        }

        /** Simulates a killed process, and also stops its notifications. */
        void hush() {
            die();
            relay.toNobody();
        }

        CompletableFuture<Done> leave() {
            CompletableFuture<Done> left = new CompletableFuture<>();
            node.tell(new NodeCommand.Leave(left));
            return left;
        }

        void stop() {
            Adapter.toClassic(system).stop(Adapter.toClassic(node));
            store.close();
        }
    }

    /**
     * Creates three nodes.
     *
     * @param agreed the times of the real node of this process, which they use
     * @param stopMarginNanos the margin of the real node
     * @param withLifelines whether they have lifelines; if not, no node is killed
     * @param act the number of this warm-up in the life of the actor system
     * @param listener receives the events of all three, as meters do: an event to which nothing listens costs the thread of the
     *     elections one read, and warms up no more than that
     */
    NodeWarmUp(
            ActorSystem<?> system,
            Time time,
            Settings agreed,
            long stopMarginNanos,
            boolean withLifelines,
            int act,
            TelemetryListener listener)
            throws IOException {
        this.system = system;
        this.time = time;
        this.act = act;
        this.withLifelines = withLifelines;
        this.stopMarginNanos = stopMarginNanos;
        String here = InetAddress.getLoopbackAddress().getHostAddress();
        List<PeerId> ids = List.of(new PeerId(here, 1), new PeerId(here, 2), new PeerId(here, 3));
        this.settings = new Settings(
                ids,
                Math.min(agreed.heartbeatNanos(), BRISK.toNanos()),
                agreed.electionNanos(),
                agreed.maxClockDrift());
        events.fit(listener, system);
        try {
            for (PeerId id : ids) {
                players.add(new Player(id, id.port()));
            }
        } catch (IOException | RuntimeException failed) {
            close();
            throw failed;
        }
    }

    /**
     * Plays an election, with a register in every second act, a hand-over to another node, and the death of that node. Returns the last
     * leadership.
     *
     * @throws TimeoutException if a part takes too long
     */
    LeadershipLease play() throws InterruptedException, ExecutionException, TimeoutException {
        for (Player player : players) {
            player.tell(new PeerCommand.Stand());
        }
        awaitLanes();
        if (act % 2 == 1) {
            writeRegister();
        }
        Player first = handOver();
        Led second = nextLed(without(first));
        if (withLifelines) {
            awaitBeats();
            second.player.die();
            return nextLed(without(second.player)).lease;
        }
        return second.lease;
    }

    /**
     * Gives the election a register with a value of the largest size, which the next leaders repeat (U3), in pieces over the express
     * lanes. On a busy machine the leader may have lost its lease meanwhile: then it refuses.
     */
    private void writeRegister() throws InterruptedException, ExecutionException, TimeoutException {
        long giveUpAt = time.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Led led = nextLed(players);
            CompletableFuture<Effect> answer = new CompletableFuture<>();
            led.player.tell(new PeerCommand.WriteRegister(led.lease.term(), Optional.of(LARGEST), answer));
            if (await(answer) instanceof Effect.RegisterWritten) {
                return;
            }
            if (time.nanoTime() - giveUpAt > 0) {
                throw new TimeoutException("the register of the warm-up was not written");
            }
        }
    }

    /**
     * Returns the player that has handed over. On a busy machine the leader may not have been acknowledged by another candidate
     * yet, or may have lost its lease: then it refuses.
     */
    private Player handOver() throws InterruptedException, ExecutionException, TimeoutException {
        long giveUpAt = time.nanoTime() + PATIENCE.toNanos();
        while (true) {
            awaitBeats();
            Player leader = nextLed(players).player;
            CompletableFuture<Done> handedOver = new CompletableFuture<>();
            leader.tell(new PeerCommand.HandOver(handedOver));
            try {
                await(handedOver);
                return leader;
            } catch (ExecutionException refused) {
                if (time.nanoTime() - giveUpAt > 0) {
                    throw refused;
                }
            }
        }
    }

    private List<Player> without(Player one) {
        return players.stream().filter(player -> player != one).toList();
    }

    private static Led nextLed(List<Player> candidates)
            throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<Led> leads = new CompletableFuture<>();
        for (Player candidate : candidates) {
            CompletableFuture<LeadershipLease> elected = new CompletableFuture<>();
            candidate.tell(new PeerCommand.WhenElected(elected));
            var unused = elected.thenAccept(lease -> leads.complete(new Led(candidate, lease)));
        }
        return await(leads);
    }

    private static <T> T await(CompletableFuture<T> what)
            throws InterruptedException, ExecutionException, TimeoutException {
        return what.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void awaitLanes() throws InterruptedException, TimeoutException {
        long giveUpAt = time.nanoTime() + PATIENCE.toNanos();
        while (!players.stream().allMatch(this::hasLanes)) {
            if (time.nanoTime() - giveUpAt > 0) {
                throw new TimeoutException("the express lanes of the warm-up did not connect");
            }
            TimeUnit.NANOSECONDS.sleep(LOOK_AGAIN_NANOS);
        }
    }

    private void awaitBeats() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(BEATS * settings.heartbeatNanos());
    }

    private boolean hasLanes(Player one) {
        return one.lifeline.isEmpty()
                || without(one).stream().allMatch(other -> one.lifeline.get().hasLane(other.id));
    }

    /**
     * Stops notifications first, then lets messages in transit arrive, and then stops the actors: messages to a stopped actor
     * would be logged.
     */
    @Override
    public void close() {
        players.forEach(Player::hush);
        CompletableFuture<?>[] left = players.stream().map(Player::leave).toArray(CompletableFuture<?>[]::new);
        FutureTimeouts.failing(CompletableFuture.allOf(left), PATIENCE)
                .exceptionally(late -> null)
                .join();
        players.forEach(Player::stop);
    }
}
