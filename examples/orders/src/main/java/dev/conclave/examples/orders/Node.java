package dev.conclave.examples.orders;

import akka.actor.Address;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.zaxxer.hikari.HikariDataSource;
import dev.conclave.Conclave;
import dev.conclave.core.PeerId;
import dev.conclave.metrics.ConclaveMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** One node of the service: wires the parts, and ends them in order. */
@Command(name = "node", description = "Runs one node, until SIGTERM.")
final class Node implements Callable<Integer> {

    private static final int WORKERS = 4;

    @Option(names = "--host", required = true, description = "The address at which the other nodes reach this one.")
    private String host = "";

    @Option(names = "--port", required = true, description = "Its port for the other nodes.")
    private int port;

    @Option(names = "--http-port", required = true, description = "Its port for clients.")
    private int httpPort;

    @Option(
            names = "--voters",
            required = true,
            split = ",",
            description = "All voters as host:port, the same on every node.")
    private List<String> voters = List.of();

    private List<PeerId> peers = List.of();

    @Option(names = "--data-dir", description = "A voter's own directory for its votes; other nodes need none.")
    private Path dataDir;

    @Option(names = "--jdbc-url", required = true, description = "The database: jdbc:h2:... or jdbc:postgresql:...")
    private String jdbcUrl = "";

    @Option(names = "--work-ms", defaultValue = "20", description = "How long the work of an order takes (default 20).")
    private int workMillis;

    @Option(names = "--until-stdin-ends", hidden = true, description = "Ends with the process that writes to stdin.")
    private boolean untilStdinEnds;

    private InetSocketAddress http = InetSocketAddress.createUnresolved("", 0);

    @Spec
    private CommandSpec commandLine = CommandSpec.create();

    @Override
    public Integer call() throws IOException, SQLException, InterruptedException {
        Config config = config();
        HikariDataSource connections =
                Database.connect(jdbcUrl, config.getInt("orders.jdbc-dispatcher.thread-pool-executor.fixed-pool-size"));
        Database database = new Database(connections);
        database.createTables();

        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        ActorSystem<Void> system = ActorSystem.create(guardian(database, meters), "orders", config);
        new ConclaveMetrics(system).bindTo(meters);
        HttpApi.start(system, meters, http);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(system), "end"));
        if (untilStdinEnds) {
            endWithStdin();
        }
        new CountDownLatch(1).await(); // the process ends in end(), or by akka.coordinated-shutdown.exit-jvm
        return 0;
    }

    private Config config() {
        PeerId self;
        try {
            peers = voters.stream().map(PeerId::parse).toList();
            self = new PeerId(host, port);
            http = new InetSocketAddress(host, httpPort);
        } catch (IllegalArgumentException notAnAddress) {
            throw new ParameterException(commandLine.commandLine(), notAnAddress.getMessage());
        }
        if (dataDir == null && peers.contains(self)) {
            throw new ParameterException(commandLine.commandLine(), "--data-dir is missing, and this node is a voter");
        }
        if (workMillis < 0) {
            throw new ParameterException(commandLine.commandLine(), "--work-ms is negative");
        }
        return ConfigFactory.parseMap(Map.of(
                        "akka.remote.artery.canonical.hostname", host,
                        "akka.remote.artery.canonical.port", port,
                        "conclave.voters", voters,
                        "conclave.data-dir", dataDir == null ? "" : dataDir.toString()))
                .withFallback(ConfigFactory.load());
    }

    private Behavior<Void> guardian(Database database, PrometheusMeterRegistry meters) {
        return Behaviors.setup(context -> {
            Order.init(context.getSystem(), database);
            Dispatcher.init(context.getSystem(), database);
            for (int i = 1; i <= WORKERS; i++) {
                context.spawn(
                        Worker.create(database, Duration.ofMillis(workMillis), meters),
                        "worker-" + i,
                        DispatcherSelector.fromConfig("orders.jdbc-dispatcher"));
            }
            context.spawn(ClusterFormation.create(addresses()), "cluster-formation");
            return Behaviors.empty();
        });
    }

    private List<Address> addresses() {
        return peers.stream()
                .map(voter -> new Address("akka", "orders", voter.host(), voter.port()))
                .toList();
    }

    /** On SIGTERM the next leader leads before this node does anything else; then Akka's own shutdown leaves the cluster. */
    private static void end(ActorSystem<?> system) {
        CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
        if (shutdown.getShutdownReason().isPresent()) {
            return; // the node was downed, and ends this process with another code
        }
        try {
            Conclave.get(system).leave().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception noMajority) {
            system.log().warn("no node has taken over: {}", noMajority.toString());
        }
        shutdown.runAll(CoordinatedShutdown.jvmExitReason())
                .toCompletableFuture()
                .join();
        Runtime.getRuntime().halt(0); // the JVM itself would exit with 143
    }

    private static void endWithStdin() {
        Thread watch = new Thread(() -> {
            try {
                while (System.in.read() >= 0) {}
            } catch (IOException ended) {
                // As at its end.
            }
            System.exit(0);
        });
        watch.setDaemon(true);
        watch.start();
    }
}
