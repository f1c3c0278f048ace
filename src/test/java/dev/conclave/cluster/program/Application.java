package dev.conclave.cluster.program;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.conclave.Conclave;
import dev.conclave.Election;
import dev.conclave.ElectionEvent;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.judge.Event;
import dev.conclave.judge.EventLine;
import dev.conclave.metrics.ConclaveMetrics;
import dev.conclave.singleton.ElectedSingleton;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.LoggerFactory;

/**
 * A program that embeds Conclave, as a process of its own: it is a candidate in an election, prints its events as the
 * packaged node does, and while it leads writes with its token to a {@link Register} or runs an elected singleton. On
 * command it floods the others with messages, or allocates garbage.
 */
public final class Application {

    /** The system property with the port of the register; without it the peer writes to none. */
    public static final String REGISTER_PORT = "cluster.register-port";

    /**
     * The system property for how far this process's monotonic clock is ahead of the machine's; its events are written in
     * the machine's time.
     */
    public static final String CLOCK_AHEAD_SECONDS = "cluster.clock-ahead-seconds";

    /**
     * The system property that names the file of {@link InstanceFile}: the peer runs an elected singleton that writes to
     * it. Without the property the peer is a mere candidate.
     */
    public static final String INSTANCES_FILE = "cluster.instances-file";

    /**
     * The system property that names the directory in which the peer notes its uses of the register of its election, see {@link
     * dev.conclave.cluster.history.RegisterHistory}. Without it the election has no register.
     */
    public static final String REGISTER_HISTORY = "cluster.register-history";

    /** The system property for how many further elections the peer is a candidate in; their events are printed too. */
    public static final String FURTHER_ELECTIONS = "cluster.further-elections";

    private static final long CLOCK_AHEAD_NANOS = TimeUnit.SECONDS.toNanos(Long.getLong(CLOCK_AHEAD_SECONDS, 0));

    private static final PrintStream OUT =
            new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    private static final ElectionName ELECTION = new ElectionName("default");

    private final PeerId self;
    private final List<PeerId> voters;
    /** Whether the data directory holds ballots of a former life. */
    private final boolean remembers;

    private final ActorSystem<Void> system;
    private final Election election;
    private final List<Thread> busy = new CopyOnWriteArrayList<>();

    private Application(PeerId self, Config config) {
        this.self = self;
        this.voters = config.getStringList("conclave.voters").stream()
                .map(PeerId::parse)
                .toList();
        // Asked before the system starts, which writes a journal.
        this.remembers = Files.exists(Path.of(config.getString("conclave.data-dir"), "journal"));
        this.system = ActorSystem.create(
                Behaviors.setup(context -> {
                    context.spawn(Behaviors.<String>ignore(), "sink");
                    return Behaviors.empty();
                }),
                "conclave",
                config);
        this.election = Conclave.get(system).join(ELECTION.value());
    }

    /** All settings are system properties. */
    public static void main(String[] args) throws IOException, InterruptedException {
        System.setOut(System.err);
        Config config =
                ConfigFactory.load(ConfigFactory.defaultOverrides().withFallback(ConfigFactory.parseString("""
                    akka.loglevel = WARNING
                    akka.loggers = ["akka.event.slf4j.Slf4jLogger"]
                    akka.stdout-loglevel = OFF
                    akka.log-dead-letters = off
                    akka.actor.provider = remote
                    akka.remote.artery.bind-timeout = 60s
                    akka.remote.artery.advanced.outbound-restart-backoff = 200ms
                    akka.remote.artery.advanced.inject-handshake-interval = 200ms
                    akka.remote.artery.advanced.handshake-retry-interval = 200ms
                    """)));
        PeerId self = new PeerId(
                config.getString("akka.remote.artery.canonical.hostname"),
                config.getInt("akka.remote.artery.canonical.port"));
        start(self, config).run(Integer.getInteger(REGISTER_PORT, 0));
    }

    /** Akka gives up on a machine that is too busy, and leaves threads behind that would keep this process for ever. */
    private static Application start(PeerId self, Config config) {
        try {
            return new Application(self, config);
        } catch (RuntimeException e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
            throw e;
        }
    }

