package dev.conclave.internal.node;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Props;
import com.typesafe.config.ConfigFactory;
import dev.conclave.core.DirectoryIdentity;
import dev.conclave.core.ElectionName;
import dev.conclave.core.Incarnation;
import dev.conclave.core.PeerId;
import dev.conclave.core.Settings;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.StoredElectorate;
import dev.conclave.core.node.JournalHead;
import dev.conclave.core.node.Node;
import dev.conclave.core.peer.Effect;
import dev.conclave.core.peer.Peer;
import dev.conclave.internal.peer.LeadershipLease;
import dev.conclave.internal.peer.PeerCommand;
import dev.conclave.internal.peer.Subscriber;
import dev.conclave.internal.runtime.SystemTime;
import dev.conclave.internal.runtime.Time;
import dev.conclave.internal.telemetry.TelemetryPublisher;
import dev.conclave.internal.wire.Frame;
import dev.conclave.internal.wire.NodeMessage;
import dev.conclave.lifeline.Lifeline;
import dev.conclave.logging.AsyncLogger;
import dev.conclave.store.MemoryNodeStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/** A node in a system of its own with real time and a disk by hand. Its messages go nowhere; the test plays its peers. */
public final class NodeFixture implements AutoCloseable {

    public static final PeerId ANNA = PeerId.parse("127.0.0.1:1");
    static final PeerId BERT = PeerId.parse("127.0.0.1:2");
    static final PeerId CLEO = PeerId.parse("127.0.0.1:3");

    /** The group of the configuration under which a fixture begins. */
    static final long GROUP = 0x3f2a;

    public final ActorTestKit kit = ActorTestKit.create(
            "node", ConfigFactory.parseString("akka.loglevel = WARNING").withFallback(ConfigFactory.load()));
    final Settings settings;
    final MemoryNodeStore store;
    public final NodeEnvironment environment;
    final ActorRef<NodeMessage> node;
    final ConcurrentLinkedQueue<Frame> sent = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<String> seen = new ConcurrentLinkedQueue<>();
    private final AtomicLong turnedBack = new AtomicLong();

    /** Of Anna, under configuration 0 of these voters. */
    public NodeFixture(PeerId... voters) {
        this(new NodeEnvironment.Elections(), Duration.ofMillis(500), voters);
    }

    /** Of Anna, with a new directory: she waits for the founding (E10). */
    static NodeFixture unfounded(PeerId... voters) {
        return new NodeFixture(
                new NodeEnvironment.Elections(),
                Duration.ofMillis(500),
                Optional.empty(),
                Optional.of(new JournalHead(ANNA, identity(ANNA), StoredElectorate.EMPTY, 1)),
                voters);
    }

    /** Of Anna, with this head in her journal; these voters are in her file. */
    static NodeFixture of(JournalHead head, PeerId... voters) {
        return new NodeFixture(
                new NodeEnvironment.Elections(), Duration.ofMillis(500), Optional.empty(), Optional.of(head), voters);
    }

    /** The identity of the voter's directory in the configuration under which a fixture begins. */
    static DirectoryIdentity identity(PeerId voter) {
        return new DirectoryIdentity(voter.port());
    }

    /** Configuration 0 of these voters. */
    static Configuration founded(Settings settings) {
        return Configuration.founding(
                GROUP,
                settings.voters().stream().collect(Collectors.toMap(voter -> voter, NodeFixture::identity)),
                settings,
                0,
                settings.voters().get(0).toString());
    }

    /** Of Anna, with a lifeline of her own. */
    public NodeFixture(Lifeline lifeline, PeerId... voters) {
        this(new NodeEnvironment.Elections(), Duration.ofMillis(500), Optional.of(lifeline), Optional.empty(), voters);
    }

    /** Of Anna, with these elections, which bound the ballots of unused elections, and with this E. */
    public NodeFixture(NodeEnvironment.Elections elections, Duration electionTimeout, PeerId... voters) {
        this(elections, electionTimeout, Optional.empty(), Optional.empty(), voters);
    }

