package dev.conclave.bench.many;

import akka.actor.DeadLetter;
import akka.actor.Dropped;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.eventstream.EventStream;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import dev.conclave.Conclave;
import dev.conclave.Election;
import dev.conclave.ElectionEvent;
import dev.conclave.metrics.ConclaveMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * One peer: joins all elections and stands in each before the node takes part, and prints a {@link Sample} at every instant of
 * the grid. Ends with its standard input; before that, each line on it makes the peer collect its garbage and print what is left.
 */
public final class ManyPeer {

    private static final String SYSTEM = "many";

    private final Tally tally = new Tally();
    private final AtomicLong letters = new AtomicLong();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<Counter> dropped = new ArrayList<>();
    private final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    private final com.sun.management.OperatingSystemMXBean machine =
            ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);

    private ManyPeer() {}

    /** Runs a peer: {@code port, voters separated by commas, elections, data directory, E in milliseconds}. */
    public static void main(String[] arguments) throws IOException {
        new ManyPeer()
                .run(
                        Integer.parseInt(arguments[0]),
                        List.of(arguments[1].split(",")),
                        Integer.parseInt(arguments[2]),
                        arguments[3],
                        Integer.parseInt(arguments[4]));
    }

    private void run(int port, List<String> voters, int elections, String data, int electionMillis) throws IOException {
        ActorSystem<Void> system =
                ActorSystem.create(Behaviors.empty(), SYSTEM, config(port, voters, data, electionMillis));
        new ConclaveMetrics(system).bindTo(registry);
        // Looked up once: a look through all meters for each sample takes its processor time from the elections.
        dropped.addAll(registry.find("conclave.dropped").counters());
        ActorRef<Object> lost = system.systemActorOf(
                Behaviors.receiveMessage(letter -> {
                    letters.incrementAndGet();
                    return Behaviors.same();
                }),
                "lost",
                Props.empty());
        system.eventStream().tell(new EventStream.Subscribe<>(DeadLetter.class, lost.narrow()));
        system.eventStream().tell(new EventStream.Subscribe<>(Dropped.class, lost.narrow()));
        ActorRef<ElectionEvent> listener = system.systemActorOf(
                Behaviors.receiveMessage(event -> {
                    tally.note(event);
                    return Behaviors.same();
                }),
                "listener",
                Props.empty());
        Conclave conclave = Conclave.get(system);
        for (int i = 0; i < elections; i++) {
            Election election = conclave.join("election-" + i);
            election.subscribe(listener);
            election.stand();
        }
        System.out.println("asked");
        sampleForEver();
        obey();
    }

    private static Config config(int port, List<String> voters, String data, int electionMillis) {
        return ConfigFactory.empty()
                .withValue("akka.remote.artery.canonical.port", ConfigValueFactory.fromAnyRef(port))
                .withValue("conclave.voters", ConfigValueFactory.fromIterable(voters))
                .withValue("conclave.data-dir", ConfigValueFactory.fromAnyRef(data))
                .withValue("conclave.election-timeout", ConfigValueFactory.fromAnyRef(electionMillis + "ms"))
                .withValue("conclave.heartbeat-interval", ConfigValueFactory.fromAnyRef(electionMillis / 5 + "ms"))
                .withFallback(ConfigFactory.parseResources("bench-many.conf"))
                .withFallback(ConfigFactory.load());
    }

    private void sampleForEver() {
        ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "bench-sampler");
            thread.setDaemon(true);
            return thread;
        });
        long toNext = Sample.GRID_NANOS - Math.floorMod(System.nanoTime(), Sample.GRID_NANOS);
        sampler.scheduleAtFixedRate(
                () -> System.out.println(sample().line()), toNext, Sample.GRID_NANOS, TimeUnit.NANOSECONDS);
    }

    private Sample sample() {
        long frames = (long) dropped.stream().mapToDouble(Counter::count).sum();
        return new Sample(
                System.nanoTime() / Sample.GRID_NANOS,
                takesPart() ? 1 : 0,
                tally.leads.get(),
                tally.knows.get(),
                tally.standings.get(),
                tally.elected.get(),
                tally.ended.get(),
                frames + letters.get(),
                megabytes(),
                machine.getProcessCpuTime() / 1_000_000);
    }

    private long megabytes() {
        return memory.getHeapMemoryUsage().getUsed() >> 20;
    }

    private boolean takesPart() {
        try {
            return (Boolean) beans.getAttribute(new ObjectName("dev.conclave:type=Conclave"), "TakesPart");
        } catch (JMException notYet) {
            return false;
        }
    }

    private void obey() throws IOException {
        for (int read = System.in.read(); read >= 0; read = System.in.read()) {
            System.gc();
            System.out.println("live " + megabytes());
        }
        Runtime.getRuntime().halt(0);
    }
}
