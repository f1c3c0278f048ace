package dev.conclave.node.operate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.status.ElectoratePlan;
import dev.conclave.status.ElectorateStatus;
import dev.conclave.status.StatusJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code electorate} shows and changes the electorate through any node. */
@Timeout(30)
class ElectorateCommandTest {

    private static final Instant NOW = Instant.parse(FakeNode.NOW);
    private static final String GROUP = "00000000000003f2";
    private static final String CHANGE = "electorate?change=remove%20c%3A3&dry-run=";

    private final List<FakeNode> nodes = FakeNode.voters("a:1", "b:2", "c:3");
    private final FakeNode a = nodes.get(0);
    private final FakeNode b = nodes.get(1);
    private final FakeNode c = nodes.get(2);
    private final CommandRun command = new CommandRun();

    @TempDir
    private Path directory;

    private String token = "";

    @BeforeEach
    void allShowTheSame() throws IOException {
        token = Files.writeString(directory.resolve("token"), "secret\n", StandardCharsets.UTF_8)
                .toString();
        nodes.forEach(node -> shows(node, view(node, 7)));
    }

    @AfterEach
    void endAll() {
        nodes.forEach(FakeNode::close);
    }

    private static void shows(FakeNode node, ElectorateStatus view) {
        node.answers("electorate", 200, StatusJson.write(view));
    }

    private ElectorateStatus view(FakeNode node, int number, ElectorateStatus.Asked... asked) {
        return view(node, number, GROUP, true, Optional.empty(), asked);
    }

    private ElectorateStatus view(
            FakeNode node,
            int number,
            String group,
            boolean hasDirectory,
            Optional<ElectorateStatus.UnderWay> underWay,
            ElectorateStatus.Asked... asked) {
        return new ElectorateStatus(
                1,
                NOW,
                node.name(),
                Optional.of(group),
                number,
                true,
                hasDirectory,
                hasDirectory,
                1000,
                200,
                0.01,
                nodes.stream()
                        .map(voter -> new ElectorateStatus.Voter(
                                voter.name(),
                                voter.equals(node),
                                Optional.of("000000000000000" + voter.name().charAt(0)),
                                voter.equals(node),
                                false,
                                voter.equals(node),
                                voter.equals(node)))
                        .toList(),
                underWay,
                List.of(asked),
                Optional.empty(),
                List.of(
                        new ElectorateStatus.Step(0, NOW.minusSeconds(7), "a:1", "founded"),
                        new ElectorateStatus.Step(number, NOW, "operator (token alice)", "removed d:4")));
    }

    private static ElectorateStatus.Asked asked(long id, String state, Optional<String> why) {
        return new ElectorateStatus.Asked(id, NOW, "remove c:3", "operator (token alice)", state, why);
    }

    private int run(String line) {
        return command.run((line + " --at " + a.door() + " --token-file " + token).split(" ", -1));
    }

    // ---- what it shows

    @Test
    void theConfigurationIsShownWithWhatEachVoterSaysOfItself() {
        c.close();
        assertThat(run("electorate show")).as(command.err()).isZero();
        assertThat(command.out())
                .startsWith("Configuration 7 of the group " + GROUP)
                .contains("election-timeout 1000 ms, heartbeat-interval 200 ms, max-clock-drift 0.01")
                .containsPattern("a:1 +heard +yes +yes +000000000000000a")
                .containsPattern("b:2 +heard +yes +yes +000000000000000b")
                .containsPattern("c:3 +not heard +no +no +000000000000000c");
    }

    @Test
    void theNewestConfigurationIsShownAlsoThroughANodeThatIsBehindAndAnotherGroupIsNamed() {
        shows(a, view(a, 6));
        shows(
                b,
                view(
                        b,
                        7,
                        GROUP,
                        true,
                        Optional.of(new ElectorateStatus.UnderWay(
                                "replace c:3 d:4", "JMX", NOW.minusSeconds(3), "remove c:3 (pause)"))));
        shows(c, view(c, 9, "0000000000009c41", true, Optional.empty()));
        assertThat(run("electorate show")).isZero();
        assertThat(command.out())
                .startsWith("Configuration 7 of the group " + GROUP)
                .containsPattern("a:1 +heard +no +no")
                .contains("c:3 belongs to the group 0000000000009c41")
                .contains("b:2 carries out \"replace c:3 d:4\" for 3 s, by JMX: remove c:3 (pause)");
    }

    @Test
    void aVoterWithAnotherDirectoryThanTheConfigurationNamesHasStoredNothingInTheNamedOne() {
        String excluding = StatusJson.write(view(a, 7))
                .replace(
                        "\"identity\":\"000000000000000c\",\"heard\":false,\"excluded\":false",
                        "\"identity\":\"000000000000000c\",\"heard\":false,\"excluded\":true");
        a.answers("electorate", 200, excluding);
        shows(b, view(b, 6));
        shows(c, view(c, 7));
        assertThat(run("electorate show")).as(command.err()).isZero();
        assertThat(command.out())
                .containsPattern("c:3 +excluded +no +no +000000000000000c")
                .contains("electorate readmit c:3");
    }

    @Test
    void theHistoryNamesEachConfigurationItsCauseAndItsDifference() {
        assertThat(run("electorate history")).isZero();
        assertThat(command.out())
                .containsPattern("0 +\\S+ \\S+ +founded +a:1")
                .containsPattern("7 +\\S+ \\S+ +removed d:4 +operator \\(token alice\\)");
        assertThat(run("electorate show --json")).isZero();
        assertThat(command.out()).contains("\"number\":7");
    }

    // ---- what it changes

