package dev.conclave.cluster.orders;

import dev.conclave.cluster.machine.Namespaces;
import dev.conclave.core.PeerId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code examples/orders} with its database and five nodes, three of them voters, each in a network namespace of its own. The machine's
 * own network, where the customers and this test are, reaches all of them always.
 */
final class OrdersCluster implements AutoCloseable {

    private static final Path JAR = Path.of("examples", "orders", "target", "orders.jar");
    private static final int NODES = 5;
    private static final int VOTERS = 3;
    private static final int DATABASE_PORT = 9092;
    private static final int HTTP_PORT = 8080;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** Conclave's line when the instance of an {@code ElectedSingleton} starts. */
    private static final Pattern DISPATCHER_STARTED =
            Pattern.compile("dispatcher: the singleton runs on this node, term (\\d+)");

    private static final Pattern DATABASE_READY = Pattern.compile("database ready");

    private final Path directory;
    private final Namespaces network;
    private final PeerId database;
    private final String databaseUrl;
    private final List<OrdersNode> nodes = new ArrayList<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "supervisor");
        thread.setDaemon(true);
        return thread;
    });
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();
    private final SupervisedProcess databaseProcess;

    /** One node: its address and its process. */
    record OrdersNode(PeerId id, SupervisedProcess process) {
        URI http() {
            return URI.create("http://" + id.host() + ":" + HTTP_PORT);
        }

        @Override
        public String toString() {
            return process.toString();
        }
    }

    OrdersCluster(Path directory, Duration longestPauseBeforeRestart, Random random) {
        if (!Files.isReadable(JAR)) {
            throw new AssertionError(JAR + " is missing; mvn -Psoak verify builds it");
        }
        this.directory = directory;
        this.network = Namespaces.of(NODES + 1);
        try {
            network.connectHost();
        } catch (AssertionError failed) {
            network.close();
            throw failed;
        }
        this.database = network.peers().get(NODES);
        this.databaseUrl = "jdbc:h2:tcp://" + database.host() + ":" + DATABASE_PORT + "/orders";
        this.databaseProcess = new SupervisedProcess(
                "database",
                command(
                        database,
                        List.of(),
                        List.of("database", "--dir", directory.resolve("database") + ""),
                        DATABASE_PORT),
                directory.resolve("database.log"),
                () -> Duration.ofSeconds(1),
                timer);
        List<PeerId> peers = network.peers().subList(0, NODES);
        String voters = String.join(
                ",", peers.subList(0, VOTERS).stream().map(PeerId::toString).toList());
        for (PeerId peer : peers) {
            String name = "node-" + (peers.indexOf(peer) + 1);
            List<String> arguments = List.of(
                    "node",
                    "--http-port",
                    String.valueOf(HTTP_PORT),
                    "--voters",
                    voters,
                    "--data-dir",
                    directory.resolve(name).toString(),
                    "--jdbc-url",
                    databaseUrl);
            nodes.add(new OrdersNode(
                    peer,
                    new SupervisedProcess(
                            name,
                            command(peer, akkaDefaults(), arguments, peer.port()),
                            directory.resolve(name + ".log"),
                            () -> Duration.ofMillis(
                                    (long) (random.nextDouble() * longestPauseBeforeRestart.toMillis())),
                            timer)));
        }
    }

    /** The settings of Akka that the service shortens, as they are by default: every reconnection takes its longest. */
    private static List<String> akkaDefaults() {
        return List.of(
                "-Dakka.remote.artery.bind-timeout=3s",
                "-Dakka.remote.artery.advanced.outbound-restart-backoff=1s",
                "-Dakka.remote.artery.advanced.inject-handshake-interval=1s",
                "-Dakka.remote.artery.advanced.handshake-retry-interval=1s");
    }

    private List<String> command(PeerId peer, List<String> jvmOptions, List<String> arguments, int port) {
        List<String> command = new ArrayList<>(network.startedThrough(peer));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        command.addAll(jvmOptions);
        command.addAll(List.of("-jar", JAR.toAbsolutePath().toString()));
        command.addAll(arguments);
        command.addAll(List.of("--host", peer.host(), "--port", String.valueOf(port)));
        return command;
    }

    List<OrdersNode> nodes() {
        return List.copyOf(nodes);
    }

    List<URI> addresses() {
        return nodes.stream().map(OrdersNode::http).toList();
    }

    void startDatabase() {
        databaseProcess.start();
        until(
                "the database accepts connections",
                () -> !matches(databaseProcess.log(), DATABASE_READY).isEmpty());
    }

    /** Starts the nodes in the background, one after the other in a random order. */
    void startNodes(Duration apart, Random random) {
        List<OrdersNode> order = new ArrayList<>(nodes);
        Collections.shuffle(order, random);
        for (int i = 0; i < order.size(); i++) {
            SupervisedProcess process = order.get(i).process();
            var unused = timer.schedule(process::start, i * apart.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(databaseUrl);
    }

    // ---- the network

    /** Messages of the first group no longer reach the second group. */
    void cut(List<OrdersNode> from, List<OrdersNode> to) {
        for (OrdersNode sender : from) {
            for (OrdersNode receiver : to) {
                network.cut(sender.id(), receiver.id());
            }
        }
    }

    /** Cuts the nodes from the database, in both directions. */
    void cutFromDatabase(List<OrdersNode> group) {
        for (OrdersNode node : group) {
            network.cut(node.id(), database);
            network.cut(database, node.id());
        }
    }

    void mend() {
        network.mendAll();
    }

    // ---- what is known about the nodes

    boolean isReady(OrdersNode node) {
        try {
            return http.send(
                                    HttpRequest.newBuilder(node.http().resolve("/ready"))
                                            .timeout(Duration.ofSeconds(2))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notThere) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    void awaitOneReady() {
        until("a node is ready", () -> nodes.stream().anyMatch(this::isReady));
    }

    void awaitAllReady() {
        until("all nodes are ready", () -> nodes.stream().allMatch(this::isReady));
    }

    /** The node on which the newest dispatcher started. */
    Optional<OrdersNode> dispatcher() {
        long newest = 0;
        Optional<OrdersNode> found = Optional.empty();
        for (OrdersNode node : nodes) {
            long token = newestTokenOf(node);
            if (token > newest) {
                newest = token;
                found = Optional.of(node);
            }
        }
        return found;
    }

    private static long newestTokenOf(OrdersNode node) {
        return matches(node.process().log(), DISPATCHER_STARTED).stream()
                .mapToLong(match -> Long.parseLong(match.group(1)))
                .max()
                .orElse(0);
    }

    /** The lines of all nodes that match. */
    long countInLogs(Pattern pattern) {
        return nodes.stream()
                .mapToLong(node -> matches(node.process().log(), pattern).size())
                .sum();
    }

    private static List<Matcher> matches(Path log, Pattern pattern) {
        List<Matcher> found = new ArrayList<>();
        if (!Files.exists(log)) {
            return found;
        }
        try (BufferedReader lines = Files.newBufferedReader(log, StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher matcher = pattern.matcher(line);
                if (matcher.find()) {
                    found.add(matcher);
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits, and fails with the names of the nodes that are ready. */
    void until(String what, BooleanSupplier condition) {
        if (!waitFor(condition)) {
            throw new AssertionError("waited " + PATIENCE.toSeconds() + " s in vain until " + what + "; ready: "
                    + nodes.stream().filter(this::isReady).toList() + "; logs are in " + directory);
        }
    }

    /** Waits; false if the condition has not become true in time. */
    boolean waitFor(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            LockSupport.parkNanos(200_000_000);
        }
        return true;
    }

    /** Lets time pass: the faults need some. */
    static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    @Override
    public void close() {
        nodes.forEach(node -> node.process().close());
        databaseProcess.close();
        timer.shutdownNow();
        network.close();
    }
}
