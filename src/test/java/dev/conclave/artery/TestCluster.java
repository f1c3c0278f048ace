package dev.conclave.artery;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import akka.actor.Address;
import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.remote.RemoteActorRefProvider;
import akka.remote.testkit.Blackhole$;
import akka.remote.testkit.Direction;
import akka.remote.testkit.SetThrottle;
import akka.remote.testkit.ThrottleMode;
import akka.remote.testkit.Unthrottled$;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.conclave.Conclave;
import dev.conclave.ConclaveHealthCheck;
import dev.conclave.Election;
import dev.conclave.ElectionEvent;
import dev.conclave.core.PeerId;
import dev.conclave.metrics.ConclaveMetrics;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.FreePorts;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/** Several actor systems in one JVM that communicate over real Artery. */
public final class TestCluster implements AutoCloseable {

    public static final String ELECTION = "orders";

    private final Path directory;
    private final List<PeerId> voters;
    private final Config common;
    private final Map<PeerId, Node> nodes = new LinkedHashMap<>();
    private final Map<PeerId, String> ownSettings = new LinkedHashMap<>();

    /** A running node, and the events that its election sent it. */
    public record Node(
            PeerId id, ActorSystem<Void> system, Election election, ConcurrentLinkedQueue<ElectionEvent> events) {
        public boolean leads() {
            return election.leadership().isPresent();
        }

        /** The result of the readiness check that a platform such as Kubernetes calls. */
        public boolean isReady() {
            return new ConclaveHealthCheck(Adapter.toClassic(system))
                    .get()
                    .toCompletableFuture()
                    .join();
        }
    }

    private TestCluster(Path directory, int voters, String settings) {
        this.directory = directory;
        this.voters = freeAddresses(voters);
        this.common = ConfigFactory.parseString(settings).withFallback(ConfigFactory.parseString("""
            akka.actor.provider = cluster
            akka.loglevel = WARNING
            akka.stdout-loglevel = OFF
            akka.jvm-shutdown-hooks = off
            akka.coordinated-shutdown.run-by-jvm-shutdown-hook = off
            akka.cluster.jmx.multi-mbeans-in-same-jvm = on
            akka.remote.artery.canonical.hostname = "127.0.0.1"
            akka.remote.artery.advanced.outbound-restart-backoff = 200ms
            akka.remote.artery.advanced.inject-handshake-interval = 200ms
            akka.remote.artery.advanced.handshake-retry-interval = 200ms
            conclave.heartbeat-interval = 100ms
            conclave.election-timeout = 1s
            conclave.stop-margin = 100ms
            """));
    }

    /** A cluster of that many voters, none of which has started. */
    public static TestCluster of(int voters, Path directory) {
        return new TestCluster(directory, voters, "");
    }

    /** The same, with further settings. */
    public static TestCluster of(int voters, Path directory, String settings) {
        return new TestCluster(directory, voters, settings);
    }

    public List<PeerId> voters() {
        return voters;
    }

    /** Adds settings for one node, from its next start on. */
    public void give(PeerId peer, String settings) {
        ownSettings.put(peer, settings);
    }

    public Config configOf(PeerId peer) {
        String list = voters.stream().map(voter -> "\"" + voter + "\"").collect(Collectors.joining(","));
        Config own = ConfigFactory.parseString(ownSettings.getOrDefault(peer, ""));
        Config named =
                ConfigFactory.parseString("akka.remote.artery.canonical.port = " + peer.port() + "\nconclave.voters = ["
                        + list + "]\nconclave.data-dir = \"" + directory.resolve(peer.host() + "_" + peer.port())
                        + "\"");
        return own.withFallback(named).withFallback(common).withFallback(ConfigFactory.load());
    }

    /** Starts the node, joins the election and becomes a candidate. */
    public Node start(PeerId peer) {
        Node node = join(peer);
        node.election.stand();
        return node;
    }

