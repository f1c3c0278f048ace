package dev.conclave;

import akka.Done;
import akka.actor.Address;
import akka.actor.CoordinatedShutdown;
import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.Adapter;
import com.typesafe.config.Config;
import dev.conclave.ReadinessLog.Obstacle;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.node.JournalHead;
import dev.conclave.core.node.Node;
import dev.conclave.core.peer.Peer;
import dev.conclave.internal.http.HttpEndpoint;
import dev.conclave.internal.http.OperatorRoutes;
import dev.conclave.internal.node.GroupSearch;
import dev.conclave.internal.node.InternalElections;
import dev.conclave.internal.node.LifelineRelay;
import dev.conclave.internal.node.NodeActor;
import dev.conclave.internal.node.NodeCommand;
import dev.conclave.internal.node.NodeEnvironment;
import dev.conclave.internal.node.NodeObservations;
import dev.conclave.internal.node.Telemetry;
import dev.conclave.internal.peer.PeerCommand;
import dev.conclave.internal.runtime.CallerFutures;
import dev.conclave.internal.runtime.FutureTimeouts;
import dev.conclave.internal.runtime.SystemTime;
import dev.conclave.internal.runtime.Time;
import dev.conclave.internal.runtime.UntrustedMode;
import dev.conclave.internal.settings.UnknownSettings;
import dev.conclave.internal.warmup.PeerWarmUp;
import dev.conclave.internal.wire.NodeMessage;
import dev.conclave.internal.wire.RemoteEndpoints;
import dev.conclave.lifeline.Lifeline;
import dev.conclave.lifeline.LifelineThread;
import dev.conclave.logging.AsyncLogger;
import dev.conclave.status.NodeStatus;
import dev.conclave.store.FileNodeStore;
import dev.conclave.store.JournalHeadCheck;
import dev.conclave.store.MemoryNodeStore;
import dev.conclave.store.NodeStore;
import dev.conclave.store.StoreException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;

/**
 * The implementation of {@link Conclave}: checks the configuration of the actor system, opens the data directory, and starts the
 * node's actor.
 */
final class RunningConclave extends Conclave implements InternalElections<Election> {

    private static final AsyncLogger LOG = AsyncLogger.of(Conclave.class);

    /**
     * The maximum time of a hand-over at shutdown: below the timeout of the shutdown phase, so that a hand-over without a
     * successor does not delay the shutdown.
     */
    private static final Duration LONGEST_HAND_OVER = Duration.ofSeconds(4);

    /** The routes in Akka Management, which is not a library of every application. */
    private static final String ROUTES = "dev.conclave.management.ConclaveRoutes";

    /** How many elections without a leader a sentence names. */
    private static final int MOST_NAMED = 5;

    private final ConclaveSettings settings;
    private final Optional<Running> running;
    private final ReadinessLog readinessLog = new ReadinessLog();
    private final Optional<ConclaveControl> control;
    private final Optional<RunningElectorate> electorate;
    private final Map<ElectionName, Election> elections = new ConcurrentHashMap<>();

    /** The parts of a node that exist only if {@code conclave.voters} is set. */
    private record Running(
            ActorSystem<?> system,
            ActorRef<NodeMessage> node,
            NodeEnvironment environment,
            CallerFutures futures,
            Optional<HttpEndpoint> http) {}

    private RunningConclave(ConclaveSettings settings, Optional<Running> running) {
        this.settings = settings;
        this.running = running;
        this.control = running.map(this::control);
        this.electorate =
                running.map(here -> new RunningElectorate(here.system, control.orElseThrow(), here.environment));
        running.filter(here -> settings.jmx()).ifPresent(this::showToJmx);
    }

    private ConclaveControl control(Running here) {
        Telemetry telemetry = Telemetry.get(here.system);
        ConclaveControl made =
                new ConclaveControl(here.node, here.environment, here.futures, telemetry, this::whyNotReady);
        telemetry.control(made);
        here.http.ifPresent(endpoint -> endpoint.serve(new OperatorRoutes(made, settings.http(), true)));
        return made;
    }

    static Conclave start(ActorSystem<?> system) {
        ConclaveSettings settings = ConclaveSettings.create(system);
        Optional<Running> running = settings.agreed().map(agreed -> start(system, settings, agreed));
        if (running.isPresent()) {
            UnknownSettings.in(system.settings().config().getConfig("conclave")).forEach(LOG::warn);
        }
        return new RunningConclave(settings, running);
    }

