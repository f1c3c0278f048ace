package dev.conclave.node.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.conclave.core.PeerId;
import dev.conclave.judge.Violation.Promise;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlaygroundTest {

    private static final PeerId ANNA = new PeerId("127.0.0.1", 1001);
    private static final PeerId BERT = new PeerId("127.0.0.1", 1002);
    private static final PeerId CARL = new PeerId("127.0.0.1", 1003);

    private static Playground playground(FakePeers.Fault fault) throws IOException {
        return new Playground(Map.of(ANNA, 1, BERT, 2, CARL, 3), new FakePeers(fault));
    }

    private static Playground.Peer peer(Playground playground, PeerId peer) {
        return playground.state().peers().stream()
                .filter(one -> one.name().equals(peer.toString()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aKilledLeaderIsReplacedAndFollowsAfterItsRestart() throws IOException {
        Playground playground = playground(FakePeers.Fault.NONE);
        assertThat(playground.state().leader()).isEqualTo(ANNA.toString());

        playground.act(ANNA, Playground.Act.KILL);
        await().untilAsserted(() -> assertThat(playground.state().leader()).isEqualTo(BERT.toString()));
        assertThat(peer(playground, ANNA).life()).isEqualTo(Playground.Life.ENDED);
        assertThat(peer(playground, ANNA).doing()).isEqualTo("KILLED (SIGKILL)");

        playground.act(ANNA, Playground.Act.RESTART);
        assertThat(peer(playground, ANNA).life()).isEqualTo(Playground.Life.RUNNING);
        assertThat(peer(playground, ANNA).doing()).startsWith("follows " + BERT);
        assertThat(playground.state().promises())
                .containsOnlyKeys(Promise.values())
                .allSatisfy((promise, held) -> assertThat(held).isTrue());
    }

    @Test
    void anImpossibleActIsRefusedInOneSentence() throws IOException {
        Playground playground = playground(FakePeers.Fault.NONE);
        assertThatThrownBy(() -> playground.act(ANNA, Playground.Act.THAW))
                .hasMessage(ANNA + " is running: thaw needs a peer that is frozen");
        playground.act(ANNA, Playground.Act.KILL);
        assertThatThrownBy(() -> playground.act(ANNA, Playground.Act.KILL))
                .hasMessage(ANNA + " has ended: kill needs a peer that is running");
        assertThatThrownBy(() -> playground.act(new PeerId("a", 1), Playground.Act.KILL))
                .hasMessage("a:1 is not a peer of this demo");
    }

    @Test
    void aFrozenLeaderDoesNotLeadBesideItsSuccessor() throws IOException {
        Playground playground = playground(FakePeers.Fault.NONE);
        playground.act(ANNA, Playground.Act.FREEZE);
        await().untilAsserted(() -> assertThat(playground.state().leader()).isEqualTo(BERT.toString()));
        assertThat(playground.state().violations()).isEmpty();
    }

    @Test
    void aBrokenPromiseIsShown() throws IOException {
        Playground playground = playground(FakePeers.Fault.TWO_LEADERS_IN_A_TERM);
        playground.act(ANNA, Playground.Act.KILL);
        await().untilAsserted(() -> assertThat(playground.state().promises()).containsEntry(Promise.S1, false));
        assertThat(playground.state().violations())
                .isNotEmpty()
                .first()
                .asString()
                .startsWith("S1 broken");
    }

    @Test
    void thePageShowsTheStateAndObeysNoOtherSite() throws IOException, InterruptedException {
        Playground playground = playground(FakePeers.Fault.NONE);
        try (PlaygroundPage page = new PlaygroundPage(playground)) {
            assertThat(get(page, "").body()).contains("<title>Conclave demo</title>");
            JsonNode state = new ObjectMapper().readTree(get(page, "state").body());
            assertThat(state.get("leader").textValue()).isEqualTo(ANNA.toString());
            assertThat(state.get("peers")).hasSize(3);

            assertThat(act(page, ANNA, "kill", "X-Other").statusCode()).isEqualTo(403);
            assertThat(peer(playground, ANNA).life()).isEqualTo(Playground.Life.RUNNING);
            assertThat(act(page, ANNA, "kill", "X-Conclave-Demo").statusCode()).isEqualTo(200);
            assertThat(act(page, ANNA, "kill", "X-Conclave-Demo").statusCode()).isEqualTo(409);
            assertThat(act(page, ANNA, "bake", "X-Conclave-Demo").statusCode()).isEqualTo(400);
            assertThat(peer(playground, ANNA).life()).isEqualTo(Playground.Life.ENDED);
        }
    }

    private static HttpResponse<String> get(PlaygroundPage page, String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(page.address() + path)));
    }

    private static HttpResponse<String> act(PlaygroundPage page, PeerId peer, String act, String header)
            throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(page.address() + "act?act=" + act + "&peer=" + peer))
                .header(header, "1")
                .POST(HttpRequest.BodyPublishers.noBody()));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
