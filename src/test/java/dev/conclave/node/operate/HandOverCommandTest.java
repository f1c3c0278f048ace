package dev.conclave.node.operate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands that change something reach the right node through any other. */
@Timeout(30)
class HandOverCommandTest {

    private static final String NAME = "a/b \u00fc";
    private static final String PATH = "elections/a%2Fb%20%C3%BC/hand-over";

    private final List<FakeNode> nodes = FakeNode.voters("a:1", "b:2", "c:3");
    private final FakeNode a = nodes.get(0);
    private final FakeNode b = nodes.get(1);
    private final FakeNode c = nodes.get(2);
    private final CommandRun command = new CommandRun();

    @TempDir
    private Path directory;

    private String token = "";

    @BeforeEach
    void writeToken() throws IOException {
        nodes.forEach(node -> node.knows(NAME, "b:2", 7));
        token = Files.writeString(directory.resolve("token"), "secret\n", StandardCharsets.UTF_8)
                .toString();
    }

    @AfterEach
    void endAll() {
        nodes.forEach(FakeNode::close);
    }

    @Test
    void theLeaderIsFoundThroughAnotherNodeAndTheNextLeaderIsReported() {
        b.on(PATH, exchange -> {
            nodes.forEach(node -> node.knows(NAME, "c:3", 8));
            FakeNode.send(exchange, 200, "{\"done\":true}");
        });
        assertThat(command.run("hand-over", NAME, "--to", "c:3", "--at", a.door(), "--token-file", token))
                .as(command.err())
                .isZero();
        assertThat(b.requests()).contains("POST " + PATH + "?to=c%3A3 Bearer secret");
        assertThat(a.requests()).noneMatch(request -> request.startsWith("POST"));
        assertThat(command.out()).startsWith(NAME + ": c:3 leads in term 0.8, before it b:2 in term 0.7 (");
    }

    @Test
    void aRefusalIsPassedOnAndAMissingTokenIsNamed() {
        b.answers(PATH, 409, "{\"error\":\"no other node stands\"}");
        assertThat(command.run("hand-over", NAME, "--at", a.door(), "--token-file", token))
                .isEqualTo(1);
        b.answers(PATH, 401, "{\"error\":\"a token is needed\"}");
        assertThat(command.run("hand-over", NAME, "--at", a.door())).isEqualTo(1);
        assertThat(command.err().lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("b:2", "HTTP 409: no other node stands"),
                        line -> assertThat(line).contains("HTTP 401: a token is needed", "--token-file"));
    }

    @Test
    void withoutALeaderOrItsAnswerNothingIsHandedOver() {
        assertThat(command.run("hand-over", "unknown", "--at", a.door())).isEqualTo(1);
        nodes.forEach(node -> node.knows("billing", "", 3));
        assertThat(command.run("hand-over", "billing", "--at", a.door())).isEqualTo(1);
        nodes.forEach(node -> node.knows("stock", "elsewhere:9", 3));
        assertThat(command.run("hand-over", "stock", "--at", a.door())).isEqualTo(1);
        b.close();
        assertThat(command.run("hand-over", NAME, "--at", a.door())).isEqualTo(1);
        a.close();
        assertThat(command.run("hand-over", NAME, "--at", a.door())).isEqualTo(1);
        assertThat(command.err().lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("no node that answered knows an election \"unknown\""),
                        line -> assertThat(line).contains("\"billing\" has no known leader, term 0.3"),
                        line -> assertThat(line).contains("elsewhere:9 is neither a voter nor", "--at"),
                        line -> assertThat(line).contains("b:2 does not answer: connection refused"),
                        line -> assertThat(line).contains("no node answers; " + a.door() + ": connection refused"));
        assertThat(c.requests()).noneMatch(request -> request.startsWith("POST"));
    }

    @Test
    void drainReachesTheNamedNodeAndWithoutANameTheAskedOne() {
        nodes.forEach(node -> node.answers("drain", 200, "{\"done\":true}"));
        c.answers("undrain", 200, "{\"done\":true}");
        assertThat(command.run("drain", "--at", a.door(), "--token-file", token))
                .isZero();
        assertThat(command.run("drain", "c:3", "--at", a.door(), "--token-file", token))
                .isZero();
        assertThat(command.run("undrain", "c:3", "--at", a.door(), "--token-file", token))
                .isZero();
        assertThat(a.requests()).contains("POST drain Bearer secret");
        assertThat(c.requests()).contains("POST drain Bearer secret", "POST undrain Bearer secret");
        assertThat(b.requests()).noneMatch(request -> request.startsWith("POST"));
        assertThat(command.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("a:1 is drained"),
                        line -> assertThat(line).startsWith("c:3 is drained"),
                        line -> assertThat(line).startsWith("c:3 is a candidate again"));
    }

    @Test
    void aTokenFileWithoutAUsableTokenIsRefused() throws IOException {
        Path empty = Files.writeString(directory.resolve("empty"), "\n", StandardCharsets.UTF_8);
        Path two = Files.writeString(directory.resolve("two"), "one\ntwo\n", StandardCharsets.UTF_8);
        for (String file : List.of(
                empty.toString(), two.toString(), directory.resolve("none").toString())) {
            assertThat(command.run("drain", "--at", a.door(), "--token-file", file))
                    .isEqualTo(1);
        }
        assertThat(command.err().lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("empty holds no token"),
                        line -> assertThat(line).contains("two holds spaces"),
                        line -> assertThat(line).contains("cannot read", "none"));
        assertThat(a.requests()).isEmpty();
    }
}
