package dev.conclave.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.conclave.Conclave;
import dev.conclave.Election;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.FreePorts;
import dev.conclave.status.Change;
import dev.conclave.status.ChangeList;
import dev.conclave.status.ElectionDetails;
import dev.conclave.status.ElectionRow;
import dev.conclave.status.ElectionStatusPage;
import dev.conclave.status.NodeStatus;
import dev.conclave.status.StatusJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The HTTP routes of a real node that leads alone, through the JDK's server. */
class HttpEndpointTest {

    private static final String SECRET = "a-secret-of-a-test";
    private static final int STREAMS = 3;

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    static Path dir;

    private static int port;
    private static String self = "";
    private static ActorTestKit kit;
    private static Election orders;

    @BeforeAll
    static void startsANodeThatLeads() throws CliException {
        int peer = freePort();
        self = "127.0.0.1:" + peer;
        port = freePort();
        kit = ActorTestKit.create("http", config(peer, "http.port = " + port, "http.writes = on"));
        orders = Conclave.get(kit.system()).join("orders");
    }

    /** A leadership may end unasked while the machine is busy. */
    @BeforeEach
    void leads() {
        orders.stand();
        await().until(() -> orders.leadership().isPresent());
    }

    private static int freePort() throws CliException {
        return FreePorts.find(1, new Random()).get(0);
    }

    private static Config config(int peer, String... more) {
        StringBuilder text = new StringBuilder("""
                akka.actor.provider = cluster
                akka.remote.artery.canonical { hostname = "127.0.0.1", port = %d }
                conclave {
                  voters = ["127.0.0.1:%d"]
                  data-dir = "%s"
                  election-timeout = 2s
                  heartbeat-interval = 50ms
                  stop-margin = 50ms
                  jmx.enabled = off
                  http.tokens { alice = "%s" }
                  http.event-streams = %d
                  health-check.elections = ["orders"]
                }
                """.formatted(peer, peer, dir.resolve("node" + peer), SECRET, STREAMS));
        for (String line : more) {
            text.append("conclave.").append(line).append('\n');
        }
        return ConfigFactory.parseString(text.toString()).withFallback(ConfigFactory.load());
    }

    @AfterAll
    static void ends() {
        kit.shutdownTestKit();
    }

