package dev.conclave.node.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import dev.conclave.Conclave;
import dev.conclave.cluster.machine.Machine;
import dev.conclave.cluster.machine.Needs;
import dev.conclave.core.PeerId;
import dev.conclave.core.Terms;
import dev.conclave.judge.Event;
import dev.conclave.judge.Judge;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page of a node in a real browser. */
@Timeout(300)
@Needs(Machine.BROWSER)
@SuppressWarnings("NullAway.Init")
class PageIT {

    private static final String TOKEN = "a-secret-of-this-test";

    /** As markup it would change the title of the page. */
    private static final String NAME = "<script>document.title='taken'</script>";

    @TempDir
    private static Path browserDirectory;

    private static Browser page;

    @TempDir
    private Path directory;

    private final List<Jvm> all = new ArrayList<>();
    private final List<Event> kills = new ArrayList<>();
    private final Map<PeerId, Integer> httpPorts = new HashMap<>();
    private List<PeerId> voters = List.of();

    @BeforeAll
    static void startBrowser() throws IOException, CliException {
        page = Browser.start(browserDirectory);
    }

    @AfterAll
    static void endBrowser() {
        page.close();
    }

    @AfterEach
    void endAll() throws InterruptedException {
        for (Jvm jvm : all) {
            jvm.close();
            jvm.awaitExit();
        }
    }

    @Test
    void thePageShowsAFailOverHandsOverAndRecoversFromTheRestartOfItsNode() throws Exception {
        List<Integer> ports = FreePorts.find(6, new Random());
        voters = ports.subList(0, 3).stream()
                .map(port -> new PeerId("127.0.0.1", port))
                .toList();
        for (int i = 0; i < 3; i++) {
            httpPorts.put(voters.get(i), ports.get(3 + i));
            start(voters.get(i));
        }
        PeerId follower = others(Jvm.awaitLeader(all, 0).peer()).get(0);
        // It shows the leader, and a name is text.
        page.open(pageOf(follower));
        page.awaitText("#rows", NAME);
        page.click("#rows button");
        // A register appears, and its value is text.
        long imported = importRegister("<script>step</script> 7");
        Jvm first = awaitShownLeader(imported);
        long term = first.lastTerm();
        page.awaitText("#register-facts", "23 bytes");
        page.click("#register-value summary");
        page.type("#token", TOKEN);
        page.click("#confirm");
        page.awaitText("#register-text", "<script>step</script> 7");
        page.awaitText("#detail-title", NAME);
        page.awaitText("#quorum", "3 of 3 healthy");
        page.awaitText("#live", "live");
        assertThat(page.run("return document.title").asText()).contains(follower.toString());
        assertThat(page.run("return document.querySelectorAll('main script').length")
                        .asInt())
                .isZero();

        // It follows a fail-over.
        page.open(pageOf(others(first.peer()).get(0)) + "#election=" + encoded(NAME));
        page.awaitText("#live", "live");
        end(first);
        Jvm second = awaitShownLeader(term);
        page.awaitText("#leaderships", first.peer().toString());
        page.awaitText("#problems", "The lifeline to " + first.peer() + " is down");
        page.awaitText("#quorum", "2 of 3 healthy");

        // It hands over, with a token that is asked for until it is right, and then never again. A page that is open
        // forgets
        // its token only when it is left.
        page.open("about:blank");
        page.open(pageOf(second.peer()) + "#election=" + encoded(NAME));
        page.awaitText("#hand-over", "Hand over");
        page.click("#hand-over");
        page.type("#token", "not the token");
        page.click("#confirm");
        page.awaitText("#ask-error", "token");
        assertThat(second.leads()).isTrue();
        page.type("#token", TOKEN);
        page.click("#confirm");
        page.awaitText("#said", "has handed over");
        awaitShownLeader(second.lastTerm());
        page.awaitText("#leaderships", "operator (token alice)");
        page.awaitText("#electorate-now", "configuration 0 of the group");
        page.type("#change", "grow");
        page.click("#plan");
        page.click("#confirm");
        page.awaitText("#ask-error", "\"grow\" is not a change of the electorate");
        page.click("#cancel");
        page.type("#change", "set election-timeout=3s");
        page.click("#plan");
        page.click("#confirm");
        page.awaitText("#ask-text", "1. set election-timeout=3000ms");
        page.awaitText("#electorate-now", "configuration 0 of the group");
        page.click("#confirm");
        page.awaitText("#said", "Configuration 1 is obeyed by a majority");
        page.awaitText("#electorate-now", "configuration 1 of the group");
        page.awaitText("#last-change", "by operator (token alice)");
        page.click("#drain");
        assertThat(page.shows("#token")).isFalse();
        page.click("#cancel");

        // It says that it has lost its node, and recovers.
        end(second);
        page.awaitText("#lost", "This page has lost the node " + second.peer());
        start(second.peer());
        page.awaitText("#said", "The node has restarted");
        page.awaitText("#live", "live");
        assertThat(page.shows("#lost")).isFalse();
        awaitShownLeader(0);
        List<Event> events = new ArrayList<>(Jvm.allEvents(directory));
        events.addAll(kills);
        assertThat(Judge.judge(events).violations()).isEmpty();
    }