    private void run(int registerPort) throws IOException, InterruptedException {
        election.subscribe(system.systemActorOf(watcher(ELECTION), "watcher", Props.empty()));
        for (int i = 0; i < Integer.getInteger(FURTHER_ELECTIONS, 0); i++) {
            standIn(new ElectionName("further-" + i));
        }
        String instances = System.getProperty(INSTANCES_FILE);
        if (instances == null) {
            election.stand();
        } else {
            ElectedSingleton.get(system).init(new InstanceFile(Path.of(instances)).actor(ELECTION.value(), self));
        }
        if (registerPort != 0) {
            Thread writer = new Thread(new RegisterWriter(registerPort, self, election), "register-writer");
            writer.setDaemon(true);
            writer.start();
        }
        String histories = System.getProperty(REGISTER_HISTORY);
        if (histories != null) {
            Thread user = new Thread(new RegisterUser(Path.of(histories), self, election, system), "register-user");
            user.setDaemon(true);
            user.start();
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::leave));
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                obey(line);
            }
        }
        Runtime.getRuntime().halt(0);
    }

    private void standIn(ElectionName name) {
        Election further = Conclave.get(system).join(name.value());
        further.subscribe(system.systemActorOf(watcher(name), "watcher-" + name.value(), Props.empty()));
        further.stand();
    }

    private void leave() {
        system.terminate();
        LockSupport.parkNanos(1);
        while (!system.whenTerminated().isCompleted()) {
            LockSupport.parkNanos(1_000_000);
        }
        write(new Event.Stopped(now(), self, ELECTION, election.status().term()));
    }

    private void obey(String line) {
        String[] words = line.strip().split(" ", -1);
        switch (words[0]) {
            case "hand-over" -> {
                var unused = election.handOver().exceptionally(refused -> null);
            }
            case "flood" -> startFlood(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
            case "garbage" -> busy.addAll(GarbageAllocator.keeping(Integer.parseInt(words[1])));
            case "rounds" -> countRounds(words[1], Integer.parseInt(words[2]));
            case "log" -> writeLine(Path.of(words[1]));
            case "calm" -> {
                busy.forEach(Thread::interrupt);
                busy.clear();
            }
            default -> throw new IllegalArgumentException(line);
        }
    }

    /** Writes a line to the log; a file shows that the write has begun, and that it is done. */
    private static void writeLine(Path report) {
        Thread writer = new Thread(
                () -> {
                    try {
                        Files.writeString(report, "begun\n");
                        LoggerFactory.getLogger(Application.class).warn("a line of the application's");
                        Files.writeString(report, "written\n");
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                "log");
        writer.setDaemon(true);
        writer.start();
    }

    /** Writes to stderr when every other voter has acknowledged so many more rounds of heartbeats, of any leadership. */
    private void countRounds(String label, int rounds) {
        MeterRegistry meters = new SimpleMeterRegistry();
        new ConclaveMetrics(system).bindTo(meters);
        Thread counter = new Thread(
                () -> {
                    while (!acknowledged(meters, rounds)) {
                        LockSupport.parkNanos(20_000_000);
                    }
                    System.err.println(rounds(label));
                },
                "rounds");
        counter.setDaemon(true);
        counter.start();
    }

    private boolean acknowledged(MeterRegistry meters, int rounds) {
        return meters.find("conclave.heartbeat.roundtrip").timers().stream()
                        .filter(timer -> timer.count() >= rounds)
                        .count()
                == voters.size() - 1;
    }

    /** The line that {@link #countRounds} prints. */
    public static String rounds(String label) {
        return "rounds " + label + " acknowledged by all";
    }

    /** Sends each other peer that many messages a second, of that many bytes. */
    private void startFlood(int bytes, int perSecond) {
        ActorRefResolver resolver = ActorRefResolver.get(system);
        List<ActorRef<String>> sinks = voters.stream()
                .filter(voter -> !voter.equals(self))
                .map(voter -> resolver.<String>resolveActorRef("akka://conclave@" + voter + "/user/sink"))
                .toList();
        String message = "x".repeat(bytes);
        Thread flood = new Thread(
                () -> {
                    long begun = System.nanoTime();
                    for (long sent = 0; !Thread.currentThread().isInterrupted(); sent++) {
                        sinks.forEach(sink -> sink.tell(message));
                        LockSupport.parkNanos(begun + sent * 1_000_000_000L / perSecond - System.nanoTime());
                    }
                },
                "flood");
        flood.setDaemon(true);
        flood.start();
        busy.add(flood);
    }

    private Behavior<ElectionEvent> watcher(ElectionName name) {
        return Behaviors.setup(context -> {
            AtomicBoolean begun = new AtomicBoolean();
            return Behaviors.receiveMessage(event -> {
                if (!begun.getAndSet(true)) {
                    write(new Event.Started(now(), self, name, event.term(), remembers));
                }
                write(name, event);
                return Behaviors.same();
            });
        });
    }

    private void write(ElectionName name, ElectionEvent event) {
        long now = now();
        if (event instanceof ElectionEvent.Following following) {
            write(new Event.Following(now, self, name, following.term(), following.leader()));
        } else if (event instanceof ElectionEvent.Leaderless) {
            write(new Event.Leaderless(now, self, name, event.term()));
        } else if (event instanceof ElectionEvent.Standing) {
            write(new Event.Standing(now, self, name, event.term()));
        } else if (event instanceof ElectionEvent.Elected elected) {
            write(new Event.Elected(now, self, name, event.term(), elected.leaseUntilNanos() - CLOCK_AHEAD_NANOS));
        } else if (event instanceof ElectionEvent.Ended ended) {
            String reason = ended.reason().name().toLowerCase(Locale.ROOT);
            write(new Event.Dismissed(
                    now, self, name, event.term(), reason, ended.heldUntilNanos() - CLOCK_AHEAD_NANOS));
        }
    }

    private static long now() {
        return System.nanoTime() - CLOCK_AHEAD_NANOS;
    }

    private static synchronized void write(Event.InElection event) {
        OUT.print(EventLine.write(event, Instant.now()) + "\n");
        OUT.flush();
    }
}
