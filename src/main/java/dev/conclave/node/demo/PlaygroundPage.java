package dev.conclave.node.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.conclave.core.PeerId;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;

/** The page of a {@link Playground}, on loopback: its state, and a button for each thing that a person can do with a peer. */
final class PlaygroundPage implements AutoCloseable {

    /** Only the page itself sends it: a form of another site cannot add a header. */
    private static final String HEADER = "X-Conclave-Demo";

    private static final int THREADS = 4;

    private final Playground playground;
    private final HttpServer server;
    private final ObjectMapper json = new ObjectMapper();

    PlaygroundPage(Playground playground) throws IOException {
        this.playground = playground;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newFixedThreadPool(THREADS, work -> {
            Thread thread = new Thread(work, "conclave-demo-page");
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/", this::answer);
        server.start();
    }

    /** The address of the page. */
    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String asked =
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
            if (!isOfThisMachine(exchange)) {
                send(exchange, 403, "text/plain", "the demo only answers to 127.0.0.1 and localhost");
            } else if (asked.equals("GET /")) {
                send(exchange, 200, "text/html", page());
            } else if (asked.equals("GET /state")) {
                send(exchange, 200, "application/json", json.writeValueAsString(playground.state()));
            } else if (asked.equals("POST /act")) {
                act(exchange);
            } else {
                send(exchange, 404, "text/plain", "there is nothing at this path");
            }
        }
    }

    /** Whether the header Host names this machine: a page of another site could let its own name resolve to it. */
    private boolean isOfThisMachine(HttpExchange exchange) {
        String host = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Host"))
                .orElse("");
        int port = server.getAddress().getPort();
        return host.equals("127.0.0.1:" + port) || host.equals("localhost:" + port);
    }

    private static String page() throws IOException {
        try (InputStream page = PlaygroundPage.class.getResourceAsStream("/dev/conclave/node/demo/playground.html")) {
            if (page == null) {
                throw new IOException("the page is not in this jar");
            }
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void act(HttpExchange exchange) throws IOException {
        if (exchange.getRequestHeaders().getFirst(HEADER) == null) {
            send(exchange, 403, "text/plain", "only the page of the demo may do that");
            return;
        }
        Map<String, String> query = query(exchange);
        try {
            PeerId peer = PeerId.parse(query.getOrDefault("peer", ""));
            String act = query.getOrDefault("act", "").toUpperCase(Locale.ROOT).replace('-', '_');
            playground.act(peer, Playground.Act.valueOf(act));
            send(exchange, 200, "application/json", json.writeValueAsString(playground.state()));
        } catch (IllegalArgumentException wrong) {
            send(exchange, 400, "text/plain", String.valueOf(wrong.getMessage()));
        } catch (IllegalStateException impossible) {
            send(exchange, 409, "text/plain", String.valueOf(impossible.getMessage()));
        }
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String one : Optional.ofNullable(exchange.getRequestURI().getQuery())
                .orElse("")
                .split("&", -1)) {
            int equals = one.indexOf('=');
            if (equals > 0) {
                query.put(one.substring(0, equals), one.substring(equals + 1));
            }
        }
        return query;
    }

    private static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders()
                .set(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