    /** Imports a value at the leader, which ends its leadership; returns its term. On a busy machine leaders may change unasked. */
    private long importRegister(String value) {
        AtomicLong term = new AtomicLong();
        await().atMost(Jvm.PATIENCE).until(() -> {
            Optional<Jvm> leader = all.stream().filter(Jvm::leads).findFirst();
            if (leader.isEmpty()) {
                return false;
            }
            term.set(leader.get().lastTerm());
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                            + httpPorts.get(leader.get().peer()) + "/conclave/elections/" + encoded(NAME)
                            + "/register?replace=true"))
                    .header("Authorization", "Bearer " + TOKEN)
                    .POST(HttpRequest.BodyPublishers.ofString(value))
                    .build();
            return HttpClient.newHttpClient()
                            .send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        });
        return term.get();
    }

    /** Waits for a leader above a term whom the page shows. On a busy machine leaders may change unasked. */
    private Jvm awaitShownLeader(long above) {
        await().atMost(Jvm.PATIENCE)
                .untilAsserted(() -> assertThat(all).anySatisfy(jvm -> {
                    assertThat(jvm.leads()).as(jvm.peer() + " leads").isTrue();
                    assertThat(jvm.lastTerm()).isGreaterThan(above);
                    assertThat(page.text("#detail-says"))
                            .startsWith(jvm.peer() + " leads in term " + Terms.show(jvm.lastTerm()));
                }));
        return all.stream().filter(Jvm::leads).findFirst().orElseThrow();
    }

    private void start(PeerId peer) throws IOException {
        all.add(Jvm.startWith(
                List.of(
                        "-Dconclave.warm-up=off",
                        // Proofs of death and hand-overs do not wait for it, and a busy machine does not change the
                        // leader.
                        "-Dconclave.election-timeout=2s",
                        "-Dconclave.http.port=" + httpPorts.get(peer),
                        "-Dconclave.http.writes=on",
                        "-Dconclave.http.tokens.alice=" + TOKEN),
                directory,
                peer,
                voters,
                "--election",
                NAME));
    }

    /** SIGKILL: the process itself reports no end of its leadership to the judge. */
    private void end(Jvm jvm) throws InterruptedException {
        kills.add(new Event.Killed(System.nanoTime(), jvm.peer()));
        jvm.close();
        jvm.awaitExit();
        all.remove(jvm);
    }

    private List<PeerId> others(PeerId than) {
        return voters.stream().filter(voter -> !voter.equals(than)).toList();
    }

    private String pageOf(PeerId peer) {
        return "http://127.0.0.1:" + httpPorts.get(peer) + "/conclave/";
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Test
    @Tag("soak")
    void thePageOfANodeWithTenThousandElectionsHasAtMostTwoHundredOfThemAtATime() throws Exception {
        List<Integer> ports = FreePorts.find(2, new Random());
        PeerId alone = new PeerId("127.0.0.1", ports.get(0));
        httpPorts.put(alone, ports.get(1));
        ActorSystem<Void> system = ActorSystem.create(
                Behaviors.empty(),
                "page",
                ConfigFactory.parseString("""
                        akka.actor.provider = cluster
                        akka.loglevel = WARNING
                        akka.jvm-shutdown-hooks = off
                        akka.remote.artery.canonical { hostname = "127.0.0.1", port = %d }
                        conclave { voters = ["%s"], data-dir = "%s", jmx.enabled = off, http.port = %d }
                        """.formatted(alone.port(), alone, directory.resolve("data"), ports.get(1)))
                        .withFallback(ConfigFactory.load()));
        try {
            Conclave conclave = Conclave.get(system);
            IntStream.range(0, 10_000).forEach(number -> conclave.join("tenant-%04d".formatted(number)));
            conclave.join("tenant-9999").stand();
            page.open(pageOf(alone));
            page.awaitText("#counts", "10,000 elections, 1 led by this node, 9,999 without a leader");

            assertThat(rows(alone, "limit=100000")).isEqualTo(200);
            page.run("const limit = document.getElementById('limit'); limit.value = 200;"
                    + " limit.dispatchEvent(new Event('change'))");
            page.awaitText("#window", "1–200 of 10,000");
            page.click("#next");
            page.awaitText("#window", "201–400 of 10,000");
            assertThat(rowsShown()).isEqualTo(200);
            page.type("#search", "tenant-9999");
            page.awaitText("#window", "1–1 of 1");
            page.awaitText("#rows", alone.toString());
            page.run("const show = document.getElementById('show'); show.value = 'leaderless';"
                    + " show.dispatchEvent(new Event('change'))");
            page.awaitText("#nothing", "No election matches");
            assertThat(page.run("return performance.getEntriesByType('resource').map(entry => entry.duration)"))
                    .as("how long the requests of the page took, in ms")
                    .filteredOn(duration -> duration.asDouble() > 5_000)
                    .isEmpty();
        } finally {
            system.terminate();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> system.whenTerminated().isCompleted());
        }
    }

    private static int rowsShown() {
        return page.run("return document.getElementById('rows').rows.length").asInt();
    }

    private int rows(PeerId peer, String query) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + httpPorts.get(peer) + "/conclave/elections?" + query))
                .timeout(Duration.ofSeconds(30))
                .build();
        String body = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
        return new ObjectMapper().readTree(body).path("elections").size();
    }
}