    private NodeFixture(
            NodeEnvironment.Elections elections,
            Duration electionTimeout,
            Optional<Lifeline> lifeline,
            Optional<JournalHead> head,
            PeerId... voters) {
        settings = new Settings(List.of(voters), electionTimeout.toNanos() / 10, electionTimeout.toNanos(), 0.01);
        store = MemoryNodeStore.of(head.orElseGet(() -> head(settings)));
        Time time = new Turnable(new SystemTime(kit.system()));
        environment = new NodeEnvironment(
                new Node.Self(ANNA, new Incarnation(1), settings, electionTimeout.toNanos() / 10, 0, 0, 42),
                Peer.Self.beforeFounding(ANNA, new Incarnation(1), settings, electionTimeout.toNanos() / 10),
                store,
                lifeline,
                time,
                time.nanoTime(),
                (to, frame) -> sent.add(frame),
                NodeEnvironment.WarmUp.NONE,
                elections,
                new TelemetryPublisher(),
                new NodeObservations(settings.voters()),
                AsyncLogger::of);
        node = kit.system().systemActorOf(NodeActor.create(environment), NodeActor.NAME, Props.empty());
    }

    /** Of a voter with its directory, or of an outsider without one, under configuration 0. */
    private static JournalHead head(Settings settings) {
        StoredElectorate electorate = StoredElectorate.EMPTY.storing(founded(settings));
        return settings.isVoter(ANNA)
                ? new JournalHead(ANNA, identity(ANNA), electorate, 1)
                : JournalHead.withoutDirectory(ANNA).with(electorate);
    }

    /** Real time, but the test turns its clocks back. */
    private final class Turnable implements Time {

        private final Time real;

        Turnable(Time real) {
            this.real = real;
        }

        @Override
        public long nanoTime() {
            return real.nanoTime() - turnedBack.get();
        }

        @Override
        public long wallMillis() {
            return real.wallMillis() - turnedBack.get() / 1_000_000;
        }

        @Override
        public Timer after(Duration delay, Runnable task) {
            return real.after(delay, task);
        }
    }

    /** Turns both clocks back, as no correct clock does. */
    void turnBack(Duration by) {
        turnedBack.addAndGet(by.toNanos());
    }

    /** Lets both clocks jump ahead. */
    void advance(Duration by) {
        turnedBack.addAndGet(-by.toNanos());
    }

    void tell(String election, PeerCommand command) {
        node.tell(new NodeCommand.ForPeer(new ElectionName(election), command));
    }

    /** Stands, and notes in {@link #seen} what becomes of it. */
    void stand(String election) {
        tell(election, new PeerCommand.Subscribe(kit.system().ignoreRef(), noting(election)));
        tell(election, new PeerCommand.Stand());
    }

    boolean leads(String election) {
        return lease(election).filter(LeadershipLease::holds).isPresent();
    }

    Optional<LeadershipLease> lease(String election) {
        return environment.elections().view(new ElectionName(election)).sight().lease();
    }

    void awaitLeading(String election) {
        await().atMost(20, SECONDS).until(() -> leads(election));
    }

    /** Makes the endpoint fail as a fault of its own would: it is restarted. */
    @SuppressWarnings("NullAway")
    void fail(String election) {
        tell(election, null);
    }

    private Subscriber noting(String election) {
        return new Subscriber() {
            @Override
            public void elected(LeadershipLease lease) {
                seen.add(election + " elected " + lease.term());
            }

            @Override
            public void dismissed(LeadershipLease lease, Effect.Reason reason, long deadlineNanos) {
                seen.add(election + " dismissed " + lease.term() + " " + reason + (lease.holds() ? " held" : ""));
            }

            @Override
            public void ended(LeadershipLease lease, Effect.Reason reason, long heldUntilNanos) {
                seen.add(election + " ended " + lease.term());
            }

            @Override
            public void stopped() {
                seen.add(election + " stopped");
            }
        };
    }

    /** The events of one election, in order. */
    List<String> seenOf(String election) {
        List<String> of = new ArrayList<>();
        seen.stream()
                .filter(what -> what.startsWith(election + " "))
                .map(what -> what.substring(election.length() + 1))
                .forEach(of::add);
        return of;
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
    }
}
