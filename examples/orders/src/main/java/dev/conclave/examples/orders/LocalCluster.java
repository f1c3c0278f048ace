package dev.conclave.examples.orders;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Three nodes on this machine, to look at and to kill. It starts each again that has ended, as systemd or a container platform would,
 * places orders all the time, and counts in the database what has become of them.
 */
@Command(name = "cluster", description = "Runs three nodes on this machine, and places orders.")
final class LocalCluster implements Callable<Integer> {

    private static final int NODES = 3;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

    @Option(names = "--jdbc-url", description = "Another database than the H2 server that this command starts.")
    private String jdbcUrl = "";

    @Option(names = "--dir", defaultValue = "orders-data", description = "Votes, logs, H2's files (${DEFAULT-VALUE}).")
    private Path directory;

    @Option(names = "--port", defaultValue = "7550", description = "The first of eight free ports (${DEFAULT-VALUE}).")
    private int port;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    private final AtomicLong placed = new AtomicLong();
    private final Queue<String> uncertain = new ConcurrentLinkedQueue<>();
    private final List<Process> nodes = new ArrayList<>();
    private boolean ending;

    @Override
    public Integer call() throws IOException, SQLException, InterruptedException {
        Files.createDirectories(directory);
        if (jdbcUrl.isEmpty()) {
            jdbcUrl = DatabaseServer.start("127.0.0.1", port, directory);
        }
        for (int node = 1; node <= NODES; node++) {
            nodes.add(start(node));
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "end"));
        say("http://127.0.0.1:" + httpPort(1) + " to " + httpPort(NODES) + ", logs in " + directory);
        say("kill a node to see what happens: kill -9 <pid>; Ctrl-C ends everything");

        daemon("orders", this::placeOrders);
        daemon("supervisor", this::startAgain);
        while (true) {
            Thread.sleep(5_000);
            report();
        }
    }

    private Process start(int node) throws IOException {
        String voters = String.join(
                ",", IntStream.rangeClosed(1, NODES).mapToObj(this::address).toList());
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process process = new ProcessBuilder(
                        java.toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC", // three JVMs share this machine
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        jar().toString(),
                        "node",
                        "--host=127.0.0.1",
                        "--port=" + (port + node),
                        "--http-port=" + httpPort(node),
                        "--voters=" + voters,
                        "--data-dir=" + directory.resolve("node-" + node),
                        "--jdbc-url=" + jdbcUrl,
                        "--until-stdin-ends") // the pipe ends with this process, even after kill -9
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(node).toFile()))
                .start();
        say("node " + node + " is " + address(node) + ", pid " + process.pid());
        return process;
    }

    private void startAgain() throws IOException, InterruptedException {
        while (true) {
            for (int node = 1; node <= NODES; node++) {
                if (!nodes.get(node - 1).isAlive()) {
                    replace(node);
                }
            }
            Thread.sleep(1_000);
        }
    }

    private synchronized void replace(int node) throws IOException {
        if (!ending) {
            say("node " + node + " has ended with " + nodes.get(node - 1).exitValue() + " and is started again");
            nodes.set(node - 1, start(node));
        }
    }

    /** Places twenty orders a second, at one node after the other; each is sent again until the answer is certain. */
    private void placeOrders() throws InterruptedException {
        String run = Long.toString(System.currentTimeMillis(), 36);
        for (int turn = 0; true; turn++) {
            String unanswered = turn % 2 == 0 ? uncertain.poll() : null;
            place(turn % NODES + 1, unanswered == null ? run + "-" + turn : unanswered);
            Thread.sleep(50);
        }
    }

    private void place(int node, String order) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + httpPort(node) + "/orders/" + order))
                .timeout(Duration.ofSeconds(6))
                .PUT(BodyPublishers.ofString("{\"item\": \"tea\"}"))
                .build();
        http.sendAsync(request, BodyHandlers.discarding()).whenComplete((answer, failure) -> {
            if (failure == null && (answer.statusCode() == 201 || answer.statusCode() == 200)) {
                placed.incrementAndGet();
            } else {
                uncertain.add(order);
            }
        });
    }

    private void report() throws InterruptedException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl);
                Statement query = connection.createStatement();
                ResultSet row = query.executeQuery("SELECT (SELECT token FROM dispatcher),"
                        + " (SELECT COUNT(*) FROM bookings),"
                        + " (SELECT COUNT(*) FROM (SELECT order_id FROM bookings GROUP BY order_id HAVING COUNT(*) > 1) t),"
                        + " (SELECT COUNT(*) FROM orders WHERE state = 'placed')")) {
            row.next();
            say(String.format(
                    "leader %-15s token %-4d placed %-6d uncertain %-4d booked in total %-6d twice %-3d to do %d",
                    leader(),
                    row.getLong(1),
                    placed.get(),
                    uncertain.size(),
                    row.getLong(2),
                    row.getLong(3),
                    row.getLong(4)));
        } catch (SQLException notYet) {
            say("the tables do not answer yet: "
                    + notYet.getMessage().lines().findFirst().orElse(""));
        }
    }

    /** The leader, as the first node knows it that answers. */
    private String leader() throws InterruptedException {
        for (int node = 1; node <= NODES; node++) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort(node) + "/ready"))
                    .timeout(Duration.ofSeconds(1))
                    .build();
            try {
                String answer =
                        http.send(request, BodyHandlers.ofString()).body().strip();
                String leader = answer.substring(answer.lastIndexOf(' ') + 1);
                if (!leader.equals("none")) {
                    return leader;
                }
            } catch (IOException down) {
                // The next one.
            }
        }
        return "none";
    }

    /** Ends the nodes in order, and then this process with the database. */
    private synchronized void end() {
        ending = true;
        nodes.forEach(Process::destroy);
        for (Process node : nodes) {
            try {
                if (!node.waitFor(20, TimeUnit.SECONDS)) {
                    node.destroyForcibly();
                }
            } catch (InterruptedException notHere) {
                Thread.currentThread().interrupt();
            }
        }
        say("ended");
    }

    private String address(int node) {
        return "127.0.0.1:" + (port + node);
    }

    private int httpPort(int node) {
        return port + NODES + node;
    }

    private Path log(int node) {
        return directory.resolve("node-" + node + ".log");
    }

    private static Path jar() {
        return Path.of(URI.create(LocalCluster.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString()));
    }

    private static void say(String line) {
        System.out.println(LocalTime.now().format(TIME) + "  " + line);
    }

    private interface Loop {
        void run() throws IOException, InterruptedException;
    }

    private static void daemon(String name, Loop loop) {
        Thread thread = new Thread(
                () -> {
                    try {
                        loop.run();
                    } catch (IOException | InterruptedException failed) {
                        say(name + ": " + failed);
                        System.exit(1);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }
}