    private void showToJmx(Running here) {
        boolean several = here.system.settings().config().getBoolean("akka.cluster.jmx.multi-mbeans-in-same-jvm");
        Runnable takeOut = ConclaveJmx.register(this, control.orElseThrow(), here.environment, elections, several);
        // Not on the thread that ends the actor system: an MBean server supplied by the application may block.
        here.system.getWhenTerminated().whenComplete((done, failure) -> {
            Thread thread = new Thread(takeOut, "conclave-jmx");
            thread.setDaemon(true);
            thread.start();
        });
    }

    private static Running start(ActorSystem<?> system, ConclaveSettings settings, Settings agreed) {
        PeerId self = selfOf(system);
        UntrustedMode.requireTrusted(system, RemoteEndpoints.PATH);
        if (!agreed.isVoter(self)) {
            refuseAlias(self, agreed);
        } else if (settings.dataDir().isEmpty()) {
            throw new IllegalStateException(self + " is one of conclave.voters, but conclave.data-dir is not set;"
                    + " a voter must store its votes on disk: name a directory that only this node uses");
        }
        if (settings.dataDir().isPresent()
                && system.settings().config().getInt("akka.remote.artery.canonical.port") == 0) {
            throw new IllegalStateException(
                    self + " has a conclave.data-dir, so it is or can become a voter, but its port"
                            + " changes with each start (akka.remote.artery.canonical.port = 0), and the other nodes could not"
                            + " reach it after a restart; set a port, or remove conclave.data-dir");
        }
        hintAtSlowReconnects(system);
        SecureRandom random = new SecureRandom();
        Telemetry telemetry = Telemetry.get(system);
        NodeStore store = settings.dataDir().isPresent()
                ? open(
                        settings.dataDir().get(),
                        found -> JournalHead.open(found, self, random.nextLong()),
                        telemetry.instruments()::forced)
                : MemoryNodeStore.of(JournalHead.withoutDirectory(self));
        Incarnation incarnation = drawIncarnation(random);
        LifelineRelay relay = new LifelineRelay(LOG);
        Optional<Lifeline> lifeline = Optional.empty();
        Optional<HttpEndpoint> http = Optional.empty();
        try {
            http = settings.http().port().isPresent()
                    ? Optional.of(HttpEndpoint.open(settings.http()))
                    : Optional.empty();
            lifeline = openLifeline(system, settings, self, incarnation, relay);
            Time time = new SystemTime(system);
            NodeEnvironment environment = new NodeEnvironment(
                    new Node.Self(
                            self,
                            incarnation,
                            agreed,
                            settings.stopMargin().toNanos(),
                            settings.group(),
                            settings.readmitAfter().map(Duration::toNanos).orElse(0L),
                            lifeline.map(Lifeline::port).orElse(0),
                            http.map(HttpEndpoint::port).orElseGet(() -> managementPort(system)),
                            random.nextLong()),
                    Peer.Self.beforeFounding(
                            self, incarnation, agreed, settings.stopMargin().toNanos()),
                    store,
                    lifeline,
                    time,
                    time.nanoTime(),
                    new RemoteEndpoints(system),
                    settings.warmsUp() ? PeerWarmUp::runOnce : NodeEnvironment.WarmUp.NONE,
                    telemetry.elections(),
                    telemetry.instruments(),
                    new NodeObservations(agreed.voters()),
                    AsyncLogger::of);
            ActorRef<NodeMessage> node = system.systemActorOf(
                    NodeActor.create(environment), NodeActor.NAME, DispatcherSelector.fromConfig(NodeActor.DISPATCHER));
            relay.to(node);
            GroupSearch.begin(system, node, environment);
            CallerFutures futures = new CallerFutures(system.executionContext());
            environment.elections().ended().thenAccept(futures::end);
            handOverOnShutdown(system, node, futures);
            telemetry.runs(environment);
            Optional<Lifeline> opened = lifeline;
            Optional<HttpEndpoint> listening = http;
            system.getWhenTerminated().whenComplete((done, failure) -> {
                futures.end("its actor system has ended");
                listening.ifPresent(HttpEndpoint::close);
                // Last of all: closing the lifeline proves to other nodes that this one has ended, so every leadership
                // must be over (R10).
                opened.ifPresent(Lifeline::close);
                store.close();
            });
            return new Running(system, node, environment, futures, http);
        } catch (RuntimeException failed) {
            http.ifPresent(HttpEndpoint::close);
            lifeline.ifPresent(Lifeline::close);
            store.close();
            throw failed;
        }
    }

    private static NodeStore open(Path dir, JournalHeadCheck rule, LongConsumer writeNanos) {
        try {
            return FileNodeStore.open(dir, rule, writeNanos);
        } catch (StoreException unusable) {
            throw new IllegalStateException(
                    "conclave.data-dir is \"" + dir + "\", which cannot be used: " + unusable.getMessage(), unusable);
        }
    }

