package dev.conclave.node.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.util.ByteString;
import com.typesafe.config.ConfigFactory;
import dev.conclave.Conclave;
import dev.conclave.Election;
import dev.conclave.Leadership;
import dev.conclave.Register;
import dev.conclave.Written;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.FreePorts;
import dev.conclave.status.ElectionDetails;
import dev.conclave.status.NodeStatus;
import dev.conclave.status.RegisterContent;
import dev.conclave.status.RegisterCopy;
import dev.conclave.status.RegisterList;
import dev.conclave.status.StatusJson;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Registers on the command line and over HTTP, at a real node that leads alone. */
@Timeout(60)
class RegisterCommandTest {

    private static final String SECRET = "a-secret-of-a-test";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final AtomicInteger NUMBER = new AtomicInteger();

    @TempDir
    static Path dir;

    private static int port;
    private static ActorTestKit kit;
    private static String token = "";

    private final CommandRun command = new CommandRun();

    /** Each test has an election of its own, with a name that must be encoded. */
    private final String name = "jobs/" + NUMBER.incrementAndGet() + " \u2603";

    private Election election;

    @BeforeAll
    static void startsANode() throws CliException, IOException {
        List<Integer> ports = FreePorts.find(2, new Random());
        port = ports.get(1);
        token = Files.writeString(dir.resolve("token"), SECRET).toString();
        kit = ActorTestKit.create(
                "registers",
                ConfigFactory.parseString("""
                akka.actor.provider = cluster
                akka.remote.artery.canonical { hostname = "127.0.0.1", port = %1$d }
                conclave {
                  voters = ["127.0.0.1:%1$d"]
                  data-dir = "%2$s"
                  election-timeout = 2s
                  heartbeat-interval = 100ms
                  stop-margin = 200ms
                  jmx.enabled = off
                  http { port = %3$d, writes = on, tokens.alice = "%4$s" }
                }
                """.formatted(ports.get(0), dir.resolve("node"), port, SECRET))
                        .withFallback(ConfigFactory.load()));
    }

    @AfterAll
    static void endsTheNode() {
        kit.shutdownTestKit();
    }

    @BeforeEach
    void leads() {
        election = Conclave.get(kit.system()).join(name);
        election.stand();
        leadership();
    }

    private Leadership leadership() {
        await().until(() -> election.leadership().isPresent());
        return election.leadership().orElseThrow();
    }

    private Written write(String text) {
        return election.register()
                .write(leadership(), ByteString.fromString(text))
                .toCompletableFuture()
                .join();
    }

    private static String text(Register register) {
        return register.value().map(ByteString::utf8String).orElse("none");
    }

