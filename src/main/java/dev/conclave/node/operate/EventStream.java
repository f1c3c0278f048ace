package dev.conclave.node.operate;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The server-sent events of a node. The node is asked for the next line only when the one before was taken. */
final class EventStream implements AutoCloseable {

    /** A node sends a comment every few seconds. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);

    private static final int LONGEST_REFUSAL_BYTES = 100_000;

    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<?> connection;
    private final Duration patience;
    private volatile Optional<Flow.Subscription> source = Optional.empty();
    private String event = "";
    private final StringBuilder data = new StringBuilder();

    /** A line, or the end. */
    private record Received(String line, Optional<NodeFailure> end) {}

    /** An event; comments are none. */
    record ServerSentEvent(String name, String data) {}

    /**
     * Opens a stream that begins after a change.
     *
     * @param after the id of the change
     */
    EventStream(NodeClient client, HttpAddress node, long after) throws NodeFailure {
        this(client, node, after, LONGEST_SILENCE);
    }

    EventStream(NodeClient client, HttpAddress node, long after, Duration patience) throws NodeFailure {
        this.patience = patience;
        HttpRequest request = client.request(node, "events")
                .header("Accept", "text/event-stream")
                .header("Last-Event-ID", String.valueOf(after))
                .build();
        BodyHandler<Object> handler = this::receiver;
        connection = client.http().sendAsync(request, handler).whenComplete((response, failure) -> {
            if (failure != null) {
                end(NodeFailure.of(failure));
            }
        });
    }

    private BodySubscriber<Object> receiver(ResponseInfo info) {
        if (info.statusCode() != 200) {
            return BodySubscribers.mapping(new LimitedBody(LONGEST_REFUSAL_BYTES), body -> {
                end(NodeClient.refusal(info.statusCode(), body));
                return "";
            });
        }
        return BodySubscribers.fromLineSubscriber(new Lines(), ended -> "", StandardCharsets.UTF_8, null);
    }

    private void end(NodeFailure why) {
        received.add(new Received("", Optional.of(why)));
    }

    /**
     * Waits for the next event.
     *
     * @throws NodeFailure if the stream has ended, or if the node is silent for too long
     */
    ServerSentEvent next() throws NodeFailure, InterruptedException {
        while (true) {
            Received next = received.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
            if (next == null) {
                throw NodeFailure.silent(patience);
            }
            if (next.end().isPresent()) {
                throw next.end().get();
            }
            source.ifPresent(lines -> lines.request(1));
            Optional<ServerSentEvent> complete = parsed(next.line());
            if (complete.isPresent()) {
                return complete.get();
            }
        }
    }

    /** Takes a line; an empty one completes an event that has data. */
    private Optional<ServerSentEvent> parsed(String line) {
        if (line.isEmpty()) {
            ServerSentEvent complete = new ServerSentEvent(event, data.toString());
            boolean hasData = data.length() > 0;
            event = "";
            data.setLength(0);
            return hasData ? Optional.of(complete) : Optional.empty();
        }
        int colon = line.indexOf(':');
        String field = colon < 0 ? line : line.substring(0, colon);
        String value = colon < 0 ? "" : line.substring(colon + 1);
        value = value.startsWith(" ") ? value.substring(1) : value;
        if (field.equals("event")) {
            event = value;
        } else if (field.equals("data")) {
            data.append(data.length() > 0 ? "\n" : "").append(value);
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        connection.cancel(true);
        source.ifPresent(Flow.Subscription::cancel);
    }

    private final class Lines implements Flow.Subscriber<String> {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            source = Optional.of(subscription);
            subscription.request(1);
        }

        @Override
        public void onNext(String line) {
            received.add(new Received(line, Optional.empty()));
        }

        @Override
        public void onError(Throwable failure) {
            end(new NodeFailure("the connection was lost"));
        }

        @Override
        public void onComplete() {
            end(new NodeFailure("it ended the stream"));
        }
    }
}
