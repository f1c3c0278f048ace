package dev.conclave.internal.peer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.ConfigFactory;
import dev.conclave.core.Ballot;
import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.Settings;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.StoredElectorate;
import dev.conclave.core.node.JournalHead;
import dev.conclave.core.node.Node;
import dev.conclave.core.peer.BrokenInvariant;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Message;
import dev.conclave.core.peer.MessageRoute;
import dev.conclave.core.peer.Peer;
import dev.conclave.internal.node.NodeEnvironment;
import dev.conclave.internal.node.NodeObservations;
import dev.conclave.internal.runtime.ManualClock;
import dev.conclave.internal.runtime.Time;
import dev.conclave.internal.telemetry.ChangeHistory;
import dev.conclave.internal.telemetry.TelemetryPublisher;
import dev.conclave.internal.wire.FrameSender;
import dev.conclave.lifeline.Lifeline;
import dev.conclave.logging.AsyncLogger;
import dev.conclave.store.MemoryNodeStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** One peer, {@link #ANNA}, among three voters of whom the test plays the others; with a clock and a disk by hand. */
public final class PeerFixture implements AutoCloseable {

    public static final PeerId ANNA = PeerId.parse("a:1");
    public static final PeerId BERT = PeerId.parse("b:1");
    public static final PeerId CLEO = PeerId.parse("c:1");
    public static final ElectionName ORDERS = new ElectionName("orders");
    public static final Duration H = Duration.ofMillis(100);
    public static final Duration E = Duration.ofSeconds(1);
    public static final Settings SETTINGS = new Settings(List.of(ANNA, BERT, CLEO), H.toNanos(), E.toNanos(), 0.01);
    static final Duration MARGIN = Duration.ofMillis(100);
    private static final DirectoryIdentity IDENTITY = new DirectoryIdentity(1);

    /** Configuration 0, under which the peer begins. */
    public static final Configuration FOUNDED = Configuration.founding(
            77,
            Map.of(ANNA, IDENTITY, BERT, new DirectoryIdentity(2), CLEO, new DirectoryIdentity(3)),
            SETTINGS,
            0,
            ANNA.toString());

    public static final Incarnation LIFE = new Incarnation(7);

    /** The head of {@link #ANNA}'s journal, under {@link #FOUNDED}. */
    public static JournalHead head() {
        return new JournalHead(ANNA, IDENTITY, StoredElectorate.EMPTY.storing(FOUNDED), 1);
    }

    /** {@link #ANNA}'s node, for the parts that it consists of. */
    public static NodeEnvironment node(
            MemoryNodeStore store,
            Optional<Lifeline> lifeline,
            Time time,
            FrameSender endpoints,
            NodeEnvironment.Elections elections) {
        return new NodeEnvironment(
                new Node.Self(
                        ANNA,
                        LIFE,
                        SETTINGS,
                        MARGIN.toNanos(),
                        lifeline.map(Lifeline::port).orElse(0),
                        0,
                        1),
                Peer.Self.beforeFounding(ANNA, LIFE, SETTINGS, MARGIN.toNanos()),
                store,
                lifeline,
                time,
                time.nanoTime(),
                endpoints,
                NodeEnvironment.WarmUp.NONE,
                elections,
                new TelemetryPublisher(),
                new NodeObservations(SETTINGS.voters()),
                AsyncLogger::of);
    }

    /** One for all scenes, since to start a system takes longer than most of them; its threads end with the process. */
    private static final ActorTestKit KIT = ActorTestKit.create(
            "scenes", ConfigFactory.parseString("akka.daemonic = on").withFallback(ConfigFactory.load()));

    final ActorTestKit kit = KIT;
    final ManualClock clock = new ManualClock();
    public final MemoryNodeStore store = MemoryNodeStore.of(head());
    final KnownLeader view = new KnownLeader();
    final SubscribersAndUsers participants = new SubscribersAndUsers();
    final CampaignLimiter campaignLimiter = new CampaignLimiter(H::toNanos);
    final TelemetryPublisher instruments = new TelemetryPublisher();
    final ActorRef<PeerCommand> peer;

    /** All effects of the peer, in order: messages, events of subscribers, calls of users, ballots that are saved. */
    final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();

    /** The kinds of the messages that took the express lane, and of those that did not. */
    final ConcurrentLinkedQueue<String> urgent = new ConcurrentLinkedQueue<>();

    final ConcurrentLinkedQueue<String> patient = new ConcurrentLinkedQueue<>();

    final ConcurrentLinkedQueue<Message> sent = new ConcurrentLinkedQueue<>();

    /** The numbers of the configurations under which the messages were made, in their order (E3). */
    final ConcurrentLinkedQueue<Integer> labels = new ConcurrentLinkedQueue<>();

    private volatile String failOn = "";
    final AtomicBoolean vouched = new AtomicBoolean(true);
    final AtomicInteger readings = new AtomicInteger();
    private final ActorRef<Object> anybody;

    /** The recorded changes. */
    final ChangeHistory changes = new ChangeHistory();

    public PeerFixture() {
        this(ORDERS);
    }

    /** Of this election. */
    PeerFixture(ElectionName election) {
        anybody = kit.spawn(Behaviors.ignore());
        participants.add(anybody, subscriber());
        peer = kit.spawn(PeerActor.create(new PeerEnvironment(
                election,
                Peer.Self.beforeFounding(ANNA, LIFE, SETTINGS, MARGIN.toNanos()),
                new Disk(),
                new Wires(),
                campaignLimiter,
                clock,
                view,
                participants,
                vouched::get,
                instruments,
                changes,
                AsyncLogger::of)));
        settle();
    }

    private void note(String what) {
        seen.add(what);
        if (!failOn.isEmpty() && what.startsWith(failOn)) {
            failOn = "";
            throw new IllegalStateException("provoked by the test: " + what);
        }
    }

    /** From now on the next thing that begins so throws. */
    void failOn(String what) {
        failOn = what;
    }

    // ---- what the test does

    void tell(PeerCommand command) {
        peer.tell(command);
        settle();
        // Messages of the peer to itself meanwhile, such as the end of a force, come behind the first.
        settle();
    }

    void hearExpress(PeerId from, Message message) {
        tell(new PeerCommand.FromPeer(from, LIFE, 0, message, MessageRoute.EXPRESS));
    }

    public void hear(PeerId from, Message message) {
        tell(new PeerCommand.FromPeer(from, LIFE, 0, message, MessageRoute.ARTERY));
    }

    /** Hears a message that was made under the configuration with this number (E3). */
    void hear(PeerId from, int configuration, Message message) {
        tell(new PeerCommand.FromPeer(from, LIFE, configuration, message, MessageRoute.ARTERY));
    }

    public void pass(Duration time) {
        clock.advance(time, this::settle);
        settle();
    }

    /** Waits until the peer has dealt with everything before this call, if it is reading anything at all. */
    public void settle() {
        CompletableFuture<Done> reached = new CompletableFuture<>();
        peer.tell(new PeerCommand.Subscribe(anybody, new Subscriber() {
            @Override
            public void leaderless(long term) {
                reached.complete(Done.getInstance());
            }

            @Override
            public void following(PeerId leader, long term) {
                reached.complete(Done.getInstance());
            }

            @Override
            public void elected(LeadershipLease lease) {
                reached.complete(Done.getInstance());
            }

            @Override
            public void stopped() {
                reached.complete(Done.getInstance());
            }
        }));
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .atMost(10, SECONDS)
                .until(() -> reached.isDone() || (store.waiting() > 0 && readings.get() > 0));
    }

    /** Ends the actor, and waits until the peer is notified. */
    void end(TestProbe<?> whose) {
        whose.stop();
        await().ignoreExceptions()
                .atMost(10, SECONDS)
                .until(() -> !participants.members().contains(whose.getRef()));
        settle();
    }

    /** Stands, asks, and is granted by Bert; its ballot may still be under way. */
    long stand() {
        tell(new PeerCommand.Stand());
        pass(H);
        long term = last(Message.RequestPreVote.class).term();
        hear(BERT, new Message.PreVoteGranted(term));
        return term;
    }

    /** Is elected, and leads. */
    public LeadershipLease lead() {
        long term = stand();
        hear(BERT, new Message.VoteGranted(term));
        acknowledge();
        return view.sight().lease().orElseThrow();
    }

    /** Bert acknowledges the newest round. */
    public void acknowledge() {
        Message.Heartbeat beat = last(Message.Heartbeat.class);
        hear(BERT, new Message.HeartbeatAck(beat.term(), beat.sentAt(), true));
    }

    // ---- what the test sees

    public <M extends Message> M last(Class<M> kind) {
        return sent.stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .reduce((former, later) -> later)
                .orElseThrow(() -> new AssertionError("no " + kind.getSimpleName() + " among " + seen));
    }

    public Stream<String> seenOf(String... kinds) {
        return seen.stream().filter(what -> Stream.of(kinds).anyMatch(what::startsWith));
    }

    Subscriber subscriber() {
        return new Subscriber() {
            @Override
            public void following(PeerId leader, long term) {
                note("following " + leader + " " + term);
            }

            @Override
            public void leaderless(long term) {
                note("leaderless " + term);
            }

            @Override
            public void standing(long term) {
                note("standing " + term);
            }

            @Override
            public void elected(LeadershipLease lease) {
                note("elected " + lease.term());
            }

            @Override
            public void dismissed(LeadershipLease lease, Effect.Reason reason, long deadlineNanos) {
                note("dismissed " + lease.term() + " " + reason + (lease.holds() ? " held" : ""));
            }

            @Override
            public void ended(LeadershipLease lease, Effect.Reason reason, long heldUntilNanos) {
                note("ended " + lease.term() + " " + reason);
            }

            @Override
            public void stopped() {
                note("stopped");
            }
        };
    }

    /** A user of this name, which records its calls and keeps the references that it has to answer in {@code answers}. */
    LeadershipUser user(String name, ConcurrentLinkedQueue<ActorRef<Done>> answers) {
        return new LeadershipUser() {
            @Override
            public void start(LeadershipLease lease) {
                note(name + " start " + lease.term());
            }

            @Override
            public void stop(LeadershipLease lease, long deadlineNanos, ActorRef<Done> stopped) {
                answers.add(stopped);
                note(name + " stop " + lease.term());
            }
        };
    }

    @Override
    public void close() {
        kit.stop(peer);
    }

    private final class Disk implements PeerEnvironment.Ballots {
        @Override
        public CompletionStage<Ballot> settled() {
            note("read");
            readings.incrementAndGet();
            return store.ballot(ORDERS).whenComplete((ballot, failure) -> readings.decrementAndGet());
        }

        @Override
        public CompletionStage<Void> save(Ballot ballot) {
            note("save " + ballot.term());
            return store.save(ORDERS, ballot);
        }

        @Override
        public CompletionStage<RegisterEntry> register() {
            return store.register(ORDERS);
        }

        @Override
        public CompletionStage<Void> save(RegisterEntry entry) {
            note("store " + entry.version());
            return store.saveRegister(ORDERS, entry);
        }

        @Override
        public boolean hasRoomFor(int bytes) {
            return true;
        }

        @Override
        public long loyalForNanos(Ballot read, boolean firstInThisLife) {
            return read.term() == 0 ? 0 : E.toNanos();
        }

        @Override
        public Optional<Configuration> configuration() {
            return store.head().electorate().configuration();
        }

        @Override
        public boolean takesPart() {
            return configuration().isPresent();
        }
    }

    private final class Wires implements PeerEnvironment.Outgoing {
        @Override
        public void send(PeerId to, int configuration, Message message, MessageRoute way) {
            (way == MessageRoute.EXPRESS ? urgent : patient)
                    .add(message.getClass().getSimpleName());
            sent.add(message);
            labels.add(configuration);
            note("send " + message.getClass().getSimpleName() + " " + message.term() + " to " + to);
        }

        @Override
        public void leaderKnown() {
            // Nothing to warm up.
        }

        @Override
        public void holdsRegister() {
            note("holds a register");
        }

        @Override
        public void suspended(String warning) {
            // Not observed here.
        }

        @Override
        public void implausible(PeerId from, long term) {
            note("implausible " + from + " " + term);
        }

        @Override
        public void slow(Effect.Slow slow) {
            note("slow " + slow.what());
        }

        @Override
        public void broken(BrokenInvariant why) {
            note("broken");
        }

        @Override
        public void crowded(PeerId observer) {
            note("crowded " + observer);
        }

        @Override
        public void diskBehind(PeerId from) {
            note("disk behind " + from);
        }

        @Override
        public void idle(ActorRef<PeerCommand> peer) {
            note("idle");
        }

        @Override
        public void stays(ActorRef<PeerCommand> peer) {
            note("stays");
        }
    }
}