    /** Starts the node and joins the election as an observer. */
    public Node join(PeerId peer) {
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "test", configOf(peer));
        try {
            Election election = Conclave.get(system).join(ELECTION);
            ConcurrentLinkedQueue<ElectionEvent> events = new ConcurrentLinkedQueue<>();
            ActorRef<ElectionEvent> listener = system.systemActorOf(
                    Behaviors.receiveMessage(event -> {
                        events.add(event);
                        return Behaviors.same();
                    }),
                    "listener",
                    Props.empty());
            election.subscribe(listener);
            Node node = new Node(peer, system, election, events);
            nodes.put(peer, node);
            return node;
        } catch (RuntimeException failed) {
            system.terminate();
            throw failed;
        }
    }

    public List<Node> startAll() {
        voters.forEach(this::start);
        return nodes();
    }

    public List<Node> nodes() {
        return new ArrayList<>(nodes.values());
    }

    /** Waits until exactly one node leads and all others follow it. */
    public Node awaitLeader() {
        await().atMost(30, SECONDS).until(() -> leader().isPresent() && allFollow(leader().get()));
        return leader().orElseThrow();
    }

    /**
     * Waits until every other node has acknowledged this many further heartbeats of the leader. A voter has a ballot on disk
     * before it acknowledges it (R3), and a lease that is acknowledged is renewed (R7).
     */
    public void awaitAcknowledgements(Node leader, int ofEach) {
        MeterRegistry meters = new SimpleMeterRegistry();
        new ConclaveMetrics(leader.system).bindTo(meters);
        await().atMost(60, SECONDS)
                .until(() -> meters.find("conclave.heartbeat.roundtrip").timers().stream()
                                .filter(timer -> timer.count() >= ofEach)
                                .count()
                        == nodes.size() - 1);
    }

    private boolean allFollow(Node leader) {
        return nodes.values().stream()
                .allMatch(node -> node.election
                                .status()
                                .leader()
                                .filter(leader.id::equals)
                                .isPresent()
                        && node.election.status().term()
                                == leader.election.status().term());
    }

    public Optional<Node> leader() {
        return nodes.values().stream().filter(Node::leads).findFirst();
    }

    /** Stops the node in good order, and waits until it has stopped. */
    public void stop(Node node) {
        node.system.terminate();
        await().atMost(30, SECONDS).until(() -> node.system.whenTerminated().isCompleted());
        nodes.remove(node.id);
    }

    /** Drops all messages between the node and the others from now on; needs Artery's test mode. */
    public void cutOff(Node node) {
        throttle(node, Blackhole$.MODULE$);
    }

    /** Lets messages between the node and the others pass again. */
    public void reconnect(Node node) {
        throttle(node, Unthrottled$.MODULE$);
    }

    private void throttle(Node node, ThrottleMode mode) {
        for (Node other : nodes()) {
            if (!other.id.equals(node.id)) {
                throttle(node, other, mode);
                throttle(other, node, mode);
            }
        }
    }

    private static void throttle(Node from, Node to, ThrottleMode mode) {
        ((RemoteActorRefProvider) ((ExtendedActorSystem) Adapter.toClassic(from.system)).provider())
                .transport()
                .managementCommand(SetThrottle.apply(
                        Address.apply("akka", "test", to.id.host(), to.id.port()), Direction.Both$.MODULE$, mode));
    }

    @Override
    public void close() {
        nodes.values().forEach(node -> node.system.terminate());
        nodes.values()
                .forEach(node -> await().atMost(30, SECONDS)
                        .until(() -> node.system.whenTerminated().isCompleted()));
    }

    /** Addresses whose ports no outgoing connection can take while a node is down: a restarted node binds its port again. */
    private static List<PeerId> freeAddresses(int count) {
        try {
            return FreePorts.find(count, new Random()).stream()
                    .map(port -> new PeerId("127.0.0.1", port))
                    .toList();
        } catch (CliException noPorts) {
            throw new IllegalStateException(noPorts);
        }
    }
}
