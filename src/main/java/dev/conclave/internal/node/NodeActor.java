package dev.conclave.internal.node;

import akka.Done;
import akka.actor.DeadLetterSuppression;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.node.Hello;
import dev.conclave.core.node.JournalHead;
import dev.conclave.core.node.Node;
import dev.conclave.core.node.NodeInput;
import dev.conclave.core.peer.BrokenInvariant;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.MessageRoute;
import dev.conclave.internal.peer.CampaignLimiter;
import dev.conclave.internal.peer.PeerActor;
import dev.conclave.internal.peer.PeerCommand;
import dev.conclave.internal.peer.PeerEnvironment;
import dev.conclave.internal.peer.SubscribersAndUsers;
import dev.conclave.internal.runtime.Supervision;
import dev.conclave.internal.runtime.WakeUpTimer;
import dev.conclave.internal.wire.Envelope;
import dev.conclave.internal.wire.Frame;
import dev.conclave.internal.wire.FrameBytes;
import dev.conclave.internal.wire.NodeMessage;
import dev.conclave.internal.wire.ParsedFrame;
import dev.conclave.internal.wire.RegisterPieces;
import dev.conclave.internal.wire.RemoteEndpoints;
import dev.conclave.internal.wire.WireFormat;
import dev.conclave.lifeline.Lifeline;
import dev.conclave.logging.AsyncLogger;
import dev.conclave.store.NodeStore;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The actor of a node and its only remote endpoint, {@code /system/conclave}: receives frames, lets {@link Node} decide which to
 * accept, delivers their messages to the {@link PeerActor} of each election, and gathers messages to the same node into one
 * frame, so that the cost of a heartbeat does not grow with the number of elections.
 *
 * <p>Other nodes send to the path ({@link RemoteEndpoints}), so a frame reaches the actor that has the path at that time.
 * Supervised with restart, and spawned once in the life of a node; a restart stops its peers, and each announces the end of its
 * leadership first.
 */
// Akka's function types are serializable, and below "internal" javac warns of every lambda of such a type.
@SuppressWarnings("serial")
public final class NodeActor extends AbstractBehavior<NodeMessage> {

    /** The actor's name below {@code /system}. */
    public static final String NAME = RemoteEndpoints.NAME;

    /** The path of the dispatcher of all Conclave actors: blocked code on another dispatcher must not cause elections. */
    public static final String DISPATCHER = "conclave.dispatcher";

    private static final AsyncLogger LOG = AsyncLogger.of(NodeActor.class);

    /** Internal messages. Not reported as dead letters after the actor has stopped. */
    interface FromWithin extends NodeMessage, DeadLetterSuppression {}

    private record Dropped(Consumer<DroppedMessageLog> which) implements FromWithin {}

    private record Idle(ElectionName election, ActorRef<PeerCommand> peer) implements FromWithin {}

    private record Stays(ElectionName election, ActorRef<PeerCommand> peer) implements FromWithin {}

    record PeerEnded(ElectionName election, ActorRef<PeerCommand> peer) implements FromWithin {}

    private record HeadStored(Object life, JournalHead head) implements FromWithin {}

    private record Later(Object life, NodeInput input) implements FromWithin {}

    private record NameTheUnheard(Object life) implements FromWithin {}

    private record StoreFailed(Throwable cause) implements FromWithin {}

    private record Broken(BrokenInvariant cause) implements FromWithin {}

    private record Rung(Object life) implements FromWithin {}

    record Left(CompletableFuture<Done> left) implements FromWithin {}

    private enum Flush implements FromWithin {
        INSTANCE
    }

    private enum FlushLater implements FromWithin {
        INSTANCE
    }

    /** How long deferred messages wait: longer than a fail-over takes, and short compared with any H. */
    private static final Duration LATER = Duration.ofMillis(20);

    /** How long after the start a voter may send nothing before this node logs a warning that names it: longer than a healthy voter takes
     * to answer, even if Artery is still connecting. */
    private static final Duration VOTERS_ANSWER_WITHIN = Duration.ofSeconds(20);

