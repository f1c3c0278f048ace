package dev.conclave.cluster.trial;

import dev.conclave.core.PeerId;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.FreePorts;
import dev.conclave.status.ElectionDetails;
import dev.conclave.status.ElectorateStatus;
import dev.conclave.status.NodeStatus;
import dev.conclave.status.StatusJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** The HTTP door of a peer on loopback, where a test reads the peer's state and asks for changes of the electorate. Thread-safe. */
public final class HttpDoor {

    private static final String TOKEN = "the-token-of-all-trials";
    private static final Duration READS_WITHIN = Duration.ofSeconds(5);

    /** A change is answered within 10 s, also if it goes on. */
    private static final Duration CHANGES_WITHIN = Duration.ofSeconds(30);

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(READS_WITHIN)
            .build();

    private final int port;

    private HttpDoor(int port) {
        this.port = port;
    }

    /** Doors on free ports. */
    static Map<PeerId, HttpDoor> of(List<PeerId> peers) {
        try {
            List<Integer> ports = FreePorts.find(peers.size(), new Random());
            Map<PeerId, HttpDoor> doors = new HashMap<>();
            for (int i = 0; i < ports.size(); i++) {
                doors.put(peers.get(i), new HttpDoor(ports.get(i)));
            }
            return doors;
        } catch (CliException noPorts) {
            throw new AssertionError(noPorts);
        }
    }

    List<String> jvmOptions() {
        return List.of(
                "-Dconclave.http.port=" + port, "-Dconclave.http.writes=on", "-Dconclave.http.tokens.trial=" + TOKEN);
    }

    /**
     * The answer to a change.
     *
     * @param status the status of HTTP: 200 done, 202 still under way, 409 refused; 0 if the node did not answer
     * @param body what it says
     */
    public record Answer(int status, String body) {

        public boolean isDone() {
            return status == 200;
        }
    }

    /** The state of the node; empty if it does not answer. */
    public Optional<NodeStatus> status() {
        return read("status", NodeStatus.class);
    }

    /** The electorate as the node shows it; empty if it does not answer. */
    public Optional<ElectorateStatus> electorate() {
        return read("electorate", ElectorateStatus.class);
    }

    /** The election of all trials as the node shows it; empty if it does not answer. */
    public Optional<ElectionDetails> election() {
        return read("elections/default", ElectionDetails.class);
    }

    private <T> Optional<T> read(String path, Class<T> type) {
        try {
            HttpResponse<String> response =
                    CLIENT.send(request(path, READS_WITHIN).build(), BodyHandlers.ofString());
            return response.statusCode() == 200
                    ? Optional.of(StatusJson.read(response.body(), type))
                    : Optional.empty();
        } catch (IOException silent) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Asks the node for a change, and does not wait for its end. */
    public CompletableFuture<Answer> ask(String change) {
        String path = "electorate?change="
                + URLEncoder.encode(change, StandardCharsets.UTF_8).replace("+", "%20");
        HttpRequest request =
                request(path, CHANGES_WITHIN).POST(BodyPublishers.noBody()).build();
        return CLIENT.sendAsync(request, BodyHandlers.ofString())
                .handle((response, failure) -> response == null
                        ? new Answer(0, String.valueOf(failure))
                        : new Answer(response.statusCode(), response.body()));
    }

    /** Carries out a change and waits for its end. */
    public Answer change(String change) {
        Answer answer = ask(change).join();
        while (answer.status() == 202) {
            answer = outcome(answer);
        }
        return answer;
    }

    /** The outcome of a change that was still under way. */
    private Answer outcome(Answer underWay) {
        try {
            long id = StatusJson.read(underWay.body(), ElectorateStatus.class)
                    .change()
                    .orElseThrow();
            ElectorateStatus.Asked asked = electorate()
                    .flatMap(now ->
                            now.asked().stream().filter(one -> one.id() == id).findFirst())
                    .orElse(null);
            if (asked == null) {
                return new Answer(0, "the node no longer answers for the change");
            }
            return switch (asked.state()) {
                case "done" -> new Answer(200, asked.what());
                case "failed" -> new Answer(409, asked.why().orElse(""));
                default -> underWay;
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HttpRequest.Builder request(String path, Duration within) {
        return HttpRequest.newBuilder(URI.create("http://" + this + "/conclave/" + path))
                .timeout(within)
                .header("Authorization", "Bearer " + TOKEN);
    }

    /** The door as the command line names it. */
    @Override
    public String toString() {
        return "127.0.0.1:" + port;
    }
}
