package dev.conclave.bench.driver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** The HTTP of one node of Conclave. */
final class NodeDoor {

    /** Of a loopback port that lives as long as the measurement. */
    static final String TOKEN = "a-token-of-the-bench";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(15);
    private static final int OK = 200;

    private final HttpClient client = HttpClient.newHttpClient();
    private final int port;

    NodeDoor(int port) {
        this.port = port;
    }

    /**
     * Changes the electorate.
     *
     * @param change as the command line writes it
     * @return when a majority of the voters obeys
     * @throws Refused if the node refuses, or takes longer than it waits with its answer
     */
    void change(String change) throws IOException, InterruptedException, Refused {
        String query =
                "change=" + URLEncoder.encode(change, StandardCharsets.UTF_8).replace("+", "%20");
        HttpResponse<String> answer = send(request("electorate?" + query)
                .header("Authorization", "Bearer " + TOKEN)
                .POST(HttpRequest.BodyPublishers.noBody()));
        if (answer.statusCode() != OK) {
            throw new Refused("HTTP " + answer.statusCode() + ": " + answer.body());
        }
    }

    /** The electorate as the node shows it; empty if it does not answer. */
    Optional<JsonNode> electorate() throws InterruptedException {
        try {
            HttpResponse<String> answer = send(request("electorate").GET());
            return answer.statusCode() == OK ? Optional.of(JSON.readTree(answer.body())) : Optional.empty();
        } catch (IOException silent) {
            return Optional.empty();
        }
    }

    /** Whether the node takes part and knows the leader of each election. */
    boolean isReady() throws InterruptedException {
        try {
            return send(request("readyz").GET()).statusCode() == OK;
        } catch (IOException silent) {
            return false;
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/conclave/" + path))
                .timeout(LONGEST_ANSWER);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** A change was not carried out. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        Refused(String why) {
            super(why);
        }
    }
}