    /**
     * Whether this node uses lifelines. They are off under TLS: their handshake is not encrypted, and a stranger must not even
     * learn which nodes are running.
     */
    static boolean usesLifeline(ConclaveSettings settings, Config artery) {
        return settings.lifeline() && !artery.getString("transport").equals("tls-tcp");
    }

    private static Optional<Lifeline> openLifeline(
            ActorSystem<?> system,
            ConclaveSettings settings,
            PeerId self,
            Incarnation incarnation,
            LifelineRelay relay) {
        Config artery = system.settings().config().getConfig("akka.remote.artery");
        if (!usesLifeline(settings, artery)) {
            return Optional.empty();
        }
        String bound = artery.getString("bind.hostname");
        String host = bound.isEmpty() ? self.host() : bound;
        try {
            return Optional.of(Lifeline.open(
                    LifelineThread.take(),
                    InetAddress.getAllByName(host)[0],
                    settings.lifelinePort(),
                    self,
                    incarnation,
                    relay));
        } catch (IOException unusable) {
            throw new IllegalStateException(
                    "conclave.lifeline-port is " + settings.lifelinePort() + ": " + unusable.getMessage()
                            + "; choose a free port, 0 for any, or switch lifelines off with conclave.lifeline = off",
                    unusable);
        }
    }

    /** The port of Akka Management, if it has Conclave's routes; 0 otherwise. */
    private static int managementPort(ActorSystem<?> system) {
        Config config = system.settings().config();
        boolean routed = config.hasPath("akka.management.http.routes")
                && config.getObject("akka.management.http.routes").unwrapped().containsValue(ROUTES);
        return routed ? config.getInt("akka.management.http.port") : 0;
    }

    private static Incarnation drawIncarnation(SecureRandom random) {
        long drawn = random.nextLong();
        return new Incarnation(drawn == 0 ? 1 : drawn);
    }

    private static PeerId selfOf(ActorSystem<?> system) {
        Address address =
                ((ExtendedActorSystem) Adapter.toClassic(system)).provider().getDefaultAddress();
        if (address.host().isEmpty() || address.port().isEmpty()) {
            throw new IllegalStateException(
                    "conclave.voters is set, but akka.actor.provider is \"local\", so no other node could be"
                            + " reached; set it to \"cluster\" (or \"remote\")");
        }
        String host = address.host().get();
        PeerId self = new PeerId(host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host, (Integer)
                address.port().get());
        if (!self.host().equals(host)) {
            // Artery would treat messages from other nodes to this name as meant for another node, and forward them in
            // a circle.
            throw new IllegalStateException("akka.remote.artery.canonical.hostname is \"" + host
                    + "\", and the other nodes would send to \"" + self.host()
                    + "\", as conclave.voters is read: Artery compares"
                    + " host names as text, so set akka.remote.artery.canonical.hostname = \"" + self.host() + "\"");
        }
        return self;
    }

    /**
     * Refuses to start a voter whose name is not the one in {@code conclave.voters}: the other nodes would reject it, and its
     * vote would be missing for ever.
     */
    private static void refuseAlias(PeerId self, Settings agreed) {
        Set<InetAddress> own = addresses(self);
        for (PeerId voter : agreed.voters()) {
            if (voter.port() == self.port() && addresses(voter).stream().anyMatch(own::contains)) {
                throw new IllegalStateException("this node is " + self + ", but conclave.voters contains " + voter
                        + ", which is the same host and port under another name; peers are compared by name, so use"
                        + " the name in akka.remote.artery.canonical.hostname");
            }
        }
    }

    private static Set<InetAddress> addresses(PeerId peer) {
        try {
            return new HashSet<>(Arrays.asList(InetAddress.getAllByName(peer.host())));
        } catch (UnknownHostException unknownHere) {
            return Set.of();
        }
    }

    private static void hintAtSlowReconnects(ActorSystem<?> system) {
        String path = "akka.remote.artery.advanced.outbound-restart-backoff";
        if (system.settings().config().getDuration(path).compareTo(Duration.ofMillis(500)) > 0) {
            LOG.info(
                    "{} is {}, so a restarted peer is reconnected only after seconds; Conclave's application.conf sets"
                            + " 200ms, and the same for inject-handshake-interval and handshake-retry-interval",
                    path,
                    system.settings().config().getDuration(path));
        }
    }

    /** R9: hands over while the node is still up and connected. */
    private static void handOverOnShutdown(ActorSystem<?> system, ActorRef<NodeMessage> node, CallerFutures futures) {
        CoordinatedShutdown.get(system)
                .addTask(
                        CoordinatedShutdown.PhaseBeforeClusterShutdown(),
                        "conclave-hand-over",
                        () -> FutureTimeouts.completing(
                                leave(node, futures).toCompletableFuture(), LONGEST_HAND_OVER, Done.getInstance()));
    }

