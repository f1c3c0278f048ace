package dev.conclave.node.operate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EventsCommandTest {

    private static final String FIRST = "2026-12-01T01:20:00.001Z";
    private static final String SECOND = "2026-12-01T01:20:00.002Z";
    private static final String THIRD = "2026-12-01T01:20:00.003Z";

    private final List<FakeNode> nodes = FakeNode.voters("a:1", "b:2");
    private final FakeNode a = nodes.get(0);
    private final FakeNode b = nodes.get(1);
    private final CommandRun command = new CommandRun();
    private final Thread following = new Thread(() -> command.run("events", "--follow", "--json", "--at", a.door()));

    EventsCommandTest() {
        a.answers(
                "changes",
                200,
                "{\"version\":1,\"self\":\"a:1\",\"changes\":[" + FakeNode.change(1, FIRST, "orders", "following") + ","
                        + FakeNode.change(2, SECOND, "stock", "leaderless") + "]}");
    }

    @AfterEach
    void endAll() throws InterruptedException {
        following.interrupt();
        nodes.forEach(FakeNode::close);
        following.join();
    }

    @Test
    void theLastChangesArePrintedAsLinesOrAsJson() {
        assertThat(command.run("events", "--at", a.door())).isZero();
        assertThat(command.run("events", "--at", a.door(), "--last", "1", "--json"))
                .isZero();
        assertThat(command.run("events", "--at", a.door(), "--election", "orders", "--json"))
                .isZero();
        assertThat(command.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).endsWith("a:1  orders  follows a:1 in term 0.1: first election"),
                        line -> assertThat(line).endsWith("a:1  stock  has no leader, term 0.2: first election"),
                        line -> assertThat(line).startsWith("{\"id\":2,\"at\":\"" + SECOND),
                        line -> assertThat(line).startsWith("{\"id\":1,\"at\":\"" + FIRST));
    }

    @Test
    void anElectionThatTheNodeDoesNotKnowIsAFailureInOneSentence() {
        assertThat(command.run("events", "--at", a.door(), "--election", "unknown"))
                .isEqualTo(1);
        b.knows("elsewhere", "b:2", 1);
        assertThat(command.run("events", "--at", a.door(), "--election", "elsewhere"))
                .isEqualTo(1);
        assertThat(command.run("events", "--at", a.door(), "--election", "")).isEqualTo(2);
        a.knows("quiet", "", 1);
        assertThat(command.run("events", "--at", a.door(), "--election", "quiet"))
                .isZero();
        assertThat(command.out()).isEmpty();
        assertThat(command.err().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .contains("a:1 keeps no change of an election \"unknown\"", "status lists"),
                        line -> assertThat(line).contains("\"elsewhere\"", "b:2 knows it", "--at " + b.door()),
                        line -> assertThat(line).contains("--election: the name of an election is empty"));
    }

    @Test
    void anElectionThatTheNodeLearnsOfLaterIsFollowed() throws InterruptedException {
        Thread waiting =
                new Thread(() -> command.run("events", "--follow", "--json", "--at", a.door(), "--election", "later"));
        waiting.start();
        try {
            await().until(() -> a.streams() == 1);
            assertThat(command.err()).hasLineCount(1).contains("\"later\" and does not know it yet");
            a.pushChange(3, THIRD, "later", "elected");
            await().until(() -> command.out().contains("\"id\":3"));
            assertThat(command.out()).hasLineCount(1);
        } finally {
            waiting.interrupt();
            nodes.forEach(FakeNode::close);
            waiting.join();
        }
    }

    @Test
    void afterALostConnectionTheStreamResumesBehindTheLastChange() {
        following.start();
        await().until(() -> a.streams() == 1);
        assertThat(a.requests()).contains("GET events after 2");
        a.pushChange(3, THIRD, "orders", "elected");
        await().until(() -> command.out().contains("\"id\":3"));
        a.push("event: gap\ndata: {\"after\":3}\n\n");
        await().until(() -> command.err().contains("changes are missing here"));
        a.dropStreams();
        await().until(() -> a.streams() == 1);
        assertThat(a.requests()).contains("GET events after 3");
        a.pushChange(4, THIRD, "orders", "ended");
        await().until(() -> command.out().contains("\"id\":4"));
        assertThat(command.out()).hasLineCount(4);
        assertThat(command.err()).contains("lost a:1: ", "asks a:1 again, after its change 3");
    }

    @Test
    void afterTheEndOfTheNodeAnotherOneGoesOnWithoutRepeatingChanges() {
        following.start();
        await().until(() -> a.streams() == 1);
        a.close();
        await().until(() -> b.streams() == 1);
        assertThat(b.requests()).contains("GET events after 0");
        b.pushChange(1, FIRST, "orders", "following");
        b.pushChange(2, SECOND, "stock", "leaderless");
        b.pushChange(3, THIRD, "orders", "elected");
        await().until(() -> command.out().contains("\"id\":3"));
        assertThat(command.out()).hasLineCount(3);
        assertThat(command.err()).contains("lost a:1: ", "goes on with b:2, from what it saw after ");
    }

    @Test
    void aRefusedStreamIsTriedAgainAndSaidOnce() {
        a.answers("events", 503, "{\"error\":\"all streams are taken\"}");
        following.start();
        await().until(() -> a.requests().stream()
                        .filter(request -> request.startsWith("GET events"))
                        .count()
                >= 2);
        a.recovers();
        await().until(() -> a.streams() == 1);
        assertThat(command.err().lines().filter(line -> line.contains("HTTP 503: all streams are taken")))
                .hasSize(1);
    }

    @Test
    void aNodeWithoutAListOfChangesFailsInOneLine() {
        a.answers("changes", 401, "{\"error\":\"a token is needed\"}");
        assertThat(command.run("events", "--at", a.door())).isEqualTo(1);
        assertThat(command.err())
                .hasLineCount(1)
                .contains("a:1 does not list its changes: HTTP 401: a token is needed");
    }
}
