package dev.conclave.node.operate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code status} shows all voters, whichever node it asks, and says what is wrong with those that do not answer. */
@Timeout(30)
class StatusCommandTest {

    private final List<FakeNode> nodes = FakeNode.voters("a:1", "b:2", "c:3");
    private final FakeNode a = nodes.get(0);
    private final FakeNode b = nodes.get(1);
    private final FakeNode c = nodes.get(2);
    private final CommandRun command = new CommandRun();

    @TempDir
    private Path directory;

    StatusCommandTest() {
        nodes.forEach(node -> node.knows("orders", "b:2", 7));
    }

    @AfterEach
    void endAll() {
        nodes.forEach(FakeNode::close);
    }

    @Test
    void allVotersAreFoundThroughOne() {
        assertThat(command.run("status", "--at", c.door())).isZero();
        assertThat(command.out().lines().map(String::strip))
                .anyMatch(line -> line.startsWith("a:1 ") && line.contains("takes part"))
                .anyMatch(line -> line.startsWith("b:2 ") && line.contains("20 min"))
                .anyMatch(line -> line.startsWith("c:3 "))
                .anyMatch(line -> line.matches("orders +b:2 +0\\.7 +3 min 12 s .*"));
        assertThat(command.err()).isEmpty();
    }

    @Test
    void theConfigurationOfEachNodeIsShownAndNodesOfAnotherGroupAreNamed() {
        a.sees(nodes, ready("1111111111111111", 7, true));
        b.sees(nodes, ready("1111111111111111", 8, false));
        c.sees(nodes, ready("2222222222222222", 3, true));
        assertThat(command.run("status", "--at", a.door())).isZero();
        assertThat(command.out())
                .containsPattern("a:1 .* 7 ")
                .containsPattern("b:2 .* 8 \\(stored\\)")
                .contains("c:3 belongs to the group 2222222222222222, and a:1 to 1111111111111111");
    }

    private static String ready(String group, int number, boolean obeyed) {
        return "\"takesPart\":true,\"ready\":true,\"drained\":false,\"configuration\":{\"group\":\"" + group
                + "\",\"number\":" + number + ",\"obeyed\":" + obeyed + "}";
    }

    @Test
    void anElectionIsShownAsEachNodeSeesIt() {
        a.knows("orders", "", 7);
        assertThat(command.run("status", "orders", "--at", a.door())).isZero();
        assertThat(command.out())
                .startsWith("orders: b:2 leads in term 0.7 since ")
                .containsPattern("a:1 +takes part +follower +none")
                .containsPattern("b:2 +takes part +leader +b:2")
                .contains("orders: a:1 knows no leader (term 0.7)")
                .contains("LEADS in term 0.7: first election");
    }

    @Test
    void aNodeThatNoOneReachesIsNamedWithTheReasonAndTheExitCodeIsFive() {
        c.close();
        assertThat(command.run("status", "--at", a.door())).isEqualTo(5);
        assertThat(command.out())
                .containsPattern("c:3 +no answer")
                .contains("c:3 does not answer at " + c.door() + ": connection refused");
    }

    @Test
    void aNodeThatAcceptsAndNeverAnswersCostsOneTimeLimit() {
        c.hangs();
        assertThat(command.run("status", "--at", a.door(), "--time-limit", "300ms"))
                .isEqualTo(5);
        assertThat(command.out()).contains("c:3 does not answer at " + c.door() + ": no answer within 300 ms");
    }

    @Test
    void aVoterThatDoesNotTakePartIsNamedWithItsReasonAndTheExitCodeIsFive() {
        b.sees(nodes, "\"takesPart\":false,\"ready\":false,\"drained\":false,\"whyNot\":\"its disk is lost\"");
        assertThat(command.run("status", "--at", a.door())).isEqualTo(5);
        assertThat(command.out()).containsPattern("b:2 +waits").contains("b:2 does not take part: its disk is lost");
    }

    @Test
    void anElectionWithoutALeaderGivesTheExitCodeFourAndOneThatNoNodeKnowsToo() {
        nodes.forEach(node -> node.knows("orders", "", 8));
        assertThat(command.run("status", "orders", "--at", a.door())).isEqualTo(4);
        assertThat(command.out()).startsWith("orders: no leader is known, term 0.8");
        assertThat(command.run("status", "unknown", "--at", a.door())).isEqualTo(4);
        assertThat(command.out()).contains("unknown: no node that answered knows this election");
    }

    @Test
    void withoutANameTheExitCodeIsFourIfAnyElectionHasNoLeaderAndEachIsNamed() {
        nodes.forEach(node -> node.knows("stock", "", 8));
        assertThat(command.run("status", "--at", a.door())).isEqualTo(4);
        assertThat(command.out()).containsPattern("stock +none +0\\.8").containsPattern("orders +b:2");
        assertThat(command.run("status", "--at", a.door(), "--limit", "0")).isEqualTo(4);
        assertThat(command.out()).contains("Elections without a leader that are not listed: 1");
    }

