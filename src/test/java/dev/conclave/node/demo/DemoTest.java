package dev.conclave.node.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.PeerId;
import dev.conclave.judge.Violation.Promise;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DemoTest {

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

    @ParameterizedTest
    @ValueSource(ints = {3, 5, 9})
    void everyRoundOfTheDemoHasOneSuccessor(int peers) throws InterruptedException {
        DemoOutcome outcome = play(FakePeers.Fault.NONE, plan(peers, 3, Duration.ofSeconds(30)), DemoView.NONE);
        assertThat(outcome.complaints()).isEmpty();
        assertThat(outcome.rounds()).hasSize(3).allSatisfy(round -> {
            assertThat(round.leaders()).isEqualTo(1);
            assertThat(round.elected()).isNotEqualTo(round.killed());
            assertThat(round.electedAt()).isGreaterThan(round.killedAt());
        });
        assertThat(outcome.rounds()).extracting(DemoRound::term).containsExactly(2L, 3L, 4L);
    }

    @ParameterizedTest
    @EnumSource(value = FakePeers.Fault.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void theDemoReportsEveryFault(FakePeers.Fault fault) throws InterruptedException {
        Duration patience = Duration.ofMillis(fault == FakePeers.Fault.NO_ELECTION ? 200 : 30_000);
        DemoOutcome outcome = play(fault, plan(3, 1, patience), DemoView.NONE);
        assertThat(outcome.isGood()).isFalse();
        String complaints = String.join("\n", outcome.complaints());
        switch (fault) {
            case TWO_LEADERS_IN_A_TERM ->
                assertThat(outcome.report().held(Promise.S1)).isFalse();
            case TWO_LEADERS_AT_ONCE ->
                assertThat(outcome.report().held(Promise.S3)).isFalse();
            case LATE_NEWS, TWO_ELECTIONS -> assertThat(complaints).contains("round 1 elected 2 leaders");
            case NO_ELECTION -> assertThat(complaints).contains("for a leader above term 0.1");
            case EARLY_END -> assertThat(complaints).contains("ended by itself: famous last words");
            case GARBAGE -> assertThat(complaints).contains("once upon a time");
            case NONE -> throw new AssertionError("nothing is wrong here");
        }
    }

    @Test
    void aLeaderFromBeforeTheFaultIsNotTakenForTheOneThatTookOver() throws InterruptedException {
        DemoOutcome outcome = show(new PlainView(printer()), FakePeers.Fault.LATE_NEWS);
        assertThat(outcome.rounds())
                .isNotEmpty()
                .allSatisfy(round -> assertThat(round.failoverNanos()).isPositive());
        assertThat(shown.toString(StandardCharsets.UTF_8)).doesNotContainPattern("-\\d");
    }

    @Test
    void plainOutputOfTheDemoShowsEachStepWithoutColours() throws InterruptedException {
        DemoOutcome outcome = show(new PlainView(printer()), FakePeers.Fault.NONE);
        String text = shown.toString(StandardCharsets.UTF_8);
        assertThat(text)
                .contains(
                        "Round 1 of 2: the leader is killed",
                        "LEADS in term 0.1",
                        "KILLED (SIGKILL)",
                        "took over",
                        "S1  held",
                        "S3  held",
                        "All good")
                .doesNotContain("\u001b")
                .containsPattern("(?m)^ +1  \\S+ +\\S+ +0\\.2 ");
        assertThat(text.lines().filter(line -> line.contains("LEADS in term")).count())
                .isEqualTo(outcome.rounds().size() + 1);
    }

    @Test
    void plainOutputOfTheDemoNamesABrokenPromise() throws InterruptedException {
        show(new PlainView(printer()), FakePeers.Fault.TWO_LEADERS_AT_ONCE);
        assertThat(shown.toString(StandardCharsets.UTF_8))
                .contains("S3  BROKEN", "WRONG: S3 broken")
                .doesNotContain("All good");
    }

    @Test
    void theLivePictureLeavesTheTimeLineAndTheTableOnTheScreen() throws InterruptedException {
        show(new LiveView(printer()), FakePeers.Fault.NONE);
        List<String> screen = TerminalScreen.after(shown.toString(StandardCharsets.UTF_8));
        assertThat(screen.stream().filter(line -> line.contains("LEADS in term")))
                .hasSize(3);
        assertThat(screen).anyMatch(line -> line.contains("All good"));
        assertThat(screen).noneMatch(line -> line.contains(" * ") || line.contains(" x "));
    }

    @Test
    void aNarrowTerminalShowsNoRestOfAnEarlierPicture() throws InterruptedException {
        show(new LiveView(printer()), FakePeers.Fault.NONE);
        List<String> screen = TerminalScreen.after(shown.toString(StandardCharsets.UTF_8), 40);
        assertThat(screen).anyMatch(line -> line.contains("All good"));
        assertThat(screen).noneMatch(line -> line.contains(" * ") || line.contains(" x "));
    }

    @Test
    void theSummaryOfTheDemoIsOneJsonObject() throws InterruptedException {
        DemoOutcome outcome = play(FakePeers.Fault.NONE, plan(3, 2, Duration.ofSeconds(30)), DemoView.NONE);
        String json = DemoSummary.json(outcome);
        DemoRound first = outcome.rounds().get(0);
        assertThat(json)
                .doesNotContain("\n")
                .contains(
                        "\"good\":true",
                        "\"killedAt\":" + first.killedAt(),
                        "\"electedAt\":" + first.electedAt(),
                        "\"failoverMillis\":",
                        "\"allRounds\":{\"count\":2,\"medianMillis\":",
                        "\"quietRounds\":{\"count\":",
                        "\"term\":2",
                        "\"S1\":true",
                        "\"complaints\":[]");
    }

    private DemoOutcome show(DemoView view, FakePeers.Fault fault) throws InterruptedException {
        DemoOutcome outcome = play(fault, plan(3, 2, Duration.ofSeconds(30)), view);
        synchronized (view) {
            view.end(outcome);
        }
        return outcome;
    }

    private static DemoOutcome play(FakePeers.Fault fault, DemoPlan plan, DemoView view) throws InterruptedException {
        List<PeerId> peers = IntStream.rangeClosed(1, plan.peers())
                .mapToObj(number -> new PeerId("127.0.0.1", number))
                .toList();
        return new Demo(plan, peers, new FakePeers(fault), view).play();
    }

    private static DemoPlan plan(int peers, int rounds, Duration patience) {
        return new DemoPlan(
                peers,
                rounds,
                LeaderFault.KILL,
                Duration.ofMillis(10),
                Duration.ofSeconds(1),
                Duration.ZERO,
                0,
                patience);
    }

    private PrintStream printer() {
        return new PrintStream(shown, false, StandardCharsets.UTF_8);
    }
}
