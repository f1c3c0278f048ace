package dev.conclave.management;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.javadsl.Adapter;
import akka.management.javadsl.AkkaManagement;
import com.typesafe.config.ConfigFactory;
import dev.conclave.Conclave;
import dev.conclave.Election;
import dev.conclave.node.cli.FreePorts;
import dev.conclave.status.ElectionDetails;
import dev.conclave.status.ElectorateStatus;
import dev.conclave.status.NodeStatus;
import dev.conclave.status.RegisterContent;
import dev.conclave.status.StatusJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The routes in a real Akka Management, on a node that leads alone. */
class ConclaveRoutesTest {

    private static final String SECRET = "a-secret-of-a-test";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    static Path dir;

    private static ActorTestKit kit;
    private static int port;
    private static String self = "";

    @BeforeAll
    static void startsAkkaManagement() throws Exception {
        List<Integer> ports = FreePorts.find(2, new Random());
        self = "127.0.0.1:" + ports.get(0);
        port = ports.get(1);
        kit = ActorTestKit.create(
                "managed",
                ConfigFactory.parseString("""
                akka.actor.provider = cluster
                akka.remote.artery.canonical { hostname = "127.0.0.1", port = %d }
                akka.management.http {
                  hostname = "127.0.0.1"
                  port = %d
                  routes.conclave = "dev.conclave.management.ConclaveRoutes"
                  route-providers-read-only = false
                }
                akka.management.health-checks.readiness-checks.conclave = "dev.conclave.ConclaveHealthCheck"
                conclave {
                  voters = ["%s"]
                  data-dir = "%s"
                  election-timeout = 2s
                  heartbeat-interval = 50ms
                  stop-margin = 50ms
                  jmx.enabled = off
                  http { writes = on, tokens.alice = "%s", event-streams = 1 }
                }
                """.formatted(ports.get(0), port, self, dir.resolve("node"), SECRET))
                        .withFallback(ConfigFactory.load()));
        AkkaManagement.get(Adapter.toClassic(kit.system()))
                .start()
                .toCompletableFuture()
                .get();
    }

    /** A leadership may end unasked while the machine is busy. */
    @BeforeEach
    void leads() {
        lead("orders");
        lead("a/b ☃");
    }

    private static void lead(String name) {
        Election election = Conclave.get(kit.system()).join(name);
        election.stand();
        await().until(() -> election.leadership().isPresent());
    }

    @AfterAll
    static void ends() {
        kit.shutdownTestKit();
    }

    private static HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder post(String path) {
        return to(path).POST(HttpRequest.BodyPublishers.noBody());
    }

    @Test
    void akkaManagementShowsTheStatusAndTheLeaderToLoadBalancers() throws Exception {
        NodeStatus status = StatusJson.read(send(to("/conclave/status")).body(), NodeStatus.class);
        assertThat(status.self()).isEqualTo(self);
        assertThat(status.voters())
                .singleElement()
                .satisfies(voter -> assertThat(voter.http()).contains("127.0.0.1:" + port));
        assertThat(send(to("/conclave/leader/orders")).statusCode()).isEqualTo(200);
        assertThat(send(to("/conclave/replica/orders")).statusCode()).isEqualTo(503);
        assertThat(send(to("/conclave/livez")).statusCode()).isEqualTo(200);
        assertThat(send(to("/conclave/readyz")).statusCode()).isEqualTo(200);
    }

    @Test
    void anEncodedNameReachesTheRoutesAsItIs() throws Exception {
        ElectionDetails details = StatusJson.read(
                send(to("/conclave/elections/a%2Fb%20%E2%98%83")).body(), ElectionDetails.class);
        assertThat(details.name()).isEqualTo("a/b ☃");
        assertThat(details.leader()).contains(self);
    }

    @Test
    void theContentOfARequestReachesTheRoutesUpToTheSizeOfAValue() throws Exception {
        lead("jobs");
        HttpRequest.Builder request =
                to("/conclave/elections/jobs/register?replace=true").header("Authorization", "Bearer " + SECRET);
        assertThat(send(request.POST(HttpRequest.BodyPublishers.ofByteArray(new byte[65_537])))
                        .statusCode())
                .isEqualTo(413);
        assertThat(send(request.POST(HttpRequest.BodyPublishers.ofString("step 7")))
                        .statusCode())
                .isEqualTo(200);
        assertThat(StatusJson.read(
                                send(to("/conclave/elections/jobs/register?copy=true")
                                                .header("Authorization", "Bearer " + SECRET))
                                        .body(),
                                RegisterContent.class)
                        .text())
                .contains("step 7");
    }

    @Test
    void aCommandNeedsATokenAndShowsItsNameAsTheCause() throws Exception {
        assertThat(send(post("/conclave/drain")).statusCode()).isEqualTo(401);
        HttpResponse<String> refused =
                send(post("/conclave/elections/orders/hand-over").header("Authorization", "Bearer " + SECRET));
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("no other candidate");
        assertThat(send(post("/conclave/drain")
                                .header("Authorization", "Bearer " + SECRET)
                                .header("Origin", "http://elsewhere.example"))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void akkaManagementShowsAndPlansTheElectorate() throws Exception {
        ElectorateStatus view = StatusJson.read(send(to("/conclave/electorate")).body(), ElectorateStatus.class);
        assertThat(view.number()).isZero();
        assertThat(view.voters())
                .singleElement()
                .satisfies(voter -> assertThat(voter.name()).isEqualTo(self));
        String change = "/conclave/electorate?change=set%20election-timeout%3D1s&dry-run=true";
        assertThat(send(post(change)).statusCode()).isEqualTo(401);
        assertThat(send(post(change).header("Authorization", "Bearer " + SECRET))
                        .body())
                .contains("\"steps\":[\"set election-timeout=1000ms heartbeat-interval=50ms max-clock-drift=0.01\"]");
    }

    @Test
    void eventsArriveWhileTheStreamIsOpenAndTheStreamIsCounted() throws Exception {
        HttpResponse<Stream<String>> events =
                CLIENT.send(to("/conclave/events").build(), HttpResponse.BodyHandlers.ofLines());
        assertThat(events.headers().firstValue("Content-Type").orElse("")).startsWith("text/event-stream");
        try (Stream<String> body = events.body()) {
            assertThat(send(to("/conclave/events")).statusCode()).isEqualTo(503);
            lead("streamed");
            Iterator<String> lines = body.iterator();
            String line = lines.next();
            while (!line.contains("\"streamed\"") || !line.contains("\"elected\"")) {
                line = lines.next();
            }
        }
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(
                                StatusJson.read(send(to("/conclave/status")).body(), NodeStatus.class)
                                        .eventStreams()
                                        .open())
                        .isZero());
    }

    @Test
    void otherRoutesOfAkkaManagementAreLeftAlone() throws Exception {
        assertThat(send(to("/ready")).statusCode()).isEqualTo(200);
        assertThat(send(to("/conclaves")).statusCode()).isEqualTo(404);
        assertThat(send(to("/conclave/nothing")).body()).contains("there is nothing at this path");
    }
}
