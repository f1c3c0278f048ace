package dev.conclave.node.operate;

import dev.conclave.core.PrintableText;
import dev.conclave.status.StatusJson;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/** Speaks to the HTTP door of nodes. Thread-safe. */
final class NodeClient {

    private static final String ROOT = "/conclave/";

    private static final int OK = 200;
    private static final int ACCEPTED = 202;

    /** A list of elections has at most 200 rows, and a list of changes at most 1000. */
    private static final long LONGEST_ANSWER_BYTES = 16_000_000;

    private final HttpClient http;
    private final String scheme;
    private final Optional<String> token;
    private final Duration limit;

    /**
     * Creates a client.
     *
     * @param tls the keys and certificates for TLS; without them it speaks plain HTTP
     * @param token the secret that it sends along
     * @param limit how long a node may take to answer
     */
    NodeClient(Optional<SSLContext> tls, Optional<String> token, Duration limit) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(limit);
        tls.ifPresent(builder::sslContext);
        this.http = builder.build();
        this.scheme = tls.isPresent() ? "https" : "http";
        this.token = token;
        this.limit = limit;
    }

    Duration limit() {
        return limit;
    }

    boolean hasToken() {
        return token.isPresent();
    }

    HttpClient http() {
        return http;
    }

    /** A request to a node for a path below {@code /conclave/}. */
    HttpRequest.Builder request(HttpAddress node, String path) throws NodeFailure {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(scheme + "://" + node + ROOT + path));
            token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
            return request;
        } catch (IllegalArgumentException e) {
            // java.net.URI knows no host names with an underscore.
            throw new NodeFailure("\"" + node.host() + "\" cannot stand in a URI; use the node's address");
        }
    }

    /** Asks a node; {@link Asked#answer} waits for it. */
    <T> Asked<T> get(HttpAddress node, String path, Class<T> type) {
        return send(node, path, HttpRequest.Builder::GET, type, limit);
    }

    /** Tells a node to do something; {@link Asked#answer} waits for it. */
    Asked<Object> post(HttpAddress node, String path, Duration longest) {
        return post(node, path, Object.class, longest);
    }

    /** Tells a node to do something that has a result; {@link Asked#answer} waits for it, or for what is known so far. */
    <T> Asked<T> post(HttpAddress node, String path, Class<T> type, Duration longest) {
        return send(node, path, request -> request.POST(BodyPublishers.noBody()), type, longest);
    }

    /** Sends a content to a node. */
    <T> Asked<T> post(HttpAddress node, String path, byte[] content, Class<T> type, Duration longest) {
        return send(node, path, request -> request.POST(BodyPublishers.ofByteArray(content)), type, longest);
    }

    private <T> Asked<T> send(HttpAddress node, String path, Verb verb, Class<T> type, Duration longest) {
        long deadline = System.nanoTime() + longest.toNanos();
        CompletableFuture<HttpResponse<byte[]>> sent;
        try {
            sent = http.sendAsync(verb.on(request(node, path)).build(), info -> new LimitedBody(LONGEST_ANSWER_BYTES));
        } catch (NodeFailure e) {
            sent = CompletableFuture.failedFuture(e);
        }
        return new Asked<>(sent, type, longest, deadline);
    }

    /** Puts an answer other than 200 into words: its own, if it has any. */
    static NodeFailure refusal(int status, byte[] body) {
        String why = "no reason is given; is this the HTTP door of a node?";
        try {
            Object error = StatusJson.read(new String(body, StandardCharsets.UTF_8), Map.class)
                    .get("error");
            if (error instanceof String sentence) {
                why = PrintableText.of(sentence);
            }
        } catch (IOException notJson) {
            // Not a node, then.
        }
        return new NodeFailure(status, "HTTP " + status + ": " + why);
    }

    /** Encodes a name of any characters as one segment of a path. */
    static String segment(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private interface Verb {
        HttpRequest.Builder on(HttpRequest.Builder request);
    }

    /** A request that was sent. */
    record Asked<T>(CompletableFuture<HttpResponse<byte[]>> sent, Class<T> type, Duration limit, long deadlineNanos) {

        /** Waits for the answer, until the time limit has passed. */
        T answer() throws NodeFailure, InterruptedException {
            HttpResponse<byte[]> response;
            try {
                response = sent.get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                sent.cancel(true);
                throw NodeFailure.silent(limit);
            } catch (ExecutionException e) {
                throw NodeFailure.of(e);
            }
            if (response.statusCode() != OK && response.statusCode() != ACCEPTED) {
                throw refusal(response.statusCode(), response.body());
            }
            // Read here, since the time that this process needs to load its classes is not the node's.
            try {
                return StatusJson.read(new String(response.body(), StandardCharsets.UTF_8), type);
            } catch (IOException e) {
                throw new NodeFailure(
                        PrintableText.of(String.valueOf(e.getMessage())) + "; is this the HTTP door of a node?");
            }
        }
    }
}
