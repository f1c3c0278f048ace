package dev.conclave.internal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.conclave.artery.TestCluster;
import dev.conclave.core.PeerId;
import dev.conclave.internal.node.Telemetry;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.FreePorts;
import dev.conclave.status.ElectoratePlan;
import dev.conclave.status.ElectorateStatus;
import dev.conclave.status.StatusJson;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The electorate over HTTP: one voter, and a second node with a data directory that can become one. */
class ElectorateRoutesTest {

    private static final String SECRET = "a-secret-of-a-test";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    private Path directory;

    private TestCluster cluster;
    private PeerId voter;
    private PeerId outsider;
    private int port;
    private TestCluster.Node first;

    @BeforeEach
    void startsTheVoterAndTheOutsider() throws CliException {
        List<Integer> ports = FreePorts.find(2, new Random());
        port = ports.get(0);
        cluster = TestCluster.of(1, directory, "conclave.http { writes = on, tokens.alice = " + SECRET + " }");
        voter = cluster.voters().get(0);
        outsider = new PeerId("127.0.0.1", ports.get(1));
        cluster.give(voter, "conclave.http.port = " + port);
        first = cluster.start(voter);
        cluster.awaitLeader();
    }

    @AfterEach
    void ends() {
        cluster.close();
    }

    private void startOutsider() {
        cluster.join(outsider);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> send("POST", path("add " + outsider) + "&dry-run=true", true)
                                .statusCode()
                        == 200);
    }

    private static String path(String change) {
        return "?change=" + URLEncoder.encode(change, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HttpResponse<String> send(String method, String query, boolean withToken)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/conclave/electorate" + query))
                .timeout(Duration.ofSeconds(30))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (withToken) {
            request.header("Authorization", "Bearer " + SECRET);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String query) throws IOException, InterruptedException {
        return send("POST", query, true);
    }

    private ElectorateStatus view() throws IOException, InterruptedException {
        return StatusJson.read(send("GET", "", false).body(), ElectorateStatus.class);
    }

    @Test
    void theElectorateIsShownWithItsVotersTheirIdentitiesTheTimesAndTheFounding() throws Exception {
        ElectorateStatus view = view();
        assertThat(view.version()).isEqualTo(1);
        assertThat(view.self()).isEqualTo(voter.toString());
        assertThat(view.group().orElseThrow()).matches("[0-9a-f]{16}");
        assertThat(view.number()).isZero();
        assertThat(view.obeyed()).isTrue();
        assertThat(view.votes()).isTrue();
        assertThat(view.directory()).isTrue();
        assertThat(view.electionTimeoutMillis()).isEqualTo(1000);
        assertThat(view.heartbeatIntervalMillis()).isEqualTo(100);
        assertThat(view.underWay()).isEmpty();
        assertThat(view.asked()).isEmpty();
        assertThat(view.voters()).singleElement().satisfies(one -> {
            assertThat(one.name()).isEqualTo(voter.toString());
            assertThat(one.identity().orElseThrow()).matches("[0-9a-f]{16}");
            assertThat(List.of(one.self(), one.heard(), one.stored(), one.obeys()))
                    .containsOnly(true);
            assertThat(one.excluded()).isFalse();
        });
        assertThat(view.history()).singleElement().satisfies(step -> {
            assertThat(step.number()).isZero();
            assertThat(step.what()).isEqualTo("founded");
        });
    }

    @Test
    void aDryRunShowsTheStepsAndChangesNothingAndTheChangeNamesItsToken() throws Exception {
        startOutsider();
        String query = path("add " + outsider);
        HttpResponse<String> planned = post(query + "&dry-run=true");
        ElectoratePlan plan = StatusJson.read(planned.body(), ElectoratePlan.class);
        assertThat(plan.steps()).containsExactly("add " + outsider);
        assertThat(plan.change()).isEqualTo("add " + outsider);
        assertThat(plan.warnings()).singleElement().asString().startsWith("of two voters both must be up");
        assertThat(view().number()).isZero();

        HttpResponse<String> done = post(query);
        assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
        ElectorateStatus after = StatusJson.read(done.body(), ElectorateStatus.class);
        assertThat(after.number()).isEqualTo(1);
        assertThat(after.voters())
                .extracting(ElectorateStatus.Voter::name)
                .containsExactlyInAnyOrder(voter.toString(), outsider.toString());
        assertThat(after.voters()).allMatch(ElectorateStatus.Voter::stored);
        assertThat(after.history()).last().satisfies(step -> {
            assertThat(step.by()).isEqualTo("operator (token alice)");
            assertThat(step.what()).isEqualTo("added " + outsider);
            assertThat(step.at()).isAfter(Instant.EPOCH);
        });
        assertThat(after.asked()).singleElement().satisfies(asked -> {
            assertThat(after.change()).contains(asked.id());
            assertThat(asked.state()).isEqualTo("done");
            assertThat(asked.what()).isEqualTo("add " + outsider);
        });
    }

    @Test
    void aChangeThatCannotSucceedIsRefusedInOneSentenceAndOneThatIsNotUnderstoodIsNamed() throws Exception {
        HttpResponse<String> last = post(path("remove " + voter));
        assertThat(last.statusCode()).isEqualTo(409);
        assertThat(last.body()).isEqualTo("{\"error\":\"" + voter + " is the last voter; add another one first\"}");
        HttpResponse<String> silent = post(path("add " + outsider));
        assertThat(silent.statusCode()).isEqualTo(409);
        assertThat(silent.body()).contains("start it first, or mind the address");
        assertThat(view().asked()).hasSize(2).allSatisfy(asked -> {
            assertThat(asked.state()).isEqualTo("failed");
            assertThat(asked.why()).isPresent();
        });

        assertThat(post(path("grow")).body()).contains("is not a change of the electorate; say add A");
        assertThat(post(path("grow")).statusCode()).isEqualTo(400);
        assertThat(post("").statusCode()).isEqualTo(400);
        assertThat(post(path("remove " + voter) + "&dry-run=perhaps").statusCode())
                .isEqualTo(400);
        assertThat(view().number()).isZero();
    }

    @Test
    void aChangeNeedsATokenAndReadingNeedsNone() throws Exception {
        assertThat(send("POST", path("remove " + voter), false).statusCode()).isEqualTo(401);
        HttpResponse<String> put = send("PUT", "", true);
        assertThat(put.statusCode()).isEqualTo(405);
        assertThat(put.headers().firstValue("Allow")).contains("GET, POST");
        assertThat(view().asked()).isEmpty();
    }

    @Test
    void aChangeThatTakesLongerThanARequestIsAcceptedAndItsOutcomeIsShownLater() throws Exception {
        ElectorateRoutes impatient =
                new ElectorateRoutes(Telemetry.get(first.system()).control().orElseThrow(), Duration.ofMillis(1));
        OperatorAnswer.Complete accepted = answer(impatient, "set election-timeout=2s");
        assertThat(accepted.status()).isEqualTo(202);
        long id = StatusJson.read(accepted.body(), ElectorateStatus.class)
                .change()
                .orElseThrow();
        await().until(() -> view().underWay().isPresent());
        ElectorateStatus during = view();
        assertThat(during.underWay().orElseThrow().what()).isEqualTo("set election-timeout=2000ms");
        assertThat(during.underWay().orElseThrow().by()).isEqualTo("somebody");
        assertThat(during.underWay().orElseThrow().step()).contains("set election-timeout=2000ms");
        assertThat(stateOf(id, during)).isEqualTo("under-way");
        // A second one is refused while the first is under way.
        assertThat(post(path("set election-timeout=3s")).body()).contains("already carries out a change (set election");

        await().atMost(Duration.ofSeconds(30)).until(() -> stateOf(id, view()).equals("done"));
        assertThat(view().electionTimeoutMillis()).isEqualTo(2000);
        assertThat(view().underWay()).isEmpty();
    }

    private static OperatorAnswer.Complete answer(ElectorateRoutes routes, String change)
            throws InterruptedException, ExecutionException {
        OperatorRequest post = new OperatorRequest("POST", "", "", name -> Optional.empty(), () -> new byte[0]);
        return ((OperatorAnswer.Later) routes.change(new Asked(post, "", Map.of("change", change), "somebody")))
                .answer()
                .toCompletableFuture()
                .get();
    }

    private static String stateOf(long id, ElectorateStatus view) {
        return view.asked().stream()
                .filter(asked -> asked.id() == id)
                .map(ElectorateStatus.Asked::state)
                .findFirst()
                .orElse("");
    }
}