    private static CompletionStage<Done> leave(ActorRef<NodeMessage> node, CallerFutures futures) {
        return futures.<Done, Done>ask(
                left -> node.tell(new NodeCommand.Leave(left)),
                (left, why) -> left.complete(Done.getInstance()),
                left -> left);
    }

    @Override
    public CompletionStage<Done> leave() {
        return running.map(here -> leave(here.node, here.futures)).orElseGet(super::leave);
    }

    @Override
    public CompletionStage<Done> drain() {
        return control.map(here -> here.drain(PeerCommand.APPLICATION)).orElseGet(super::drain);
    }

    @Override
    public void undrain() {
        control.ifPresent(here -> here.undrain(PeerCommand.APPLICATION));
    }

    @Override
    public Electorate electorate() {
        return electorate.<Electorate>map(here -> here).orElseGet(super::electorate);
    }

    @Override
    public Optional<NodeStatus> status() {
        return control.map(here -> here.reader()
                .status(
                        here.whyNotReady(),
                        new NodeStatus.EventStreams(
                                here.eventStreams().get(), settings.http().eventStreams())));
    }

    @Override
    public boolean isDrained() {
        return running.map(here -> here.environment.elections().isDrained()).orElse(false);
    }

    @Override
    public Election join(String election) {
        Running here = here(election);
        return elections.computeIfAbsent(ElectionName.ofApplication(election), name -> {
            here.node.tell(new NodeCommand.ForPeer(name, new PeerCommand.Join()));
            return handle(here, name, left -> elections.remove(name, left));
        });
    }

    private Running here(String election) {
        return running.orElseThrow(() -> new IllegalStateException("conclave.voters is not set, so \"" + election
                + "\" has no voters; list every voter as host:port, the same list on every node"));
    }

    private JoinedElection handle(Running here, ElectionName name, Consumer<Election> left) {
        return new JoinedElection(
                name,
                here.system,
                here.node,
                here.environment.elections(),
                here.futures,
                settings.whenServerEnds(),
                left);
    }

    @Override
    public Election own(ElectionName election) {
        return handle(here(election.value()), election, left -> {});
    }

    @Override
    public void observe(ElectionName election, boolean begins) {
        here(election.value()).node.tell(new NodeCommand.ForPeer(election, new PeerCommand.Observe(begins)));
    }

    @Override
    protected boolean isReady() {
        return whyNotReady().isEmpty();
    }

    /** Why this node is not ready, whichever door asks; the log has each change. */
    private Optional<String> whyNotReady() {
        Optional<Obstacle> whyNot = running.flatMap(here -> whyNotReady(here, settings.readiness()));
        running.ifPresent(here -> readinessLog.answered(here.environment.self().id(), whyNot));
        return whyNot.map(Obstacle::why);
    }

    private Optional<Obstacle> whyNotReady(Running here, ConclaveSettings.Readiness readiness) {
        readiness.elections().forEach(this::join);
        Collection<Election> asked = readiness.elections().isEmpty()
                ? elections.values()
                : readiness.elections().stream().map(this::join).toList();
        // A node that the others do not hear may still follow a leader (E8).
        Optional<String> whyNever = here.environment.whyVoid().or(here.environment::whyNotHeard);
        if (whyNever.isPresent()) {
            return lost(whyNever);
        }
        if (readiness.when() == ConclaveSettings.ReadyWhen.TAKES_PART || asked.isEmpty()) {
            return lost(here.environment.whyNotTakingPart());
        }
        List<String> leaderless = asked.stream()
                .filter(election -> election.status().leader().isEmpty())
                .map(Election::name)
                .sorted()
                .toList();
        if (leaderless.isEmpty()) {
            return Optional.empty();
        }
        boolean isFirstElection = leaderless.stream()
                .noneMatch(name -> here.environment
                        .elections()
                        .view(new ElectionName(name))
                        .hasBeenLed());
        return Optional.of(new Obstacle("it knows no leader of " + named(leaderless), isFirstElection));
    }

    private static Optional<Obstacle> lost(Optional<String> why) {
        return why.map(sentence -> new Obstacle(sentence, false));
    }

    private static String named(List<String> leaderless) {
        String first = leaderless.stream()
                .limit(MOST_NAMED)
                .map(name -> '"' + name + '"')
                .collect(Collectors.joining(", "));
        int more = leaderless.size() - MOST_NAMED;
        return more > 0 ? first + " and of " + more + " further elections" : first;
    }
}