    @Test
    void aDryRunShowsTheStepsAndWhatToMind() {
        a.answers(
                CHANGE + "true",
                200,
                StatusJson.write(new ElectoratePlan(
                        1, "a:1", "remove c:3", List.of("remove c:3"), List.of("of two voters both must be up"))));
        assertThat(run("electorate remove c:3 --dry-run")).as(command.err()).isZero();
        assertThat(command.out().lines())
                .containsExactly(
                        "1. remove c:3",
                        "Mind: of two voters both must be up",
                        "Nothing was changed: this was a dry run.");
        assertThat(a.requests()).contains("POST " + CHANGE + "true Bearer secret");
        assertThat(nodes)
                .allSatisfy(node -> assertThat(node.requests())
                        .noneMatch(request -> request.startsWith("POST " + CHANGE + "false")));
    }

    @Test
    void aChangeIsReportedWithTheConfigurationThatItLedTo() {
        a.answers(
                CHANGE + "false",
                200,
                StatusJson.write(view(a, 8, asked(5, "done", Optional.empty())).answering(5)));
        assertThat(run("electorate remove c:3")).as(command.err()).isZero();
        assertThat(command.out())
                .startsWith("Done (")
                .contains("configuration 8, voters a:1,b:2,c:3, election-timeout 1000 ms");
    }

    @Test
    void aChangeThatIsStillUnderWayIsFollowedToItsEnd() {
        Optional<ElectorateStatus.UnderWay> pausing =
                Optional.of(new ElectorateStatus.UnderWay("remove c:3", "x", NOW, "remove c:3 (pause)"));
        ElectorateStatus.Asked under = asked(5, "under-way", Optional.empty());
        AtomicInteger looks = new AtomicInteger();
        a.on("electorate", exchange -> {
            boolean isPost = exchange.getRequestMethod().equals("POST");
            int look = isPost ? 0 : looks.incrementAndGet();
            ElectorateStatus view =
                    look < 3 ? view(a, 7, GROUP, true, pausing, under) : view(a, 8, asked(5, "done", Optional.empty()));
            FakeNode.send(exchange, isPost ? 202 : 200, StatusJson.write(isPost ? view.answering(5) : view));
        });
        assertThat(run("electorate remove c:3")).as(command.err()).isZero();
        assertThat(command.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("remove c:3 (pause)"),
                        line -> assertThat(line).startsWith("Done (").contains("configuration 8"));
    }

    @Test
    void aChangeThatFailsLaterOrIsForgottenByARestartExitsWithOne() {
        ElectorateStatus accepted =
                view(a, 7, asked(5, "under-way", Optional.empty())).answering(5);
        for (ElectorateStatus later :
                List.of(view(a, 7, asked(5, "failed", Optional.of("no majority was found"))), view(a, 7))) {
            AtomicInteger posted = new AtomicInteger();
            a.on("electorate", exchange -> {
                boolean isPost = exchange.getRequestMethod().equals("POST");
                posted.addAndGet(isPost ? 1 : 0);
                FakeNode.send(
                        exchange,
                        isPost ? 202 : 200,
                        StatusJson.write(isPost ? accepted : posted.get() > 0 ? later : view(a, 7)));
            });
            assertThat(run("electorate remove c:3")).isEqualTo(1);
        }
        assertThat(command.err().lines())
                .containsExactly(
                        "conclave-node: no majority was found",
                        "conclave-node: a:1 has been restarted while it carried out \"remove c:3\", and does not"
                                + " continue it: look at electorate show, and say the change again if it is still wanted");
    }

    @Test
    void aRefusalIsPrintedAsItsSentenceAndAMissingTokenIsNamed() {
        a.answers(CHANGE, 409, "{\"error\":\"c:3 is not a voter; the voters are [a:1]\"}");
        assertThat(run("electorate remove c:3")).isEqualTo(1);
        assertThat(run("electorate remove c:3 --dry-run")).isEqualTo(1);
        a.answers(CHANGE, 401, "{\"error\":\"a token is needed\"}");
        assertThat(command.run("electorate", "remove", "c:3", "--at", a.door())).isEqualTo(1);
        assertThat(command.err().lines())
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("conclave-node: c:3 is not a voter; the voters are [a:1]"),
                        line -> assertThat(line).isEqualTo("conclave-node: c:3 is not a voter; the voters are [a:1]"),
                        line -> assertThat(line).contains("HTTP 401: a token is needed", "--token-file"));
    }

    @Test
    void aNodeWithoutADataDirectoryIsNotAskedForAChangeIfAVoterAnswers() {
        shows(a, view(a, 7, GROUP, false, Optional.empty()));
        shows(b, view(b, 7));
        b.answers(
                CHANGE + "false",
                200,
                StatusJson.write(view(b, 8, asked(5, "done", Optional.empty())).answering(5)));
        assertThat(run("electorate remove c:3")).as(command.err()).isZero();
        assertThat(a.requests()).noneMatch(request -> request.startsWith("POST"));
        assertThat(b.requests()).contains("POST " + CHANGE + "false Bearer secret");
    }

    @Test
    void withoutAnAnswerNothingIsChanged() {
        nodes.forEach(FakeNode::close);
        assertThat(run("electorate remove c:3")).isEqualTo(1);
        assertThat(command.err()).contains("no node answers").hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "electorate              | say what to do: show, history, or a change",
                "electorate grow         | \"grow\" is not a change of the electorate",
                "electorate add          | add needs one address",
                "electorate remove c     | \"c\" has no port",
                "electorate show --dry-run | --dry-run needs a change",
                "electorate remove c:3 --json | --json needs show, history or --dry-run",
            })
    void aWrongCommandExitsWithTwoBeforeAnyNodeIsAsked(String line, String words) {
        assertThat(run(line)).isEqualTo(2);
        assertThat(command.err()).hasLineCount(1).contains(words).doesNotContain("Exception");
        assertThat(a.requests()).isEmpty();
    }
}
