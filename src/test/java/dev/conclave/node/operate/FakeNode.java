package dev.conclave.node.operate;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** The HTTP door of a node of which a test decides what it answers. */
final class FakeNode implements AutoCloseable {

    static final String BEGAN = "2026-12-01T01:00:00Z";
    static final String NOW = "2026-12-01T01:20:00Z";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final String name;
    private final Map<String, Reaction> reactions = new ConcurrentHashMap<>();
    private final Map<String, String> elections = new ConcurrentHashMap<>();
    private final List<BlockingQueue<String>> streams = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile String status = "";

    interface Reaction {
        void to(HttpExchange exchange) throws IOException, InterruptedException;
    }

    /** Starts a node that takes part and is the only voter. */
    FakeNode(String name) throws IOException {
        this(name, HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    }

    /** Starts such a node that asks for the certificates of its clients. */
    static FakeNode overTls(String name, SSLContext tls) throws IOException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters asking = tls.getDefaultSSLParameters();
                asking.setNeedClientAuth(true);
                parameters.setSSLParameters(asking);
            }
        });
        return new FakeNode(name, server);
    }

    private FakeNode(String name, HttpServer server) {
        this.name = name;
        this.server = server;
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
        sees(List.of(this));
    }

    String name() {
        return name;
    }

    String door() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Sets its voters, of which it knows the doors. */
    void sees(List<FakeNode> voters) {
        sees(voters, "\"takesPart\":true,\"ready\":true,\"drained\":false");
    }

    /** Sets its voters and a part of its own state. */
    void sees(List<FakeNode> voters, String state) {
        status = voters.stream()
                .map(voter -> "{\"name\":\"" + voter.name + "\",\"self\":" + voter.name.equals(name)
                        + ",\"met\":true,\"takesPart\":true,\"lifeline\":\"up\",\"lane\":true,\"http\":\""
                        + voter.door()
                        + "\"}")
                .collect(Collectors.joining(
                        ",",
                        "{\"version\":1,\"at\":\"" + NOW + "\",\"software\":\"0.1.0\",\"self\":\"" + name
                                + "\",\"incarnation\":\"1\",\"startedAt\":\"" + BEGAN + "\",\"voter\":true," + state
                                + ",\"notKnownYet\":{\"a\":[1]},\"missing\":[],\"warnings\":[],\"dropped\":{},\"singletons\":[],\"voters\":[",
                        "],\"elections\":{\"known\":1,\"leading\":1,\"leaderless\":0}}"));
    }

    /** Lets it know an election; without a leader the name is empty. */
    void knows(String election, String leader, long term) {
        knows(election, leader, term, false);
    }

    /** Lets it know the election behind a lease that has no owner. */
    void knowsLease(String election, long term) {
        knows(election, "", term, true);
    }

    private void knows(String election, String leader, long term, boolean ofLease) {
        String role = leader.equals(name) ? "leader" : "follower";
        elections.put(
                election,
                "\"name\":\"" + election.replace("\u001b", "\\u001b") + "\",\"role\":\"" + role + "\","
                        + (leader.isEmpty() ? "" : "\"leader\":\"" + leader + "\",") + "\"term\":" + term
                        + ",\"since\":\"2026-12-01T01:16:48Z\",\"stands\":true,\"joined\":true,\"ofLease\":" + ofLease);
    }

    void forgets(String election) {
        elections.remove(election);
    }

    /** Sets what it does about requests whose path and query begin with a text; the longest such text counts. */
    void on(String path, Reaction reaction) {
        reactions.put(path, reaction);
    }

    void answers(String path, int code, String body) {
        on(path, exchange -> send(exchange, code, body));
    }

    /** Lets it accept connections and never answer. */
    void hangs() {
        on("", exchange -> closing.await());
    }

    void recovers() {
        reactions.clear();
    }

    /** The requests so far: method, path with query, token, Last-Event-ID. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    int streams() {
        return streams.size();
    }

    /** Sends lines to all event streams. */
    void push(String lines) {
        streams.forEach(stream -> stream.add(lines));
    }

    static String change(long id, String at, String election, String what) {
        return "{\"id\":" + id + ",\"at\":\"" + at + "\",\"election\":\"" + election + "\",\"what\":\"" + what
                + "\",\"term\":" + id + ",\"leader\":\"a:1\",\"cause\":\"first election\"}";
    }

    void pushChange(long id, String at, String election, String what) {
        push("id: " + id + "\nevent: change\ndata: " + change(id, at, election, what) + "\n\n");
    }

    /** Ends all event streams. */
    void dropStreams() {
        streams.forEach(stream -> stream.add(""));
        streams.clear();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().toString().replaceFirst("^/conclave/", "");
        requests.add(exchange.getRequestMethod() + " " + path
                + header(exchange, "Authorization").map(token -> " " + token).orElse("")
                + header(exchange, "Last-Event-ID").map(id -> " after " + id).orElse(""));
        try (exchange) {
            Optional<Reaction> reaction = reactions.entrySet().stream()
                    .filter(entry -> path.startsWith(entry.getKey()))
                    .max(Comparator.comparingInt(entry -> entry.getKey().length()))
                    .map(Map.Entry::getValue);
            if (reaction.isPresent()) {
                reaction.get().to(exchange);
            } else {
                usual(exchange, path);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Optional<String> header(HttpExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }

    private void usual(HttpExchange exchange, String path) throws IOException, InterruptedException {
        if (path.equals("status")) {
            send(exchange, 200, status);
        } else if (path.startsWith("elections?")) {
            boolean leaderless = path.contains("show=leaderless");
            send(
                    exchange,
                    200,
                    elections.entrySet().stream()
                            .filter(entry -> !leaderless || !entry.getValue().contains("\"leader\":"))
                            .sorted(Map.Entry.comparingByKey())
                            .limit(Integer.parseInt(path.replaceFirst(".*limit=", "")))
                            .map(entry -> "{" + entry.getValue() + "}")
                            .collect(Collectors.joining(",", listHead("elections"), "]}")));
        } else if (path.startsWith("elections/")) {
            String election = exchange.getRequestURI().getPath().replaceFirst("^/conclave/elections/", "");
            Optional<String> row = Optional.ofNullable(elections.get(election));
            send(
                    exchange,
                    row.isPresent() ? 200 : 404,
                    row.map(known -> "{" + known + ",\"version\":1,\"at\":\"" + NOW + "\",\"self\":\"" + name
                                    + "\",\"succession\":[],\"candidates\":[],\"users\":1,\"subscribers\":0,\"changes\":["
                                    + change(7, NOW, "orders", "elected") + "]}")
                            .orElse("{\"error\":\"this node does not know the election\"}"));
        } else if (path.startsWith("changes")) {
            send(exchange, 200, listHead("changes") + "]}");
        } else if (path.equals("events")) {
            stream(exchange);
        } else {
            send(exchange, 404, "<html>");
        }
    }

    void respondWithStatus(HttpExchange exchange) throws IOException {
        send(exchange, 200, status);
    }

    private String listHead(String what) {
        return "{\"version\":1,\"at\":\"" + NOW + "\",\"self\":\"" + name + "\",\"matching\":1,\"offset\":0,\"" + what
                + "\":[";
    }

    private void stream(HttpExchange exchange) throws IOException, InterruptedException {
        exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        lines.add(": hello\n");
        streams.add(lines);
        for (String line = lines.take(); !line.isEmpty(); line = lines.take()) {
            exchange.getResponseBody().write(line.getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
        }
    }

    static void send(HttpExchange exchange, int code, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        closing.countDown();
        dropStreams();
        server.stop(0);
        threads.shutdownNow();
    }

    /** Starts voters that know each other. */
    static List<FakeNode> voters(String... names) {
        List<FakeNode> all = new ArrayList<>();
        for (String name : names) {
            try {
                all.add(new FakeNode(name));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        all.forEach(node -> node.sees(all));
        return List.copyOf(all);
    }
}
