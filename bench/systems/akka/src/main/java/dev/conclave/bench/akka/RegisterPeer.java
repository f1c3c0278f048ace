package dev.conclave.bench.akka;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.conclave.Conclave;
import dev.conclave.Election;
import dev.conclave.ElectionEvent;
import dev.conclave.ElectorateChange;
import dev.conclave.bench.peer.Announcer;
import dev.conclave.bench.peer.Peer;
import dev.conclave.bench.peer.PeerProcess;
import dev.conclave.bench.peer.Place;
import dev.conclave.metrics.ConclaveMetrics;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * An application that embeds Conclave and uses registers: joins {@code bench.elections} elections, is a candidate in those that
 * {@code bench.stands} says, and writes, reads, or changes the electorate when its standard input says so. The first
 * {@code bench.voters} members are the founding voters.
 */
public final class RegisterPeer implements Peer {

    private static final String SYSTEM = "application";
    private static final long LONGEST_CHANGE_SECONDS = 120;

    private final ActorSystem<Void> system;
    private final Announcer announcer;
    private final List<Election> elections = new ArrayList<>();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final com.sun.management.OperatingSystemMXBean machine =
            ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);

    private RegisterPeer(ActorSystem<Void> system, Announcer announcer) {
        this.system = system;
        this.announcer = announcer;
    }

    /** Runs a node. */
    public static void main(String[] arguments) {
        // Without a configuration of its own Logback writes every line of Akka's at level DEBUG.
        System.setProperty("logback.configurationFile", "conclave-node-logback.xml");
        PeerProcess.run(arguments, RegisterPeer::start);
    }

    private static Peer start(Place place, Announcer announcer) {
        int voters = Integer.getInteger("bench.voters", 3);
        Map<String, Object> settings = new HashMap<>(Map.of(
                "akka.actor.provider", "cluster",
                "akka.loglevel", "WARNING",
                "conclave.voters", place.members().subList(0, voters),
                "conclave.data-dir", place.data().toString(),
                "conclave.heartbeat-interval", place.heartbeatMillis() + "ms",
                "conclave.election-timeout", place.electionMillis() + "ms",
                "akka.remote.artery.advanced.outbound-restart-backoff", "200ms",
                "akka.remote.artery.advanced.inject-handshake-interval", "200ms",
                "akka.remote.artery.advanced.handshake-retry-interval", "200ms"));
        // On a busy machine four JVMs that start at once need longer than Akka's five seconds.
        settings.put("akka.logger-startup-timeout", "60s");
        Config config = ConfigFactory.parseMap(settings)
                .withFallback(Nodes.config("no-such-resource.conf", SYSTEM, place))
                .withFallback(ConfigFactory.load())
                .resolve();
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), SYSTEM, config);
        RegisterPeer peer = new RegisterPeer(system, announcer);
        peer.join(place);
        return peer;
    }

    private void join(Place place) {
        Conclave conclave = Conclave.get(system);
        new ConclaveMetrics(system).bindTo(registry);
        int count = Integer.getInteger("bench.elections", 1);
        String stands = System.getProperty("bench.stands", "first");
        for (int i = 0; i < count; i++) {
            Election election = conclave.join(name(i));
            elections.add(election);
            boolean isOwn = i % Integer.getInteger("bench.voters", 3) == place.index();
            if (stands.equals("own") ? isOwn : stands.equals("first") && place.index() == 0) {
                election.stand();
            }
        }
        elections
                .get(0)
                .subscribe(system.systemActorOf(
                        Behaviors.receiveMessage((ElectionEvent event) -> {
                            say(event);
                            return Behaviors.same();
                        }),
                        "announcer",
                        DispatcherSelector.defaultDispatcher()));
    }

    /** The name of an election, the same in all processes. */
    static String name(int number) {
        return String.format("register-%05d", number);
    }

    private void say(ElectionEvent event) {
        if (event instanceof ElectionEvent.Elected) {
            announcer.leader();
        } else if (event instanceof ElectionEvent.Following following) {
            announcer.following(following.leader().toString());
        } else if (event instanceof ElectionEvent.Leaderless || event instanceof ElectionEvent.Dismissed) {
            announcer.leaderless();
        }
    }

    @Override
    public boolean leads() {
        return !led().isEmpty();
    }

    private List<Election> led() {
        return elections.stream()
                .filter(election -> election.leadership().isPresent())
                .toList();
    }

    @Override
    public void transfer() {
        elections.get(0).handOver();
    }

    @Override
    public void told(String line) throws Exception {
        String[] words = line.split(" ", 6);
        switch (words[0]) {
            case "state" -> announcer.say("\"event\":\"state\"," + state());
            case "collect" -> {
                System.gc();
                announcer.say("\"event\":\"state\"," + state());
            }
            // open <start> <nanoseconds between calls> <count> <bytes>
            case "open" -> {
                RegisterLoad load = new RegisterLoad();
                long start = Long.parseLong(words[1]);
                load.open(
                        led(), start, Long.parseLong(words[2]), Integer.parseInt(words[3]), Integer.parseInt(words[4]));
                announcer.say("\"event\":\"loaded\"," + load.fields(start));
            }
            // closed <start> <until> <count> <bytes>
            case "closed" -> {
                RegisterLoad load = new RegisterLoad();
                long start = Long.parseLong(words[1]);
                load.closed(
                        led(), start, Long.parseLong(words[2]), Integer.parseInt(words[3]), Integer.parseInt(words[4]));
                announcer.say("\"event\":\"loaded\"," + load.fields(start));
            }
            // read <count>
            case "read" -> {
                RegisterLoad load = new RegisterLoad();
                long start = System.nanoTime();
                load.read(elections.get(0), Integer.parseInt(words[1]));
                announcer.say("\"event\":\"loaded\"," + load.fields(start));
            }
            case "change" -> change(line.substring("change ".length()));
            default -> throw new IllegalArgumentException("not understood: " + line);
        }
    }

    private void change(String change) {
        long from = System.nanoTime();
        String failure = "";
        try {
            Conclave.get(system)
                    .electorate()
                    .change(ElectorateChange.parse(change))
                    .toCompletableFuture()
                    .get(LONGEST_CHANGE_SECONDS, TimeUnit.SECONDS);
        } catch (Exception refused) {
            failure = String.valueOf(refused.getMessage()).replaceAll("[^ -~]|[\"\\\\]", " ");
        }
        announcer.say(
                "\"event\":\"changed\",\"took\":" + (System.nanoTime() - from) + ",\"failure\":\"" + failure + "\"");
    }

    private String state() {
        Timer force = registry.find("conclave.journal.force").timer();
        var view = Conclave.get(system).electorate().view();
        return "\"led\":" + led().size()
                + ",\"known\":"
                + elections.stream().filter(RegisterPeer::isLed).count()
                + ",\"takesPart\":" + takesPart()
                + ",\"number\":" + view.number()
                + ",\"obeyed\":" + view.obeyed()
                + ",\"forces\":" + (force == null ? 0 : force.count())
                + ",\"forceMillis\":" + (force == null ? 0 : force.totalTime(TimeUnit.MILLISECONDS))
                + ",\"cpuNanos\":" + machine.getProcessCpuTime()
                + ",\"heapBytes\":"
                + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static boolean isLed(Election election) {
        return election.status().leader().isPresent();
    }

    private static boolean takesPart() {
        try {
            return (Boolean) ManagementFactory.getPlatformMBeanServer()
                    .getAttribute(new ObjectName("dev.conclave:type=Conclave"), "TakesPart");
        } catch (JMException notYet) {
            return false;
        }
    }

    @Override
    public void leave() throws Exception {
        Conclave.get(system).leave().toCompletableFuture().get(30, TimeUnit.SECONDS);
        system.terminate();
    }
}
