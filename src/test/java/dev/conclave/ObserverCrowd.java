package dev.conclave;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * One process of {@link ManyObserversIT}: a voter that is a candidate, and observers, each an actor system of its own with few threads.
 * Prints a line each second, {@code crowd leader term observers-that-agree leader-changes times-leaderless cpu-nanos heap-bytes};
 * hands over on the line {@code hand-over}, and ends with its standard input.
 *
 * <p>Arguments: the voters, separated by commas; the place of its own voter among them; its data directory; the number of
 * observers.
 */
final class ObserverCrowd {

    private static final String ELECTION = "soak";

    private final List<Election> observing = new ArrayList<>();
    private final AtomicLong changes = new AtomicLong();
    private final AtomicLong leaderless = new AtomicLong();
    private final Election voting;

    private ObserverCrowd(List<String> voters, int place, String directory, int observers) {
        voting = start(voters, place, directory);
        voting.stand();
        for (int i = 0; i < observers; i++) {
            observing.add(start(voters, -1, directory));
            // One after the other, since three hundred at once would wait for each other's class loading and
            // handshakes.
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
    }

    public static void main(String[] arguments) throws IOException {
        // The threads of the actor systems that have started would keep a process that failed to start the others.
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            failure.printStackTrace();
            Runtime.getRuntime().halt(1);
        });
        ObserverCrowd crowd = new ObserverCrowd(
                List.of(arguments[0].split(",", -1)),
                Integer.parseInt(arguments[1]),
                arguments[2],
                Integer.parseInt(arguments[3]));
        Thread reporter = new Thread(crowd::report, "reporter");
        reporter.setDaemon(true);
        reporter.start();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.equals("hand-over") && crowd.voting.leadership().isPresent()) {
                crowd.voting.handOver();
            }
        }
        Runtime.getRuntime().halt(0);
    }

    private Election start(List<String> voters, int place, String directory) {
        boolean votes = place >= 0;
        String own = votes ? voters.get(place) : "127.0.0.1:0";
        Config config = ConfigFactory.parseString("""
                        akka.actor.provider = remote
                        akka.loglevel = WARNING
                        akka.logger-startup-timeout = 2m
                        akka.jvm-shutdown-hooks = off
                        akka.coordinated-shutdown.run-by-jvm-shutdown-hook = off
                        # Each of the hundred systems of this process wakes up for each tick, and for each message that moves
                        # from one of its threads to another: on two processors that alone is too much.
                        akka.scheduler.tick-duration = 200ms
                        akka.actor.default-dispatcher {
                          executor = thread-pool-executor, thread-pool-executor.fixed-pool-size = 1
                        }
                        akka.actor.internal-dispatcher = akka.actor.default-dispatcher
                        akka.remote.use-dispatcher = akka.actor.default-dispatcher
                        akka.remote.artery.advanced.use-dispatcher = akka.actor.default-dispatcher
                        akka.actor.default-blocking-io-dispatcher.thread-pool-executor.fixed-pool-size = 1
                        akka.remote.artery.advanced { outbound-max-restarts = 10000, buffer-pool-size = 8 }
                        akka.remote.artery.bind-timeout = 2m
                        # Three hundred nodes have two processors here: at the default E of a second leases end for want of one.
                        conclave { heartbeat-interval = 1s, election-timeout = 5s, warm-up = off, jmx.enabled = off }
                        """)
                .withFallback(ConfigFactory.parseString("akka.remote.artery.canonical { hostname = 127.0.0.1, port = "
                        + own.substring(own.indexOf(':') + 1) + " }\nconclave.voters = ["
                        + voters.stream().map(voter -> '"' + voter + '"').collect(Collectors.joining(", ")) + "]\n"
                        + (votes ? "conclave.data-dir = \"" + directory + "\"\n" : "")))
                .withFallback(ConfigFactory.load());
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "crowd", config);
        Election election = Conclave.get(system).join(ELECTION);
        if (!votes) {
            ActorRef<ElectionEvent> ear = system.systemActorOf(
                    Behaviors.receiveMessage((ElectionEvent event) -> {
                        hear(event);
                        return Behaviors.same();
                    }),
                    "ear",
                    akka.actor.typed.Props.empty());
            election.subscribe(ear);
        }
        return election;
    }

    private void hear(ElectionEvent event) {
        if (event instanceof ElectionEvent.Following) {
            changes.incrementAndGet();
        } else if (event instanceof ElectionEvent.Leaderless) {
            leaderless.incrementAndGet();
        }
    }

    private void report() {
        while (true) {
            ElectionStatus known = voting.status();
            String leader = known.leader().map(Object::toString).orElse("-");
            long agree = observing.stream()
                    .map(Election::status)
                    .filter(seen -> seen.leader().equals(known.leader()) && seen.term() == known.term())
                    .count();
            Runtime heap = Runtime.getRuntime();
            System.out.println(
                    "crowd " + leader + " " + known.term() + " " + agree + " " + changes + " " + leaderless + " "
                            + ProcessHandle.current()
                                    .info()
                                    .totalCpuDuration()
                                    .orElse(Duration.ZERO)
                                    .toNanos()
                            + " " + (heap.totalMemory() - heap.freeMemory()));
            LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
        }
    }
}
