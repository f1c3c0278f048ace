package dev.conclave.examples.orders;

import static java.nio.charset.StandardCharsets.UTF_8;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.cluster.MemberStatus;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.typed.Cluster;
import akka.japi.function.Function;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.conclave.Conclave;
import dev.conclave.ConclaveHealthCheck;
import dev.conclave.Election;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;

/**
 * The service over HTTP, on the JDK's server and a few threads of its own. No thread waits for an answer of the cluster: it is sent
 * when it arrives. Above a bound of open requests new ones are refused at once, so that {@code /ready} always answers.
 */
final class HttpApi {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final int LONGEST_CONTENT = 8_000;
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(5);

    private final ActorSystem<?> system;
    private final PrometheusMeterRegistry meters;
    private final Election dispatcher;
    private final ObjectMapper json = new ObjectMapper();
    private final Semaphore openRequests = new Semaphore(256);
    private final ExecutorService threads = Executors.newFixedThreadPool(8);

    private HttpApi(ActorSystem<?> system, PrometheusMeterRegistry meters) {
        this.system = system;
        this.meters = meters;
        this.dispatcher = Conclave.get(system).join(Dispatcher.NAME);
    }

    /** Binds the address, and answers until the actor system shuts down. */
    static void start(ActorSystem<?> system, PrometheusMeterRegistry meters, InetSocketAddress address)
            throws IOException {
        HttpApi api = new HttpApi(system, meters);
        HttpServer server;
        try {
            server = HttpServer.create(address, 0);
        } catch (BindException taken) {
            throw new IOException("cannot listen on " + address + ": " + taken.getMessage(), taken);
        }
        server.setExecutor(api.threads);
        server.createContext("/orders/", api::order);
        server.createContext("/ready", api::ready);
        server.createContext("/metrics", exchange -> api.answer(exchange, 200, meters.scrape()));
        server.start();
        // Open requests are answered before sharding and the cluster are left.
        CoordinatedShutdown.get(system)
                .addTask(
                        CoordinatedShutdown.PhaseServiceRequestsDone(),
                        "http",
                        () -> CompletableFuture.supplyAsync(() -> {
                            server.stop(2);
                            return Done.getInstance();
                        }));
    }

    private void order(HttpExchange exchange) throws IOException {
        String id = exchange.getRequestURI().getPath().substring("/orders/".length());
        if (!ID.matcher(id).matches()) {
            answer(exchange, 400, "an id has 1 to 64 of the characters A-Z a-z 0-9 . _ -");
            return;
        }
        switch (exchange.getRequestMethod()) {
            case "GET" -> ask(exchange, id, Order.Get::new);
            case "PUT" -> {
                String content = content(exchange);
                if (content.isEmpty()) {
                    answer(
                            exchange,
                            400,
                            "the body must be a JSON object of at most " + LONGEST_CONTENT + " characters");
                } else {
                    ask(exchange, id, replyTo -> new Order.Place(content, replyTo));
                }
            }
            default -> answer(exchange, 405, "PUT or GET");
        }
    }

    /** The body without white space between its parts, so that equal orders are equal texts; empty if it is not acceptable. */
    private String content(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(LONGEST_CONTENT + 1);
        try {
            JsonNode content = json.readTree(body);
            String text = content.toString();
            return content.isObject() && body.length <= LONGEST_CONTENT ? text : "";
        } catch (JacksonException notJson) {
            return "";
        }
    }

    private void ask(HttpExchange exchange, String id, Function<ActorRef<Order.Reply>, Order.Command> request) {
        if (!openRequests.tryAcquire()) {
            answer(exchange, 503, "too many requests are open");
            return;
        }
        ClusterSharding.get(system)
                .entityRefFor(Order.KEY, id)
                .ask(request, LONGEST_ANSWER)
                .whenCompleteAsync(
                        (reply, failure) -> {
                            openRequests.release();
                            if (failure == null) {
                                answer(exchange, reply);
                            } else {
                                // Without an answer the order may still be placed: the client asks again.
                                answer(exchange, 503, "unknown: no answer in time");
                            }
                        },
                        threads);
    }

    private void answer(HttpExchange exchange, Order.Reply reply) {
        switch (reply.result()) {
            case PLACED -> answer(exchange, 201, "placed");
            case PLACED_BEFORE -> answer(exchange, 200, "placed before");
            case OTHER_CONTENT -> answer(exchange, 409, "this id was placed before with another content");
            case FOUND -> answer(exchange, 200, reply.state());
            case NOT_FOUND -> answer(exchange, 404, "not found");
            case UNKNOWN -> answer(exchange, 503, "unknown: the database does not answer");
        }
    }

    /** Ready: this node is a member of the cluster, and knows which node dispatches. */
    private void ready(HttpExchange exchange) {
        boolean isMember = Cluster.get(system).selfMember().status().equals(MemberStatus.up());
        new ConclaveHealthCheck(system.classicSystem())
                .get()
                .thenAccept(isReady -> answer(
                        exchange,
                        isMember && isReady ? 200 : 503,
                        "member: " + isMember + ", leader: "
                                + dispatcher
                                        .status()
                                        .leader()
                                        .map(Object::toString)
                                        .orElse("none")));
    }

    private void answer(HttpExchange exchange, int status, String text) {
        meters.counter("orders.requests", "status", Integer.toString(status)).increment();
        byte[] body = (text + "\n").getBytes(UTF_8);
        try (exchange) {
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        } catch (IOException clientIsGone) {
            // It has no answer, and asks again if it needs one.
        }
    }
}