    private static HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30));
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return CLIENT.send(to(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = to(path).POST(HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> command(String path) throws IOException, InterruptedException {
        return post(path, "Authorization", "Bearer " + SECRET);
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    // ---- reads

    @Test
    void theStatusOfALeaderShowsTheNodeItsVotersItsJournalAndItsElections() throws Exception {
        NodeStatus status = StatusJson.read(get("/conclave/status").body(), NodeStatus.class);
        assertThat(status.version()).isEqualTo(NodeStatus.FORMAT_VERSION);
        assertThat(status.self()).isEqualTo(self);
        assertThat(status.takesPart()).isTrue();
        assertThat(status.whyNot()).isEmpty();
        assertThat(status.missing()).isEmpty();
        assertThat(status.ready()).isTrue();
        assertThat(status.settings().electionTimeoutMillis()).isEqualTo(2_000);
        assertThat(status.elections().leading()).isGreaterThanOrEqualTo(1);
        assertThat(status.journal().orElseThrow().forces()).isPositive();
        assertThat(status.voters()).singleElement().satisfies(voter -> {
            assertThat(voter.name()).isEqualTo(self);
            assertThat(voter.self()).isTrue();
            assertThat(voter.http()).contains("127.0.0.1:" + port);
        });
        assertThat(status.eventStreams().most()).isEqualTo(STREAMS);
        assertThat(Conclave.get(kit.system()).status().orElseThrow().self()).isEqualTo(self);
    }

    @Test
    void anElectionsNameIsPercentEncodedInAPathWhateverItContains() throws Exception {
        for (String name : List.of("a/b", "wähler ☃ +%2F", "<script>alert(1)</script>", "..", "*")) {
            Election election = Conclave.get(kit.system()).join(name);
            election.stand();
            await().until(() -> election.leadership().isPresent());
            ElectionDetails details =
                    StatusJson.read(get("/conclave/elections/" + encoded(name)).body(), ElectionDetails.class);
            assertThat(details.name()).isEqualTo(name);
            assertThat(details.role()).isEqualTo("leader");
            assertThat(details.leader()).contains(self);
            assertThat(details.leaseLeftMillis()).isPresent();
            assertThat(details.changes()).extracting(Change::what).contains("standing", "elected");
            assertThat(get("/conclave/leader/" + encoded(name)).statusCode()).isEqualTo(200);
            assertThat(get("/conclave/replica/" + encoded(name)).statusCode()).isEqualTo(503);
        }
        assertThat(get("/conclave/elections/a/b").statusCode()).isEqualTo(404);
        assertThat(get("/conclave/elections/%ff%fe").body()).contains("is not percent-encoded UTF-8");
        assertThat(raw("GET /conclave/elections/%ZZ HTTP/1.1", "Host: localhost", "Connection: close"))
                .startsWith("HTTP/1.1 400");
    }

    @Test
    void aPageOfElectionsHasAtMostTwoHundredRowsAndFindsNames() throws Exception {
        for (int i = 0; i < 250; i++) {
            Conclave.get(kit.system()).join("many-" + i);
        }
        await().until(() -> page("search=MANY-&limit=9999").matching() == 250);
        assertThat(page("search=many-&limit=9999").elections()).hasSize(ElectionStatusPage.MOST_ROWS);
        assertThat(page("search=many-&limit=200&offset=200").elections()).hasSize(50);
        assertThat(page("search=many-249&show=all").elections())
                .singleElement()
                .satisfies(row -> assertThat(row.joined()).isTrue());
        assertThat(page("search=many-&show=leading").elections()).isEmpty();
        assertThat(page("show=leading&limit=200").elections())
                .extracting(ElectionRow::name)
                .contains("orders");
        assertThat(get("/conclave/elections?show=some").body()).contains("it must be all, leading, led or leaderless");
        assertThat(get("/conclave/elections?limit=-1").statusCode()).isEqualTo(400);
    }

    private static ElectionStatusPage page(String query) throws IOException, InterruptedException {
        return StatusJson.read(get("/conclave/elections?" + query).body(), ElectionStatusPage.class);
    }

    @Test
    void aLoadBalancerFindsTheLeaderAndAnUnknownElectionHasNone() throws Exception {
        HttpResponse<String> leader = get("/conclave/leader/orders");
        assertThat(leader.statusCode()).isEqualTo(200);
        assertThat(leader.body()).contains("\"leader\":\"" + self + "\"").contains("\"self\":\"" + self + "\"");
        assertThat(get("/conclave/leader/nobody-knows-it").statusCode()).isEqualTo(503);
        assertThat(get("/conclave/elections/nobody-knows-it").statusCode()).isEqualTo(404);
    }

    @Test
    void probesAnswerWithoutAToken() throws Exception {
        assertThat(get("/conclave/livez").body()).isEqualTo("{\"live\":true}");
        assertThat(get("/conclave/readyz").statusCode()).isEqualTo(200);
        assertThat(get("/conclave/nothing").statusCode()).isEqualTo(404);
        assertThat(get("/").statusCode()).isEqualTo(404);
        assertThat(post("/conclave/status").statusCode()).isEqualTo(405);
        assertThat(get("/conclave/drain").headers().firstValue("Allow")).contains("POST");
    }

    // ---- writes

    @Test
    void aCommandNeedsATokenAndMustNotComeFromAnotherSite() throws Exception {
        assertThat(post("/conclave/drain").statusCode()).isEqualTo(401);
        assertThat(post("/conclave/drain", "Authorization", "Bearer wrong").statusCode())
                .isEqualTo(401);
        assertThat(post("/conclave/drain", "Authorization", "Bearer " + SECRET, "Origin", "http://elsewhere.example")
                        .statusCode())
                .isEqualTo(403);
        assertThat(post("/conclave/drain", "Authorization", "Bearer " + SECRET, "Sec-Fetch-Site", "cross-site")
                        .statusCode())
                .isEqualTo(403);
        assertThat(Conclave.get(kit.system()).isDrained()).isFalse();
    }

    @Test
    void theChangesNameTheTokenOfAnOperatorsCommand() throws Exception {
        Election election = Conclave.get(kit.system()).join("withdrawn");
        election.stand();
        await().until(() -> election.leadership().isPresent());
        assertThat(command("/conclave/elections/withdrawn/withdraw").statusCode())
                .isEqualTo(200);
        await().untilAsserted(() -> assertThat(changesOf("withdrawn")).anySatisfy(change -> {
            assertThat(change.what()).isEqualTo("ended");
            assertThat(change.reason()).contains("withdrawn");
            assertThat(change.cause()).isEqualTo("operator (token alice)");
        }));
        assertThat(command("/conclave/elections/withdrawn/stand").statusCode()).isEqualTo(200);
        await().until(() -> election.leadership().isPresent());
    }

    private static List<Change> changesOf(String election) throws IOException, InterruptedException {
        return StatusJson.read(
                        get("/conclave/changes?election=" + encoded(election)).body(), ChangeList.class)
                .changes();
    }

    @Test
    void aHandOverWithoutAnotherCandidateIsRefusedInOneSentence() throws Exception {
        HttpResponse<String> refused = command("/conclave/elections/orders/hand-over");
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("no other candidate");
        assertThat(command("/conclave/elections/nobody-knows-it/hand-over").statusCode())
                .isEqualTo(404);
        assertThat(command("/conclave/elections/orders/hand-over?to=nowhere").statusCode())
                .isEqualTo(400);
    }

    @Test
    void anotherMachinesNameInTheHostHeaderIsRefused() throws Exception {
        assertThat(raw("GET /conclave/status HTTP/1.1", "Host: rebound.example:80", "Connection: close"))
                .startsWith("HTTP/1.1 403");
        assertThat(raw("GET /conclave/status HTTP/1.1", "Host: localhost:80", "Connection: close"))
                .startsWith("HTTP/1.1 200");
    }

    // ---- events

    @Test
    void anEventStreamShowsChangesResumesAfterALostConnectionAndLeavesTheOtherRoutesAlone() throws Exception {
        Election election = Conclave.get(kit.system()).join("streamed");
        List<Events> all = new ArrayList<>();
        try {
            all.add(new Events(""));
            election.stand();
            String first = all.get(0).awaitChange("\"election\":\"streamed\"", "\"elected\"");
            long id = StatusJson.read(first, Change.class).id();
            all.add(new Events("Last-Event-ID: " + (id - 1) + "\r\n"));
            assertThat(all.get(1).awaitChange("\"election\":\"streamed\"", "\"elected\""))
                    .isEqualTo(first);
            while (all.size() < STREAMS) {
                all.add(new Events(""));
            }
            HttpResponse<String> refused = get("/conclave/events");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("all 3 streams of events");
            assertThat(openStreams()).isEqualTo(STREAMS);
        } finally {
            for (Events one : all) {
                one.close();
            }
        }
        // A stream notices at its next texts that its client is gone.
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(openStreams()).isZero());
    }

    private static int openStreams() throws IOException, InterruptedException {
        return StatusJson.read(get("/conclave/status").body(), NodeStatus.class)
                .eventStreams()
                .open();
    }

    /** A client of the event stream, over a socket of its own. */
    private static final class Events implements AutoCloseable {
        private final Socket socket = connect();
        private final BufferedReader lines;

        Events(String headers) throws IOException {
            send(socket, "GET /conclave/events HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
            lines = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            assertThat(lines.readLine()).startsWith("HTTP/1.1 200");
            awaitLine("retry:");
        }

        private String awaitLine(String... parts) throws IOException {
            String line = lines.readLine();
            while (line != null && !List.of(parts).stream().allMatch(line::contains)) {
                line = lines.readLine();
            }
            assertThat(line).isNotNull();
            return String.valueOf(line);
        }

        String awaitChange(String... parts) throws IOException {
            return awaitLine(parts).substring("data: ".length());
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    // ---- hostile clients

    @Test
    void clientsThatNeverFinishTheirRequestsKeepNobodyFromAnAnswer() throws Exception {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                Socket socket = connect();
                slow.add(socket);
                if (i % 2 == 0) {
                    send(socket, "GET /conclave/sta");
                }
            }
            assertThat(get("/conclave/status").statusCode()).isEqualTo(200);
            assertThat(orders.leadership()).isPresent();
            // Each connection with half a request is closed by the node.
            InputStream half = slow.get(0).getInputStream();
            slow.get(0).setSoTimeout(30_000);
            assertThat(half.read()).isEqualTo(-1);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void aRequestThatIsNoneOrTooLargeIsRefused() throws Exception {
        assertThat(raw("nonsense")).startsWith("HTTP/1.1 400");
        assertThat(raw(
                        "POST /conclave/drain HTTP/1.1",
                        "Host: localhost",
                        "Content-Length: 99999999",
                        "Connection: close"))
                .startsWith("HTTP/1.1 413");
        assertThat(get("/conclave/elections?search=" + "x".repeat(5000)).statusCode())
                .isEqualTo(414);
    }

    private static Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    private static void send(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static String raw(String... lines) throws IOException {
        try (Socket socket = connect()) {
            socket.setSoTimeout(30_000);
            send(socket, String.join("\r\n", lines) + "\r\n\r\n");
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    // ---- starts

    @Test
    void aTakenPortIsNamedWithItsSettingAndTheRemedy() {
        assertThatThrownBy(
                        () -> ActorTestKit.create("http", config(freePort(), "http.port = " + port, "warm-up = off")))
                .hasStackTraceContaining("conclave.http cannot listen on 127.0.0.1 port " + port)
                .hasStackTraceContaining("choose a free conclave.http.port");
    }
}
