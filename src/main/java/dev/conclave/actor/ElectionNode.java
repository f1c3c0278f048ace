package dev.conclave.actor;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.Terminated;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Head;
import dev.conclave.core.Incarnation;
import dev.conclave.core.Message;
import dev.conclave.core.Node;
import dev.conclave.core.NodeEffect;
import dev.conclave.core.NodeInput;
import dev.conclave.core.OperatorsWord;
import dev.conclave.core.Peer;
import dev.conclave.core.PeerId;
import dev.conclave.lifeline.Lifeline;
import dev.conclave.store.BallotStore;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where all elections of a node meet, and its only remote endpoint, {@code /system/conclave}: hears frames, lets
 * {@link Node} decide whom to believe, hands messages to the {@link PeerActor} they are for, and gathers what goes to the same
 * node into one frame, so that the cost of a heartbeat does not grow with the number of elections.
 *
 * <p>Supervised with restart and never spawned a second time in a life: other nodes hold references without a uid, which
 * would lead nowhere for good once the actor behind the name is another one. A restart stops its peers, and each announces
 * its loss first.
 */
public final class ElectionNode extends AbstractBehavior<ElectionNode.Command> {

    /** The actor's name below {@code /system}. */
    public static final String NAME = "conclave";

    /** The path of the dispatcher of all of Conclave's actors: blocked user code elsewhere must not cause elections. */
    public static final String DISPATCHER = "conclave.dispatcher";

    private static final Logger LOG = LoggerFactory.getLogger(ElectionNode.class);
    private static final int MAX_LOGGED = 1_000;
    private static final int MAX_ENDPOINTS = 2_000;

    /** What the node is told. Only a {@link Frame} comes from elsewhere. */
    public interface Command {}

    /** Takes part in an election, or watches it. */
    public record Join(ElectionName election) implements Command {}

    /** Something for one of its peers; joins the election if need be. */
    public record ForPeer(ElectionName election, PeerActor.Command command) implements Command {}

    /** Hands over whatever this node leads and stands nowhere any more; completes when it leads nothing. */
    public record Leave(CompletableFuture<Done> left) implements Command {}

    /** A process is proven gone (R10). */
    public record ProcessGone(PeerId peer, Incarnation incarnation) implements Command {}

    /** This node can vouch for nothing any more: its lifeline listener has ended (R10). */
    public record ListenerEnded() implements Command {}

    private record Outgoing(PeerId to, Envelope envelope) implements Command {}

    private record ImplausibleTerm(PeerId from, long term) implements Command {}

    private record HeadStored(Object life, Head head) implements Command {}

    private record StoreFailed(Throwable cause) implements Command {}

    private record Rung(Object life) implements Command {}

    private record Left(CompletableFuture<Done> left) implements Command {}

    private enum Flush implements Command {
        INSTANCE
    }

    private final NodePlace place;
    private final Object life = new Object();
    private final ActorRefResolver resolver;
    private final Map<PeerId, ActorRef<Frame>> endpoints = new HashMap<>();
    private final Map<ElectionName, ActorRef<PeerActor.Command>> peers = new HashMap<>();
    private final Map<PeerId, List<Envelope>> outgoing = new LinkedHashMap<>();
    private final Set<String> logged = new HashSet<>();

    private Node node;
    private boolean flushing;
    private volatile boolean vouched = true;
    private volatile long admittedAt;
    private Time.@Nullable Timer timer;
    private long timerAt = Peer.NEVER;

    /** A node that runs as long as its store can be trusted. */
    public static Behavior<Command> create(NodePlace place) {
        return Behaviors.supervise(Behaviors.<Command>setup(context -> new ElectionNode(context, place)))
                .onFailure(SupervisorStrategy.restart());
    }

