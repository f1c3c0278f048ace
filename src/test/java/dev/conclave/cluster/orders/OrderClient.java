package dev.conclave.cluster.orders;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Customers that place orders without a break, each attempt through a random node. An order is acknowledged by 201 or 200. After any other
 * answer, or none, the customer repeats the same order through another node; after the last attempt its result is unknown.
 */
final class OrderClient implements AutoCloseable {

    private static final int CUSTOMERS = 4;
    private static final int ATTEMPTS = 5;
    private static final Duration MEAN_PAUSE = Duration.ofMillis(250);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final List<URI> nodes;
    private final ExecutorService threads = Executors.newFixedThreadPool(CUSTOMERS);
    private final List<Future<?>> customers = new ArrayList<>();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Set<String> unknown = ConcurrentHashMap.newKeySet();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private final AtomicInteger repeated = new AtomicInteger();
    private volatile boolean closed;

    /** Begins to place orders. */
    OrderClient(List<URI> nodes, long seed) {
        this.nodes = List.copyOf(nodes);
        for (int i = 0; i < CUSTOMERS; i++) {
            String name = "c" + i;
            Random random = new Random(seed + i);
            customers.add(threads.submit(() -> order(name, random)));
        }
    }

    private void order(String customer, Random random) {
        for (int number = 0; !closed; number++) {
            place(customer + "-" + number, random);
            pause(random);
        }
    }

    private static void pause(Random random) {
        LockSupport.parkNanos((long) (random.nextDouble() * 2 * MEAN_PAUSE.toNanos()));
    }

    private void place(String id, Random random) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            switch (attempt(id, nodes.get(random.nextInt(nodes.size())))) {
                case 201 -> {
                    acknowledged.add(id);
                    return;
                }
                case 200 -> {
                    acknowledged.add(id);
                    repeated.incrementAndGet();
                    return;
                }
                // Another content under this identifier: only this customer uses it, and always with the same content.
                case 409 -> {
                    refused.add(id);
                    return;
                }
                default -> pause(random);
            }
        }
        unknown.add(id);
    }

    /** The status of the answer; 0 without an answer. */
    private int attempt(String id, URI node) {
        HttpRequest request = HttpRequest.newBuilder(node.resolve("/orders/" + id))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body(id)))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private static String body(String id) {
        return "{\"customer\":\"" + id.substring(0, id.indexOf('-')) + "\",\"item\":\"item-" + id
                + "\",\"quantity\":1}";
    }

    Set<String> acknowledged() {
        return acknowledged;
    }

    Set<String> unknown() {
        return unknown;
    }

    /** Orders that a node refused as another order under the same identifier. */
    Set<String> refused() {
        return refused;
    }

    /** Orders that were placed before the attempt that was acknowledged. */
    int repeated() {
        return repeated.get();
    }

    /** Places no more orders; returns when the last one is acknowledged or unknown. Fails if a customer ended before. */
    @Override
    public void close() {
        closed = true;
        threads.shutdown();
        for (Future<?> customer : customers) {
            try {
                customer.get();
            } catch (ExecutionException e) {
                throw new AssertionError("a customer failed", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }
    }
}