    private final NodeEnvironment environment;
    private final Object life = new Object();
    private final PeerRegistry registry;
    private final BallotCompaction compaction;
    private final DroppedMessageLog drops;
    private final SlownessWarnings slownessWarnings;
    private final Outbox outbox;
    private final RegisterPieces pieces = new RegisterPieces();
    private final WakeUpTimer wakeUp;
    private final NodeDriver driver;
    private final CampaignLimiter campaignLimiter;

    private volatile boolean vouched;

    private volatile boolean toldOfRegister;

    /** The behavior of a node; it stops voting and leading when its store fails. */
    public static Behavior<NodeMessage> create(NodeEnvironment environment) {
        return Behaviors.setup(context -> {
            // Survives a restart, so that the last messages of peers that are stopped by the restart are sent too.
            Outbox outbox = new Outbox(environment, reminder(context));
            HeadWrites writes = new HeadWrites(environment.store());
            return Supervision.restarting(
                    NodeMessage.class,
                    LOG,
                    "the endpoint of " + environment.self().id(),
                    RestartingNode.of(environment, writes, again -> new NodeActor(again, environment, outbox, writes)));
        });
    }

    private NodeActor(
            ActorContext<NodeMessage> context, NodeEnvironment environment, Outbox outbox, HeadWrites writes) {
        super(context);
        this.environment = environment;
        this.vouched = !environment.elections().voided;
        ActorRef<NodeMessage> me = context.getSelf();
        this.drops = new DroppedMessageLog(environment.instruments(), environment.time());
        this.slownessWarnings = new SlownessWarnings(environment::settings, this::warn);
        this.compaction = new BallotCompaction(environment.store(), environment.elections().mostIdle);
        this.registry = new PeerRegistry(this::spawn, environment::isVoter);
        this.outbox = outbox;
        this.campaignLimiter = new CampaignLimiter(() -> environment.settings().heartbeatNanos());
        this.wakeUp = new WakeUpTimer(environment.time(), () -> me.tell(new Rung(life)));
        this.driver = new NodeDriver(
                environment,
                context.getSystem().name(),
                outbox,
                drops,
                registry::tellEach,
                registry::tell,
                writes,
                head -> me.tell(new HeadStored(life, head)),
                input -> me.tell(new Later(life, input)),
                wakeUp);
        NodeStore store = environment.store();
        store.failure().thenAccept(cause -> me.tell(new StoreFailed(cause)));
        environment.time().after(VOTERS_ANSWER_WITHIN, () -> me.tell(new NameTheUnheard(life)));
        environment.elections().names().forEach(registry::begin);
        if (environment.elections().mayFound) {
            mayFound();
        }
        if (!store.registers().isEmpty()) {
            driver.step(new NodeInput.HoldsRegister());
        }
        driver.step(new NodeInput.Tick());
    }