    private ElectionNode(ActorContext<Command> context, NodePlace place) {
        super(context);
        this.place = place;
        this.resolver = ActorRefResolver.get(context.getSystem());
        this.admittedAt = place.startedAt();
        this.node = Node.start(
                place.self(), place.store().map(BallotStore::head), place.time().nanoTime());
        place.store().ifPresent(store -> {
            ActorRef<Command> me = context.getSelf();
            store.failure().thenAccept(cause -> me.tell(new StoreFailed(cause)));
            if (!store.word().equals(OperatorsWord.NONE)) {
                store.wordObeyed().thenRun(() -> LOG.info("The operator's word was heard: {}", store.head()));
            }
        });
        place.elections().names().forEach(this::peer);
        step(new NodeInput.Tick());
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Outgoing.class, this::gather)
                .onMessageEquals(Flush.INSTANCE, this::flush)
                .onMessage(Frame.class, this::heard)
                .onMessage(ForPeer.class, m -> forPeer(m.election, m.command))
                .onMessage(Rung.class, m -> m.life == life ? rung() : this)
                .onMessage(HeadStored.class, m -> m.life == life ? stepped(new NodeInput.HeadStored(m.head)) : this)
                .onMessage(Join.class, this::join)
                .onMessage(ImplausibleTerm.class, this::implausible)
                .onMessage(ProcessGone.class, m -> forAll(new PeerActor.ProcessGone(m.peer, m.incarnation)))
                .onMessage(ListenerEnded.class, m -> listenerEnded())
                .onMessage(Leave.class, this::leave)
                .onMessage(Left.class, this::left)
                .onMessage(StoreFailed.class, this::storeFailed)
                .onSignal(Terminated.class, this::terminated)
                .onSignal(PreRestart.class, signal -> restarting())
                .onSignal(PostStop.class, signal -> ended())
                .build();
    }

    // ---- the node's own decisions

    private Behavior<Command> stepped(NodeInput input) {
        step(input);
        return this;
    }

    /** Gives whether the frame that was asked about is to be handed on. */
    private boolean step(NodeInput input) {
        Node.Step step = node.step(place.time().nanoTime(), this::highestTerm, input);
        node = step.node();
        boolean deliver = false;
        for (NodeEffect effect : step.effects()) {
            if (effect instanceof NodeEffect.Deliver) {
                deliver = true;
            } else {
                carryOut(effect);
            }
        }
        wakeInTime();
        return deliver;
    }

    private void carryOut(NodeEffect effect) {
        if (effect instanceof NodeEffect.Greet greet) {
            endpoint(greet.to()).tell(Wire.toFrame(greet.hello()));
        } else if (effect instanceof NodeEffect.StoreHead store) {
            storeHead(store.head());
        } else if (effect instanceof NodeEffect.Admitted admitted) {
            admittedAt = place.time().nanoTime();
            LOG.info("{} takes part from now on, above term {}", place.self().id(), admitted.floor());
            peers.values()
                    .forEach(peer ->
                            peer.tell(new PeerActor.Admit(admitted.floor(), loyalForNanos(Ballot.NONE, admittedAt))));
        } else if (effect instanceof NodeEffect.Replaced replaced) {
            LOG.warn("{} has another memory from now on, by its operator's word", replaced.peer());
            forAll(new PeerActor.Strike(replaced.peer()));
        } else if (effect instanceof NodeEffect.Met met) {
            LOG.debug("{} is heard in its life {}", met.peer(), met.incarnation());
            watch(met);
        } else if (effect instanceof NodeEffect.Dropped dropped) {
            logDropped(dropped);
        } else if (effect instanceof NodeEffect.WaitingFor waiting) {
            LOG.warn(
                    "{} starts with an empty data directory and takes part when all other voters have answered once;"
                            + " missing: {}",
                    place.self().id(),
                    waiting.missing());
        } else if (effect instanceof NodeEffect.RefusedBy refused) {
            LOG.error("{}", refused.why());
        }
    }

    /** The name is looked up elsewhere: a slow name service must hold up no election. */
    private void watch(NodeEffect.Met met) {
        if (place.lifeline().isPresent() && met.lifelinePort() != 0) {
            Lifeline lifeline = place.lifeline().get();
            var unused = CompletableFuture.runAsync(() -> {
                InetSocketAddress address = new InetSocketAddress(met.peer().host(), met.lifelinePort());
                if (!address.isUnresolved()) {
                    lifeline.watch(met.peer(), met.incarnation(), address);
                }
            });
        }
    }

    private void storeHead(Head head) {
        ActorRef<Command> me = getContext().getSelf();
        place.store().orElseThrow().saveHead(head).whenComplete((done, failure) -> {
            if (failure == null) {
                me.tell(new HeadStored(life, head));
            }
        });
    }

    /** R13: everything is counted, each sender is told of once for each reason, and memory stays bounded. */
    private void logDropped(NodeEffect.Dropped dropped) {
        if (dropped.kind() == NodeEffect.Drop.NO_PASS) {
            LOG.debug("{}", dropped.why());
        } else {
            logOnce(dropped.kind() + " " + dropped.from(), dropped.why());
        }
    }

    private void logOnce(String key, String why) {
        if (logged.size() < MAX_LOGGED && logged.add(key)) {
            LOG.warn("{}", why);
        }
    }

    private Behavior<Command> rung() {
        timer = null;
        timerAt = Peer.NEVER;
        return stepped(new NodeInput.Tick());
    }

    private void wakeInTime() {
        long at = node.wakeAt();
        if (at == Peer.NEVER || (timer != null && timerAt <= at)) {
            return;
        }
        if (timer != null) {
            timer.cancel();
        }
        long now = place.time().nanoTime();
        ActorRef<Command> me = getContext().getSelf();
        timerAt = at;
        timer = place.time().after(Duration.ofNanos(at <= now ? 0 : at - now), () -> me.tell(new Rung(life)));
    }

    // ---- what comes in

    private Behavior<Command> heard(Frame frame) {
        Heard heard = Wire.read(frame);
        if (heard instanceof Heard.HeardBatch batch) {
            if (step(batch.header())) {
                for (Envelope envelope : batch.envelopes()) {
                    deliver(batch.header(), envelope);
                }
            }
        } else if (heard instanceof Heard.HeardHello greeting) {
            step(new NodeInput.Greeted(greeting.hello()));
        } else if (heard instanceof Heard.Malformed malformed) {
            logOnce("malformed " + malformed.from(), "A malformed frame was dropped: " + malformed.why());
        }
        return this;
    }

    /** A voter votes in every election, also in one that it hears of for the first time. */
    private void deliver(NodeInput.Framed header, Envelope envelope) {
        ElectionName name = envelope.election();
        ActorRef<PeerActor.Command> peer = peers.get(name);
        if (peer == null && place.self().settings().isVoter(place.self().id())) {
            peer = peer(name);
        }
        if (peer != null) {
            peer.tell(new PeerActor.FromPeer(header.from(), header.incarnation(), envelope.message()));
        }
    }

    private Behavior<Command> forPeer(ElectionName election, PeerActor.Command command) {
        peer(election).tell(command);
        return this;
    }

    private Behavior<Command> join(Join join) {
        peer(join.election());
        return this;
    }

    private Behavior<Command> forAll(PeerActor.Command command) {
        peers.values().forEach(peer -> peer.tell(command));
        return this;
    }

    private ActorRef<PeerActor.Command> peer(ElectionName name) {
        return peers.computeIfAbsent(name, this::spawn);
    }

    private ActorRef<PeerActor.Command> spawn(ElectionName name) {
        ActorRef<Command> me = getContext().getSelf();
        ActorSystem<Void> system = getContext().getSystem();
        Company company = place.elections().company(name);
        company.comesBack = false;
        company.leaving |= place.elections().leaving;
        PeerActor.Place home = new PeerActor.Place(
                name,
                place.peer(),
                new StoredBallots(name),
                new PeerActor.Post() {
                    @Override
                    public void send(PeerId to, Message message) {
                        me.tell(new Outgoing(to, new Envelope(name, message)));
                    }

                    @Override
                    public void leaderKnown() {
                        if (place.rehearses()) {
                            Rehearsal.holdOnce(system, place.self().settings());
                        }
                    }

                    @Override
                    public void implausible(PeerId from, long term) {
                        me.tell(new ImplausibleTerm(from, term));
                    }
                },
                place.time(),
                place.elections().view(name),
                company,
                () -> vouched && place.lifeline().map(Lifeline::isOpen).orElse(true));
        ActorRef<PeerActor.Command> peer = getContext()
                .spawn(
                        PeerActor.create(home),
                        URLEncoder.encode(name.value(), StandardCharsets.UTF_8).replace("*", "%2A"),
                        DispatcherSelector.fromConfig(DISPATCHER));
        getContext().watch(peer);
        return peer;
    }

    private Behavior<Command> terminated(Terminated signal) {
        ActorRef<?> ended = signal.getRef();
        peers.values().removeIf(peer -> peer.path().equals(ended.path()));
        return this;
    }

    private Behavior<Command> implausible(ImplausibleTerm term) {
        logOnce(
                "term " + term.from,
                "A message of " + term.from + " speaks of term " + term.term
                        + ", which no number of elections can have brought about; it was dropped");
        return this;
    }

    // ---- what goes out

    /** Sends what has gathered when everything that was waiting for this actor has been dealt with. */
    private Behavior<Command> gather(Outgoing message) {
        outgoing.computeIfAbsent(message.to, none -> new ArrayList<>()).add(message.envelope);
        if (!flushing) {
            flushing = true;
            getContext().getSelf().tell(Flush.INSTANCE);
        }
        return this;
    }

    private Behavior<Command> flush() {
        flushing = false;
        outgoing.forEach((to, envelopes) -> {
            Optional<NodeInput.Framed> header = node.frameTo(to);
            if (header.isPresent()) {
                Wire.toFrames(header.get(), envelopes)
                        .forEach(frame -> endpoint(to).tell(frame));
            } else {
                step(new NodeInput.Wanted(to));
            }
        });
        outgoing.clear();
        return this;
    }

    private ActorRef<Frame> endpoint(PeerId peer) {
        if (endpoints.size() >= MAX_ENDPOINTS) {
            // Strangers are greeted back, under whatever names they claim (R13).
            endpoints.clear();
        }
        return endpoints.computeIfAbsent(peer, to -> resolver.resolveActorRef(place.endpointOf(to)));
    }

    // ---- the end

    /** R10: it leads nothing from this instant, and stands nowhere: a leader whom nobody may believe would keep others away. */
    private Behavior<Command> listenerEnded() {
        vouched = false;
        place.elections().leaving = true;
        forAll(new PeerActor.Voided());
        return forAll(new PeerActor.Leave(new CompletableFuture<>()));
    }

    private Behavior<Command> leave(Leave leave) {
        place.elections().leaving = true;
        List<CompletableFuture<Done>> all = new ArrayList<>();
        peers.values().forEach(peer -> {
            CompletableFuture<Done> left = new CompletableFuture<>();
            all.add(left);
            peer.tell(new PeerActor.Leave(left));
        });
        ActorRef<Command> me = getContext().getSelf();
        CompletableFuture<Void> everyone = CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]));
        var unused = everyone.whenComplete((done, failure) -> me.tell(new Left(leave.left)));
        return this;
    }

    /** The releases of the peers were told to this actor before: they are sent before the node goes on shutting down. */
    private Behavior<Command> left(Left everyone) {
        flush();
        everyone.left.complete(Done.getInstance());
        return this;
    }

    /**
     * R3: what is on the disk is not known any more, so nothing that rests on it may be said again in this life. The peers
     * stop, each announcing its loss; who asks for something from then on gets an answer, and not silence.
     */
    private Behavior<Command> storeFailed(StoreFailed failed) {
        ended();
        LOG.error("{} stops voting and leading: {}", place.self().id(), failed.cause.getMessage());
        peers.values().forEach(getContext()::stop);
        return Behaviors.receive(Command.class)
                .onMessage(Leave.class, leave -> {
                    leave.left.complete(Done.getInstance());
                    return Behaviors.same();
                })
                .onMessage(Left.class, everyone -> {
                    everyone.left.complete(Done.getInstance());
                    return Behaviors.same();
                })
                .onMessage(ForPeer.class, m -> {
                    refuse(m.command, failed.cause);
                    return Behaviors.same();
                })
                .onAnyMessage(other -> Behaviors.same())
                .onSignal(Terminated.class, signal -> Behaviors.same())
                .build();
    }

    private void refuse(PeerActor.Command command, Throwable cause) {
        if (command instanceof PeerActor.HandOver handOver) {
            handOver.done()
                    .completeExceptionally(
                            new IllegalStateException(place.self().id() + " leads nothing: " + cause.getMessage()));
        } else if (command instanceof PeerActor.Subscribe subscribe) {
            subscribe.subscriber().stopped();
        }
    }

    /** Its peers are stopped after this, and others take their place. */
    private Behavior<Command> restarting() {
        place.elections().names().forEach(name -> place.elections().company(name).comesBack = true);
        return ended();
    }

    private Behavior<Command> ended() {
        vouched = false;
        if (timer != null) {
            timer.cancel();
        }
        return this;
    }

    // ---- the ballots of one election

    private long highestTerm() {
        return place.store()
                .map(store -> Math.max(
                        store.head().floor(),
                        store.ballots().values().stream()
                                .mapToLong(Ballot::term)
                                .max()
                                .orElse(0)))
                .orElse(0L);
    }

    /**
     * R6: for how much longer a peer that begins now is loyal to whomever it may have forgotten.
     *
     * @param since the last instant at which it can have acknowledged somebody whom it does not remember
     */
    private long loyalForNanos(Ballot read, long since) {
        if (place.store().isEmpty()) {
            return 0;
        }
        Head head = place.store().get().head();
        return read.term() == 0 && head.remembersAll()
                ? 0
                : Math.max(0, since + head.longestElectionNanos() - place.time().nanoTime());
    }

    private final class StoredBallots implements PeerActor.Ballots {
        private final ElectionName election;

        StoredBallots(ElectionName election) {
            this.election = election;
        }

        @Override
        public CompletionStage<Ballot> settled() {
            return place.store()
                    .map(store -> store.ballot(election))
                    .orElseGet(() -> CompletableFuture.completedStage(Ballot.NONE));
        }

        @Override
        public CompletionStage<Void> save(Ballot ballot) {
            return place.store().orElseThrow().save(election, ballot);
        }

        @Override
        public long loyalForNanos(Ballot read, boolean firstInThisLife) {
            return ElectionNode.this.loyalForNanos(
                    read, firstInThisLife ? admittedAt : place.time().nanoTime());
        }

        @Override
        public Optional<Long> floor() {
            return place.store().map(BallotStore::head).filter(Head::admitted).map(Head::floor);
        }
    }
}
