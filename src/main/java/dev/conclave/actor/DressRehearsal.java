package dev.conclave.actor;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.Adapter;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Head;
import dev.conclave.core.Incarnation;
import dev.conclave.core.Node;
import dev.conclave.core.OperatorsWord;
import dev.conclave.core.Peer;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.lifeline.Lifeline;
import dev.conclave.logging.AsyncLogger;
import dev.conclave.store.MemoryBallotStore;
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
 * A hand-over and a fail-over among three whole nodes in this process: their endpoints, peers and lifelines are the real ones,
 * in an election of their own that nobody else can see. They keep their votes in memory, hand each other their frames
 * instead of sending them, meet on loopback, and log nothing. So what a {@link Rehearsal} in memory cannot reach has run
 * before it counts: connections that end and are refused, express lanes, actors and timers.
 *
 * <p>Used by one thread, which waits for what happens.
 */
final class DressRehearsal implements AutoCloseable {

    private static final ElectionName ELECTION = new ElectionName(ElectionName.OWN_PREFIX + "rehearsal");

    /** Not that of the real elections: sixty nodes that begin and end would hold up a leadership that has just begun. */
    private static final String DISPATCHER = "conclave.rehearsal-dispatcher";

    /** H, if the real one is longer. */
    private static final Duration BRISK = Duration.ofMillis(10);

    /** Until then the succession is agreed and acknowledged, as it is when a leader has led for a while (R11). */
    private static final int BEATS = 3;

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long LOOK_AGAIN_NANOS = 1_000_000;

    private final ActorSystem<?> system;
    private final Time time;
    private final boolean withLifelines;
    private final Settings settings;
    private final long stopMarginNanos;
    private final int act;
    /** Read by the nodes while they begin, one after the other. */
    private final List<Player> players = new CopyOnWriteArrayList<>();

    /** One of the three. */
    private final class Player {
        private final PeerId id;
        private final Optional<Lifeline> lifeline;
        private final ActorRef<ElectionNode.Command> node;
        private final LifelineRelay relay = new LifelineRelay(AsyncLogger.silent());
        private volatile boolean gone;

        Player(PeerId id, int number) throws IOException {
            this.id = id;
            Incarnation life = new Incarnation(1 + act);
            lifeline = withLifelines
                    ? Optional.of(Lifeline.open(InetAddress.getLoopbackAddress(), 0, id, life, relay))
                    : Optional.empty();
            NodePlace place = new NodePlace(
                    new Node.Self(
                            id, life, settings, lifeline.map(Lifeline::port).orElse(0), number),
                    new Peer.Self(id, life, settings, stopMarginNanos),
                    MemoryBallotStore.open(
                            (found, word) -> Head.open(found, word, id, settings, number), OperatorsWord.NONE),
                    lifeline,
                    time,
                    time.nanoTime(),
                    this::send,
                    false,
                    new NodePlace.Elections(),
                    new InstrumentPanel(),
                    whose -> AsyncLogger.silent());
            node = system.systemActorOf(
                    ElectionNode.create(place),
                    ElectionNode.NAME + "-rehearsal-" + act + "-" + number,
                    DispatcherSelector.fromConfig(DISPATCHER));
            relay.to(node);
        }

        void tell(PeerActor.Command command) {
            node.tell(new ElectionNode.ForPeer(ELECTION, command));
        }

        /** The frame is lost if that player is not there yet, or if one of the two is dead. */
        private void send(PeerId to, Frame frame) {
            players.stream()
                    .filter(player -> player.id.equals(to) && !player.gone && !gone)
                    .findAny()
                    .ifPresent(player -> player.node.tell(frame));
        }

        /** As a process that is killed: its connections end, and nothing is heard of it any more. */
        void die() {
            gone = true;
            lifeline.ifPresent(Lifeline::close);
        }

        /** From now on it hears nobody either. */
        void hush() {
            die();
            relay.toNobody();
        }

        CompletableFuture<Done> leave() {
            CompletableFuture<Done> left = new CompletableFuture<>();
            node.tell(new ElectionNode.Leave(left));
            return left;
        }

        void stop() {
            Adapter.toClassic(system).stop(Adapter.toClassic(node));
        }
    }

    /**
     * Three nodes that have nothing yet.
     *
     * @param real the node in whose process this is, whose times they have
     * @param withLifelines whether they have lifelines; if not, nobody is killed
     * @param act which one this is, in the life of the actor system
     */
    DressRehearsal(ActorSystem<?> system, Time time, Peer.Self real, boolean withLifelines, int act)
            throws IOException {
        this.system = system;
        this.time = time;
        this.act = act;
        this.withLifelines = withLifelines;
        this.stopMarginNanos = real.stopMarginNanos();
        String here = InetAddress.getLoopbackAddress().getHostAddress();
        List<PeerId> ids = List.of(new PeerId(here, 1), new PeerId(here, 2), new PeerId(here, 3));
        Settings agreed = real.settings();
        this.settings = new Settings(
                ids,
                Math.min(agreed.heartbeatNanos(), BRISK.toNanos()),
                agreed.electionNanos(),
                agreed.maxClockDrift());
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
     * Somebody is elected and hands over to another one, who is killed. Gives who leads in the end.
     *
     * @throws TimeoutException if one of these takes longer than anybody has patience for
     */
    PeerId play() throws InterruptedException, ExecutionException, TimeoutException {
        for (Player player : players) {
            player.tell(new PeerActor.Stand());
        }
        Player first = nextLeader(players);
        awaitLanes();
        awaitBeats();
        CompletableFuture<Done> handedOver = new CompletableFuture<>();
        first.tell(new PeerActor.HandOver(handedOver));
        await(handedOver);
        Player second = nextLeader(without(first));
        if (withLifelines) {
            awaitBeats();
            second.die();
            return nextLeader(without(second)).id;
        }
        return second.id;
    }

    private List<Player> without(Player one) {
        return players.stream().filter(player -> player != one).toList();
    }

    private static Player nextLeader(List<Player> candidates)
            throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<Player> leads = new CompletableFuture<>();
        for (Player candidate : candidates) {
            CompletableFuture<Lease> elected = new CompletableFuture<>();
            candidate.tell(new PeerActor.WhenElected(elected));
            var unused = elected.thenAccept(lease -> leads.complete(candidate));
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
                throw new TimeoutException("the express lanes of a rehearsal did not connect");
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

    /** First nothing new, then what is under way, and then the end: what came to an actor after its end would be logged. */
    @Override
    public void close() {
        players.forEach(Player::hush);
        CompletableFuture<?>[] left = players.stream().map(Player::leave).toArray(CompletableFuture<?>[]::new);
        TimeLimits.failing(CompletableFuture.allOf(left), PATIENCE)
                .exceptionally(late -> null)
                .join();
        players.forEach(Player::stop);
    }
}
