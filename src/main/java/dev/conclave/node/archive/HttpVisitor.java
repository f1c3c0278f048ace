package dev.conclave.node.archive;

import dev.conclave.node.cli.CliException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/**
 * Requests from a peer everything that an open page, a load balancer, Kubernetes and Prometheus request, and keeps a stream of its
 * events open, so that the archive contains the classes that answer. All of them return as soon as a peer has restarted, in the very
 * seconds in which the peer may be needed for an election.
 */
final class HttpVisitor implements AutoCloseable {

    private static final List<String> PATHS = List.of(
            "/conclave/",
            "/conclave/status",
            "/conclave/livez",
            "/conclave/readyz",
            "/conclave/leader/none",
            "/metrics");

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final int port;
    private final Thread listener = new Thread(this::listen, "archive-events");

    HttpVisitor(int port) {
        this.port = port;
        listener.setDaemon(true);
    }

    /**
     * Reads each path once, and the stream of events, on a thread of its own, until the peer ends.
     *
     * @throws CliException if the peer does not answer
     */
    void visit() throws CliException, InterruptedException {
        listener.start();
        for (String path : PATHS) {
            try {
                var unused = client.send(request(path), HttpResponse.BodyHandlers.discarding());
            } catch (IOException silent) {
                throw new CliException(
                        "the peer whose classes are archived does not answer GET " + path + ": " + silent);
            }
        }
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(PATIENCE)
                .build();
    }

    private void listen() {
        try (InputStream events = client.send(request("/conclave/events"), HttpResponse.BodyHandlers.ofInputStream())
                .body()) {
            events.skipNBytes(Long.MAX_VALUE);
        } catch (IOException ended) {
            // The peer has ended, and with it the stream.
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        listener.interrupt();
    }
}