    @Override
    public Receive<NodeMessage> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Flush.INSTANCE, () -> outbox.isComplete() ? flush() : this)
                .onMessage(NameTheUnheard.class, m -> {
                    if (m.life == life) {
                        driver.nameTheUnheard();
                    }
                    return this;
                })
                .onMessageEquals(FlushLater.INSTANCE, this::flushLater)
                .onMessage(Frame.class, this::heard)
                .onMessage(NodeCommand.ExpressHeard.class, this::expressHeard)
                .onMessage(NodeCommand.ForPeer.class, m -> forPeer(m.election(), m.command()))
                .onMessage(Rung.class, m -> m.life == life ? rung() : this)
                .onMessage(HeadStored.class, m -> m.life == life ? stepped(new NodeInput.HeadStored(m.head)) : this)
                .onMessage(Later.class, m -> m.life == life ? stepped(m.input) : this)
                .onMessage(NodeCommand.Greet.class, m -> stepped(new NodeInput.Wanted(m.peer())))
                .onMessage(NodeCommand.MayFound.class, m -> mayFound())
                .onMessage(NodeCommand.Wished.class, m -> {
                    driver.wish(m);
                    return this;
                })
                .onMessage(Idle.class, m -> {
                    registry.idle(m.election(), m.peer);
                    return this;
                })
                .onMessage(Stays.class, m -> {
                    registry.stays(m.election(), m.peer);
                    return this;
                })
                .onMessage(PeerEnded.class, this::peerEnded)
                .onMessage(Dropped.class, m -> {
                    m.which.accept(drops);
                    return this;
                })
                .onMessage(NodeCommand.ProcessGone.class, this::processGone)
                .onMessage(NodeCommand.LifelineUp.class, this::lifelineUp)
                .onMessage(NodeCommand.ListenerEnded.class, m -> listenerEnded())
                .onMessage(NodeCommand.Ping.class, m -> {
                    m.answered().complete(Done.getInstance());
                    return this;
                })
                .onMessage(NodeCommand.Leave.class, this::leave)
                .onMessage(
                        NodeCommand.Drain.class, m -> askAll(done -> new PeerCommand.Drain(done, m.by()), m.drained()))
                .onMessage(NodeCommand.Undrain.class, m -> forAll(new PeerCommand.Undrain(m.by())))
                .onMessage(Left.class, this::left)
                .onMessage(StoreFailed.class, m -> standsStill(m.cause))
                .onMessage(Broken.class, this::broken)
                .onSignal(PreRestart.class, signal -> restarting())
                .onSignal(PostStop.class, signal -> stopped())
                .build();
    }

    private Behavior<NodeMessage> stepped(NodeInput input) {
        driver.step(input);
        return this;
    }

    private Behavior<NodeMessage> mayFound() {
        environment.elections().mayFound = true;
        return stepped(new NodeInput.MayFound(environment.time().wallMillis()));
    }

    private Behavior<NodeMessage> rung() {
        wakeUp.rang();
        return stepped(new NodeInput.Tick());
    }

    // ---- what comes in

    private Behavior<NodeMessage> heard(Frame frame) {
        ParsedFrame heard = WireFormat.read(frame);
        if (heard instanceof ParsedFrame.HeardBatch batch) {
            hear(batch, MessageRoute.ARTERY);
        } else if (heard instanceof ParsedFrame.HeardHello greeting) {
            if (greeting.hello().version() != Hello.VERSION) {
                drops.otherVersion(greeting.hello());
            }
            driver.step(new NodeInput.Greeted(greeting.hello()));
        } else if (heard instanceof ParsedFrame.HeardElectorate told) {
            driver.step(new NodeInput.Told(told.header(), told.message()));
        } else if (heard instanceof ParsedFrame.Malformed malformed) {
            drops.malformed(malformed);
        }
        return this;
    }

    /**
     * Accepts batches with the same checks as other frames. Hellos are not accepted here, since they prove the sender's address
     * only if they come through Artery.
     */
    private Behavior<NodeMessage> expressHeard(NodeCommand.ExpressHeard express) {
        Optional<Frame> frame = FrameBytes.read(express.frame().take());
        if (frame.isPresent() && WireFormat.read(frame.get()) instanceof ParsedFrame.HeardBatch batch) {
            hear(batch, MessageRoute.EXPRESS);
        } else {
            drops.unreadable(express.frame().sender());
        }
        return this;
    }

    private void hear(ParsedFrame.HeardBatch batch, MessageRoute way) {
        if (driver.step(batch.header())) {
            outbox.heard(batch.header().from());
            driver.heard(batch);
            if (batch.skipped() > 0) {
                drops.skipped(batch.header().from(), batch.skipped());
            }
            for (Envelope envelope : batch.envelopes()) {
                deliver(batch.header(), envelope, way);
            }
            for (ParsedFrame.Piece piece : batch.pieces()) {
                pieces.add(batch.header().incarnation(), batch.header().configuration(), piece)
                        .ifPresent(envelope -> deliver(batch.header(), envelope, way));
            }
        }
    }

    private void deliver(NodeInput.Framed header, Envelope envelope, MessageRoute way) {
        PeerCommand.FromPeer said = new PeerCommand.FromPeer(
                header.from(), header.incarnation(), envelope.configuration(), envelope.message(), way);
        if (!registry.hear(envelope.election(), said)) {
            drops.crowded(header.from());
        }
    }

    private Behavior<NodeMessage> forPeer(ElectionName election, PeerCommand command) {
        registry.tell(election, command);
        return this;
    }

    private Behavior<NodeMessage> forAll(PeerCommand command) {
        registry.tellAll(command);
        return this;
    }

    private ActorRef<PeerCommand> spawn(PeerRegistry self, ElectionName name) {
        Optional<Lifeline> lifeline = environment.lifeline();
        environment.instruments().begun(name, environment.time().nanoTime());
        SubscribersAndUsers participants = environment.elections().participants(name);
        participants.comesBack = false;
        participants.leaving |= environment.elections().leaving;
        participants.voided |= environment.elections().voided;
        participants.drained = environment.elections().isDrained() && !name.isOfLease();
        PeerEnvironment home = new PeerEnvironment(
                name,
                environment.peer().in(name),
                new StoredBallots(environment, name),
                new PeerReports(name),
                campaignLimiter,
                environment.time(),
                environment.elections().begin(name),
                participants,
                // Called at every check of a leadership, so it must not allocate objects.
                () -> vouched && (lifeline.isEmpty() || lifeline.get().isOpen()),
                environment.instruments(),
                environment.observations().changes(),
                environment.logs());
        ActorRef<PeerCommand> peer = getContext()
                .spawn(
                        PeerActor.create(home),
                        URLEncoder.encode(name.value(), StandardCharsets.UTF_8).replace("*", "%2A"),
                        DispatcherSelector.sameAsParent());
        getContext().watchWith(peer, new PeerEnded(name, peer));
        return peer;
    }

    private void warn(Effect.Slow.What what, String warning) {
        LOG.warn(warning);
        environment
                .observations()
                .warn(
                        what.name().toLowerCase(Locale.ROOT),
                        warning,
                        environment.time().wallMillis());
    }

    /** The messages and reports of the peer of one election. Used on the thread of the peer's actor. */
    private final class PeerReports implements PeerEnvironment.Outgoing {

        private final ElectionName name;
        private final ActorRef<NodeMessage> me = getContext().getSelf();
        private final ActorSystem<Void> system = getContext().getSystem();

        PeerReports(ElectionName name) {
            this.name = name;
        }

        @Override
        public void send(PeerId to, int configuration, Message message, MessageRoute way) {
            outbox.gather(to, new Envelope(name, configuration, message), way);
        }

        @Override
        public void leaderKnown() {
            environment.warmUp().runOnce(system, environment);
        }

        @Override
        public void holdsRegister() {
            if (!toldOfRegister) {
                toldOfRegister = true;
                me.tell(new Later(life, new NodeInput.HoldsRegister()));
            }
        }

        @Override
        public void implausible(PeerId from, long term) {
            me.tell(new Dropped(drops -> drops.implausible(from, term)));
        }

        @Override
        public void crowded(PeerId observer) {
            me.tell(new Dropped(drops -> drops.crowdedOut(name, observer)));
        }

        @Override
        public void diskBehind(PeerId from) {
            me.tell(new Dropped(drops -> drops.diskBehind(name)));
        }

        @Override
        public void slow(Effect.Slow slow) {
            slownessWarnings.noted(slow, environment.time().nanoTime());
        }

        @Override
        public void suspended(String warning) {
            environment.observations().warn("clock", warning, environment.time().wallMillis());
        }

        @Override
        public void broken(BrokenInvariant why) {
            environment.elections().broken = true;
            me.tell(new Broken(why));
        }

        @Override
        public void idle(ActorRef<PeerCommand> peer) {
            me.tell(new Idle(name, peer));
        }

        @Override
        public void stays(ActorRef<PeerCommand> peer) {
            me.tell(new Stays(name, peer));
        }
    }

    private Behavior<NodeMessage> peerEnded(PeerEnded ended) {
        registry.ended(ended.election, ended.peer, () -> {
            environment.elections().forget(ended.election);
            environment
                    .instruments()
                    .forgotten(ended.election, environment.time().nanoTime());
        });
        compaction.ended(registry);
        return this;
    }

    private Behavior<NodeMessage> processGone(NodeCommand.ProcessGone proven) {
        outbox.gone(proven.peer());
        return forAll(new PeerCommand.ProcessGone(proven.peer(), proven.incarnation()));
    }

    /** Opens the express lane to the address at which the lifeline is up. */
    private Behavior<NodeMessage> lifelineUp(NodeCommand.LifelineUp line) {
        environment.lifeline().ifPresent(lifeline -> lifeline.openLane(line.peer(), line.address()));
        return this;
    }

    // ---- what goes out

    /** The dispatcher has one thread, so a task runs after all actors that have messages now. */
    private static Outbox.Reminder reminder(ActorContext<NodeMessage> context) {
        ActorRef<NodeMessage> me = context.getSelf();
        Executor behindTheOthers = context.getExecutionContext();
        return new Outbox.Reminder() {
            @Override
            public void soon() {
                me.tell(Flush.INSTANCE);
            }

            @Override
            public void later() {
                behindTheOthers.execute(() -> me.tell(Flush.INSTANCE));
            }
        };
    }

    private Behavior<NodeMessage> flush() {
        if (outbox.flush(driver::frameTo, this::want)) {
            ActorRef<NodeMessage> me = getContext().getSelf();
            environment.time().after(LATER, () -> me.tell(FlushLater.INSTANCE));
        }
        return this;
    }

    private Behavior<NodeMessage> flushLater() {
        outbox.flushLater(driver::frameTo, this::want);
        return this;
    }

    private void want(PeerId to) {
        driver.step(new NodeInput.Wanted(to));
    }

    // ---- the end

    /**
     * R10: this node leads no election from now on and is a candidate in none, since a leader whose leadership is void would keep
     * others from leading.
     */
    private Behavior<NodeMessage> listenerEnded() {
        vouched = false;
        environment.elections().voided = true;
        environment.elections().leaving = true;
        environment
                .observations()
                .obstacle("its lifeline has ended, so it votes but does not lead until it is restarted");
        return forAll(new PeerCommand.Voided());
    }

    /**
     * Does not hand over the elections behind leases: a singleton or a shard that holds a lease stops later in the shutdown and
     * releases it then; if it lost the lease now, it would be stopped abruptly. A lease that is not released ends with the
     * process (R10).
     */
    private Behavior<NodeMessage> leave(NodeCommand.Leave leave) {
        environment.elections().leaving = true;
        return askAll(PeerCommand.Leave::new, leave.left());
    }

    /** Sends a question to the peers of all elections except those behind leases; {@code answered} completes after all of them. */
    private Behavior<NodeMessage> askAll(
            Function<CompletableFuture<Done>, PeerCommand> question, CompletableFuture<Done> answered) {
        List<CompletableFuture<Done>> all = new ArrayList<>();
        registry.elections().stream().filter(election -> !election.isOfLease()).forEach(election -> {
            CompletableFuture<Done> one = new CompletableFuture<>();
            all.add(one);
            registry.tell(election, question.apply(one));
        });
        ActorRef<NodeMessage> me = getContext().getSelf();
        CompletableFuture<Void> everyone = CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]));
        var unused = everyone.whenComplete((done, failure) -> me.tell(new Left(answered)));
        return this;
    }

    /** The peers have already passed their releases to the outbox: they are sent before the shutdown continues. */
    private Behavior<NodeMessage> left(Left everyone) {
        flush();
        flushLater();
        everyone.left.complete(Done.getInstance());
        return this;
    }

    /**
     * R3: the contents of the disk are unknown, so this node must not vote or lead again in this life. The peers stop and
     * announce the end of their leaderships; later requests are answered with a failure.
     */
    private Behavior<NodeMessage> standsStill(Throwable cause) {
        ended();
        environment.observations().obstacle("it stopped voting and leading: " + cause.getMessage() + "; restart it");
        registry.peers().forEach(getContext()::stop);
        LOG.error("{} stops voting and leading: {}", environment.self().id(), cause.getMessage());
        return StoppedNode.create(environment, cause, registry.peers());
    }

    /** All elections of this node share the broken code, so all of them stop; a restart begins from the disk. */
    private Behavior<NodeMessage> broken(Broken broken) {
        LOG.error(
                "{}: an invariant of the protocol is broken; report this, and restart the node",
                environment.self().id(),
                broken.cause);
        return standsStill(broken.cause);
    }

    /** Akka stops the peers after this; others replace them. */
    private Behavior<NodeMessage> restarting() {
        environment.elections().names().forEach(name -> environment.elections().participants(name).comesBack = true);
        return ended();
    }

    private Behavior<NodeMessage> stopped() {
        ended();
        environment.elections().end("its actor system has ended");
        return this;
    }

    private Behavior<NodeMessage> ended() {
        vouched = false;
        wakeUp.cancel();
        driver.end("this node stops, so it does not continue the change; look at the history at another voter");
        return this;
    }
}