    private String path() {
        return "/conclave/elections/"
                + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30));
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return CLIENT.send(to(path).header("Authorization", "Bearer " + SECRET).build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(String path, BodyPublisher content)
            throws IOException, InterruptedException {
        return CLIENT.send(
                to(path).header("Authorization", "Bearer " + SECRET)
                        .POST(content)
                        .build(),
                BodyHandlers.ofString());
    }

    private int run(String... args) {
        String[] all = Arrays.copyOf(args, args.length + 4);
        all[args.length] = "--at";
        all[args.length + 1] = "127.0.0.1:" + port;
        all[args.length + 2] = "--token-file";
        all[args.length + 3] = token;
        return command.run(all);
    }

    // ---- over HTTP

    @Test
    void aRegisterIsShownAsTheTruthAndAsTheCopyOfTheNode() throws Exception {
        assertThat(write("step 7").isDone()).isTrue();
        RegisterContent truth = StatusJson.read(get(path() + "/register").body(), RegisterContent.class);
        assertThat(truth.text()).contains("step 7");
        assertThat(truth.register().truth()).isTrue();
        assertThat(truth.register().write()).isEqualTo(1);
        RegisterContent here =
                StatusJson.read(get(path() + "/register?copy=true").body(), RegisterContent.class);
        assertThat(here.base64()).isEqualTo(truth.base64());
        assertThat(here.register()).isEqualTo(truth.register());
        ElectionDetails details = StatusJson.read(get(path()).body(), ElectionDetails.class);
        assertThat(details.register()).contains(truth.register());
        NodeStatus status = StatusJson.read(get("/conclave/status").body(), NodeStatus.class);
        assertThat(status.registers().count()).isPositive();
        assertThat(status.registers().bytes()).isGreaterThanOrEqualTo(6);
    }

    @Test
    void anElectionWithoutARegisterShowsNone() throws Exception {
        RegisterContent none = StatusJson.read(get(path() + "/register").body(), RegisterContent.class);
        assertThat(none.register().term()).isZero();
        assertThat(none.base64()).isEmpty();
        assertThat(StatusJson.read(get(path()).body(), ElectionDetails.class).register())
                .isEmpty();
    }

    @Test
    void theListOfRegistersIsReadPageByPage() throws Exception {
        assertThat(write("a").isDone()).isTrue();
        RegisterList first = StatusJson.read(get("/conclave/registers?limit=0").body(), RegisterList.class);
        assertThat(first.registers()).isEmpty();
        assertThat(first.more()).isTrue();
        RegisterList all = StatusJson.read(get("/conclave/registers").body(), RegisterList.class);
        assertThat(all.more()).isFalse();
        assertThat(all.registers())
                .filteredOn(row -> row.election().equals(name))
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.leads()).isTrue();
                    assertThat(row.bytes()).contains(1);
                });
        String last = all.registers().get(all.registers().size() - 1).election();
        assertThat(StatusJson.read(
                                get("/conclave/registers?after=" + URLEncoder.encode(last, StandardCharsets.UTF_8))
                                        .body(),
                                RegisterList.class)
                        .registers())
                .isEmpty();
    }

    @Test
    void anImportedValueBelongsToTheNextLeadershipAndTheFormerLeaderCannotReplaceIt() throws Exception {
        Leadership former = leadership();
        HttpResponse<String> answer =
                post(path() + "/register", BodyPublishers.ofString("imported", StandardCharsets.UTF_8));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(election.register()
                        .write(former, ByteString.fromString("mine"))
                        .toCompletableFuture()
                        .join())
                .isInstanceOf(Written.Refused.class);
        await().until(() -> election.leadership()
                .filter(now -> now.fencingToken() > former.fencingToken())
                .isPresent());
        assertThat(text(leadership().register())).isEqualTo("imported");
        assertThat(write("then mine").isDone()).isTrue();
        assertThat(get("/conclave/changes").body()).contains("operator (token alice)");
    }

    @Test
    void aValueThatIsThereIsReplacedOnlyWhenTheOperatorSaysSo() throws Exception {
        assertThat(write("mine").isDone()).isTrue();
        Leadership former = leadership();
        HttpResponse<String> refused = post(path() + "/register", BodyPublishers.ofString("other"));
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("holds a value already");
        assertThat(former.holds()).isTrue();
        assertThat(write("still mine").isDone()).isTrue();
        assertThat(post(path() + "/register?replace=true", BodyPublishers.ofString("other"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(StatusJson.read(get(path() + "/register?copy=true").body(), RegisterContent.class)
                        .text())
                .contains("other");
        await().until(() -> election.leadership()
                .filter(now -> now.fencingToken() > former.fencingToken())
                .isPresent());
        assertThat(post(path() + "/register?clear=true", BodyPublishers.noBody())
                        .statusCode())
                .isEqualTo(200);
        RegisterContent cleared =
                StatusJson.read(get(path() + "/register?copy=true").body(), RegisterContent.class);
        assertThat(cleared.base64()).isEmpty();
        assertThat(cleared.register().write()).isPositive();
    }

    @Test
    void aContentOfTheLargestSizeIsTakenAndALargerOneIsRefusedWithOrWithoutItsLength() throws Exception {
        byte[] largest = new byte[65_536];
        new Random(1).nextBytes(largest);
        assertThat(post(path() + "/register", BodyPublishers.ofByteArray(largest))
                        .statusCode())
                .isEqualTo(200);
        assertThat(StatusJson.read(get(path() + "/register?copy=true").body(), RegisterContent.class))
                .satisfies(shown -> {
                    assertThat(shown.register().bytes()).contains(65_536);
                    assertThat(shown.text()).isEmpty();
                });
        byte[] larger = new byte[65_537];
        assertThat(post(path() + "/register?replace=true", BodyPublishers.ofByteArray(larger))
                        .statusCode())
                .isEqualTo(413);
        assertThat(post(
                                path() + "/register?replace=true",
                                BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(larger)))
                        .statusCode())
                .isEqualTo(413);
        HttpResponse<String> refused =
                post(path() + "/register?replace=true", BodyPublishers.ofByteArray(new byte[1_000_000]));
        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(refused.body()).contains("65536 bytes");
    }

    @Test
    void whatIsNotUnderstoodIsRefusedBeforeAnythingIsWritten() throws Exception {
        assertThat(CLIENT.send(
                                to(path() + "/register")
                                        .POST(BodyPublishers.ofString("x"))
                                        .build(),
                                BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(401);
        assertThat(CLIENT.send(to(path() + "/register?copy=true").build(), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(401);
        assertThat(post("/conclave/elections/unknown/register", BodyPublishers.ofString("x"))
                        .statusCode())
                .isEqualTo(404);
        for (String read : List.of("", "?copy=true")) {
            assertThat(get("/conclave/elections/unknown/register" + read).statusCode())
                    .isEqualTo(404);
        }
        assertThat(get(path() + "/register?copy=yes").statusCode()).isEqualTo(400);
        assertThat(post(path() + "/register?clear=true", BodyPublishers.ofString("x"))
                        .statusCode())
                .isEqualTo(400);
        election.withdraw();
        await().until(() -> election.leadership().isEmpty());
        HttpResponse<String> refused = post(path() + "/register", BodyPublishers.ofString("x"));
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("does not lead", "ask the node that leads it");
        HttpResponse<String> unanswered = get(path() + "/register");
        assertThat(unanswered.statusCode()).isEqualTo(503);
        assertThat(unanswered.body()).contains("no leader of");
    }

    // ---- on the command line

    @Test
    void theCommandLineListsAndShowsRegisters() {
        assertThat(write("step 7").isDone()).isTrue();
        assertThat(run("register", "list")).as(command.err()).isZero();
        assertThat(command.out()).contains(name + "  term 0.", "  write 1  6 bytes");
        CommandRun shows = new CommandRun();
        assertThat(shows.run("register", "get", name, "--at", "127.0.0.1:" + port, "--token-file", token))
                .as(shows.err())
                .isZero();
        assertThat(shows.out()).contains("write 1, 6 bytes", "step 7");
        CommandRun raw = new CommandRun();
        assertThat(raw.run("register", "get", name, "--raw", "--at", "127.0.0.1:" + port, "--token-file", token))
                .isZero();
        assertThat(raw.out()).isEqualTo("step 7");
        CommandRun without = new CommandRun();
        assertThat(without.run("register", "get", name, "--at", "127.0.0.1:" + port))
                .isEqualTo(1);
        assertThat(without.err()).contains("HTTP 401: a token is needed", "--token-file");
    }

    @Test
    void whatIsExportedCanBeImportedAgain() throws IOException {
        assertThat(write("step 7").isDone()).isTrue();
        Path file = dir.resolve("exported-" + NUMBER.get());
        assertThat(run("register", "export", file.toString(), "--election", name))
                .as(command.err())
                .isZero();
        assertThat(Files.readAllLines(file)).hasSize(1);
        assertThat(write("step 8").isDone()).isTrue();
        Leadership former = leadership();
        assertThat(run("register", "import", file.toString())).isEqualTo(1);
        assertThat(command.err()).contains("1 of 1 registers were not imported", "holds a value already");
        assertThat(former.holds()).isTrue();
        assertThat(run("register", "import", file.toString(), "--replace"))
                .as(command.err())
                .isZero();
        await().until(() -> election.leadership()
                .filter(now -> now.fencingToken() > former.fencingToken())
                .isPresent());
        assertThat(text(leadership().register())).isEqualTo("step 7");
    }

    @Test
    void aFileWithAWrongLineImportsNothing() throws IOException {
        RegisterContent good = new RegisterContent(
                1,
                Instant.EPOCH,
                "a:1",
                name,
                new RegisterCopy(1, 1, Optional.of(1), true, Optional.empty()),
                Optional.of("eA=="));
        Path file = dir.resolve("wrong-" + NUMBER.get());
        for (String wrong :
                List.of("nonsense", "{}", StatusJson.write(good).replace("eA==", "%%%"), StatusJson.write(good))) {
            Files.writeString(file, StatusJson.write(good) + "\n" + wrong + "\n");
            CommandRun imports = new CommandRun();
            assertThat(imports.run(
                            "register", "import", file.toString(), "--at", "127.0.0.1:" + port, "--token-file", token))
                    .isEqualTo(1);
            assertThat(imports.err()).contains("line 2: ", "nothing was imported");
        }
        assertThat(election.register().latest().fencingToken()).isZero();
    }

    @Test
    void aRegisterWithoutALeaderIsNamedAndTheOthersAreExported() {
        assertThat(write("step 7").isDone()).isTrue();
        election.withdraw();
        await().until(() -> election.leadership().isEmpty());
        assertThat(run("register", "export")).isEqualTo(1);
        assertThat(command.err()).contains("registers were not exported", "has no known leader");
        election.stand();
        leadership();
    }
}