    @Test
    void aNodeWithoutALeaderDoesNotCountWhileAnotherOneWhoseListIsTooShortKnowsTheLeader() {
        nodes.forEach(node -> node.knows("stock", "b:2", 8));
        a.knows("stock", "", 8);
        assertThat(command.run("status", "--at", a.door(), "--limit", "1")).isZero();
        assertThat(b.requests()).contains("GET elections/stock");
        assertThat(command.out()).contains("stock: a:1 knows no leader (term 0.8)");
    }

    @Test
    void anElectionBehindAFreeLeaseNeedsNoLeader() {
        nodes.forEach(node -> node.knowsLease("conclave/lease/shard", 8));
        assertThat(command.run("status", "--at", a.door())).isZero();
        assertThat(command.out()).containsPattern("conclave/lease/shard +none");
    }

    @Test
    void withoutAnyAnswerTheExitCodeIsThree() {
        nodes.forEach(FakeNode::close);
        assertThat(command.run("status", "--at", a.door() + "," + b.door())).isEqualTo(3);
        assertThat(command.out()).contains("(" + a.door() + ")", "(" + b.door() + ")", "connection refused");
        assertThat(command.err()).startsWith("conclave-node: no node answers").hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | {\"version\": | the answer is not a NodeStatus",
                "200 | [1]           | the answer is not a NodeStatus",
                "404 | <html>        | HTTP 404: no reason is given; is this the HTTP door of a node?",
                "401 | {\"error\":\"no token\"} | HTTP 401: no token",
                "503 | {\"error\":\"too many\"} | HTTP 503: too many",
            })
    void anAnswerThatIsNoneIsPutIntoWords(int code, String body, String words) {
        b.answers("status", code, body);
        assertThat(command.run("status", "--at", a.door())).isEqualTo(5);
        assertThat(command.out()).contains("b:2 does not answer at " + b.door() + ": " + words);
    }

    @Test
    void anAnswerWithoutAnEndIsCutOff() {
        b.on("status", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] part = new byte[100_000];
            for (int i = 0; i < 1000; i++) {
                exchange.getResponseBody().write(part);
            }
        });
        assertThat(command.run("status", "--at", a.door())).isEqualTo(5);
        assertThat(command.out())
                .contains("b:2 does not answer at " + b.door() + ": ")
                .contains("too long");
    }

    @Test
    void aDoorThatLeadsToAnotherNodeIsNoAnswer() throws IOException {
        try (FakeNode elsewhere = new FakeNode("d:4")) {
            b.on("status", exchange -> elsewhere.respondWithStatus(exchange));
            assertThat(command.run("status", "--at", a.door())).isEqualTo(5);
            assertThat(command.out()).contains("b:2 does not answer at " + b.door() + ": its address leads to d:4");
        }
    }

    @Test
    void namesOfNodesAndElectionsCannotControlTheTerminal() {
        nodes.forEach(node -> node.knows("\u001b[2Jx", "b:2", 1));
        assertThat(command.run("status", "--at", a.door())).isZero();
        assertThat(command.out()).contains("\\u001b[2Jx").doesNotContain("\u001b");
    }

    @Test
    void theJsonHasAllAnswersAndTheMergedElections() throws IOException {
        c.close();
        assertThat(command.run("status", "--json", "--at", a.door())).isEqualTo(5);
        JsonNode all = new ObjectMapper().readTree(command.out());
        assertThat(all.at("/nodes/0/status/self").textValue()).isEqualTo("a:1");
        assertThat(all.at("/nodes/2/answers").booleanValue()).isFalse();
        assertThat(all.at("/nodes/2/failure").textValue()).isEqualTo("connection refused");
        assertThat(all.at("/elections/0/leader").textValue()).isEqualTo("b:2");
    }

    @Test
    void theTokenOfAFileIsSentAndNotShown() throws IOException {
        Path file = Files.writeString(directory.resolve("token"), "secret\n", StandardCharsets.UTF_8);
        assertThat(command.run("status", "--at", a.door(), "--token-file", file.toString()))
                .isZero();
        assertThat(b.requests()).contains("GET status Bearer secret");
        assertThat(command.out()).doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "status --at nowhere:http",
                "status --limit 201",
                "status --time-limit 0s",
                "status --trust a.pem",
                "status --tls --cert a.pem",
                "watch --every 1ms",
                "hand-over",
                "hand-over orders --to b",
                "drain --at a,b",
                "events --last 1001",
            })
    void aWrongOptionExitsWithTwoBeforeAnyNodeIsAsked(String line) {
        assertThat(command.run(line.split(" ", -1))).isEqualTo(2);
        assertThat(command.err()).hasLineCount(1).contains("--").doesNotContain("Exception");
    }
}
