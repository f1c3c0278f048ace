package dev.conclave.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.judge.Violation.Promise;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The judge over the recorded events beside this test: each file's name states whether it is good, or which promise it breaks. */
class JudgeTest {

    private static final ElectionName ORDERS = new ElectionName("orders");
    private static final ElectionName INVOICES = new ElectionName("invoices");
    private static final PeerId A = PeerId.parse("a:1");
    private static final PeerId B = PeerId.parse("b:1");
    private static final PeerId C = PeerId.parse("c:1");

    static List<Path> good() {
        return files("good-");
    }

    static List<Path> broken() {
        return files("broken-");
    }

    @ParameterizedTest
    @MethodSource("good")
    void theJudgeAccusesNoGoodRecord(Path file) throws IOException {
        assertThat(Judge.judge(read(file)).violations()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("broken")
    void theJudgeFindsExactlyTheBrokenPromise(Path file) throws IOException {
        Promise broken =
                Promise.valueOf(file.getFileName().toString().substring("broken-".length(), "broken-S1".length()));
        Report report = Judge.judge(read(file));
        assertThat(report.violations()).hasSize(1).allMatch(violation -> violation.promise() == broken);
        assertThat(report.isClean()).isFalse();
        assertThat(report.held(broken)).isFalse();
    }

    @Test
    void eachPromiseHasAFileThatBreaksIt() {
        for (Promise promise : Promise.values()) {
            assertThat(files("broken-" + promise + "-")).isNotEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource({"good", "broken"})
    void theOrderOfThePeersInARecordDoesNotMatter(Path file) throws IOException {
        List<Event> events = read(file);
        Report report = Judge.judge(events);
        Random random = new Random(7);
        for (int round = 0; round < 20; round++) {
            assertThat(Judge.judge(interleavedAnew(events, random)).violations())
                    .containsExactlyInAnyOrderElementsOf(report.violations());
        }
    }

    @Test
    void eachElectionIsJudgedByItself() {
        Report report = Judge.judge(List.of(
                new Event.Elected(10, A, ORDERS, 5, 100),
                new Event.Elected(20, B, INVOICES, 5, 110),
                new Event.Elected(30, B, INVOICES, 5, 130)));
        assertThat(report.violations())
                .isNotEmpty()
                .allMatch(violation -> violation.election().equals(INVOICES));
        assertThat(report.elections()).containsOnlyKeys(ORDERS, INVOICES);
    }

    @Test
    void theDeathOfAProcessEndsItsLeadershipsInAllElections() {
        assertThat(Judge.judge(List.of(
                                new Event.Elected(10, A, ORDERS, 1, 100),
                                new Event.Elected(10, A, INVOICES, 1, 100),
                                new Event.Killed(20, A),
                                new Event.Elected(20, B, ORDERS, 2, 110),
                                new Event.Elected(20, B, INVOICES, 2, 110)))
                        .violations())
                .isEmpty();
    }

    @Test
    void theLeaseOfADeadProcessIsNotHeldAgainstIt() {
        assertThat(Judge.judge(List.of(
                                new Event.Elected(10, A, ORDERS, 1, 1000),
                                new Event.Killed(20, A),
                                new Event.Elected(21, B, ORDERS, 2, 1100)))
                        .isClean())
                .isTrue();
    }

    @Test
    void aLeadershipMayBeginAtTheInstantAtWhichTheFormerEnded() {
        List<Event> touching = List.of(
                new Event.Elected(10, A, ORDERS, 1, 100),
                new Event.Dismissed(30, A, ORDERS, 1, "hand-over", 20),
                new Event.Elected(20, B, ORDERS, 2, 110));
        List<Event> overlapping = List.of(
                new Event.Elected(10, A, ORDERS, 1, 100),
                new Event.Dismissed(30, A, ORDERS, 1, "hand-over", 20),
                new Event.Elected(19, B, ORDERS, 2, 110));
        assertThat(Judge.judge(touching).isClean()).isTrue();
        assertThat(Judge.judge(overlapping).held(Promise.S3)).isFalse();
        assertThat(Judge.judge(overlapping).violations().get(0).story()).endsWith("from 0.000 s after the first event");
        assertThat(Judge.judge(overlapping, mono -> "instant " + mono)
                        .violations()
                        .get(0)
                        .story())
                .endsWith("from instant 19");
    }

    @Test
    void aLongLeadershipIsComparedWithAllThatBeginDuringIt() {
        Report report = Judge.judge(List.of(
                new Event.Elected(10, A, ORDERS, 1, 100),
                new Event.Elected(20, B, ORDERS, 2, 100),
                new Event.Dismissed(30, B, ORDERS, 2, "hand-over", 30),
                new Event.Elected(40, C, ORDERS, 3, 100),
                new Event.Dismissed(50, C, ORDERS, 3, "hand-over", 50),
                new Event.Dismissed(60, A, ORDERS, 1, "hand-over", 60)));
        assertThat(report.violations()).hasSize(2).allMatch(violation -> violation.promise() == Promise.S3);
    }

    @Test
    void aLifeWithoutARecordedEndIsNotAccusedOfEventsAfterItsLastLine() {
        assertThat(Judge.judge(List.of(
                                new Event.Started(0, A, ORDERS, 0),
                                new Event.Elected(10, A, ORDERS, 1, 100),
                                new Event.Elected(40, B, ORDERS, 2, 100),
                                new Event.Started(90, A, ORDERS, 1)))
                        .violations())
                .isEmpty();
    }

    @Test
    void theTermOfAPeerWithoutADirectoryMayGoBackInItsNextLifeButNotWithinOneLife() {
        assertThat(Judge.judge(List.of(
                                new Event.Started(0, A, ORDERS, 0, false),
                                new Event.Elected(10, A, ORDERS, 1, 100),
                                new Event.Killed(20, A),
                                new Event.Started(90, A, ORDERS, 0, false)))
                        .violations())
                .isEmpty();
        assertThat(Judge.judge(List.of(
                                new Event.Started(0, A, ORDERS, 0, false),
                                new Event.Following(10, A, ORDERS, 7, B),
                                new Event.Standing(20, A, ORDERS, 6)))
                        .violations())
                .singleElement()
                .satisfies(violation -> assertThat(violation.promise()).isEqualTo(Promise.S2));
    }

    @Test
    void theTermOfAPeerThatLostItsDirectoryMayGoBackAlsoInTheLifeAfterIt() {
        assertThat(Judge.judge(List.of(
                                new Event.Started(0, A, ORDERS, 0, false),
                                new Event.Elected(10, A, ORDERS, 7, 100),
                                new Event.Killed(20, A),
                                new Event.Started(90, A, ORDERS, 0, false),
                                new Event.Killed(95, A),
                                new Event.Started(99, A, ORDERS, 0)))
                        .violations())
                .isEmpty();
    }

    @Test
    void aLeaderThatAdoptedAHigherTermMayReportItsDismissalLater() {
        assertThat(Judge.judge(List.of(
                                new Event.Elected(10, A, ORDERS, 1, 100),
                                new Event.Following(30, A, ORDERS, 2, B),
                                new Event.Dismissed(31, A, ORDERS, 1, "higher-term", 29),
                                new Event.Elected(35, B, ORDERS, 2, 100)))
                        .violations())
                .isEmpty();
    }

    @Test
    void s1_aDismissalWithoutAnElectionBeforeItIsFound() {
        accusesOfS1(List.of(new Event.Dismissed(30, A, ORDERS, 1, "hand-over", 30)));
        accusesOfS1(List.of(
                new Event.Dismissed(30, A, ORDERS, 1, "hand-over", 30), new Event.Elected(40, A, ORDERS, 1, 100)));
        accusesOfS1(List.of(
                new Event.Elected(10, A, ORDERS, 1, 100),
                new Event.Dismissed(30, A, ORDERS, 1, "hand-over", 30),
                new Event.Dismissed(40, B, ORDERS, 2, "hand-over", 40)));
        accusesOfS1(List.of(
                new Event.Elected(10, A, ORDERS, 1, 100),
                new Event.Started(20, A, ORDERS, 1),
                new Event.Dismissed(30, A, ORDERS, 1, "lease-expired", 30)));
    }

    @Test
    void s1_aSecondDismissalOfOneTermIsFound() {
        accusesOfS1(List.of(
                new Event.Elected(10, A, ORDERS, 1, 100),
                new Event.Dismissed(30, A, ORDERS, 1, "hand-over", 30),
                new Event.Dismissed(40, A, ORDERS, 1, "lease-expired", 40)));
    }

    @Test
    void s1_aDismissedPeerHasLedThatTerm() {
        assertThat(Judge.judge(List.of(
                                new Event.Following(20, B, ORDERS, 3, C),
                                new Event.Dismissed(30, A, ORDERS, 3, "hand-over", 30)))
                        .violations())
                .hasSize(2)
                .allMatch(violation -> violation.promise() == Promise.S1);
    }

    private static void accusesOfS1(List<Event> events) {
        assertThat(Judge.judge(events).violations())
                .singleElement()
                .satisfies(violation -> assertThat(violation.promise()).isEqualTo(Promise.S1));
    }

    /** The reported end of an earlier leadership does not end a later one. */
    @Test
    void s3_anEarlierDismissalDoesNotEndALeadership() {
        Report report = Judge.judge(List.of(
                new Event.Elected(10, A, ORDERS, 1, 100),
                new Event.Dismissed(20, A, ORDERS, 1, "hand-over", 20),
                new Event.Elected(30, A, ORDERS, 1, 130),
                new Event.Elected(40, B, ORDERS, 2, 140)));
        assertThat(report.held(Promise.S3)).isFalse();
    }

    @Test
    void s3_aPeerThatLeadsAfterItsDeathLeadsAlthoughNoStartIsRecorded() {
        long second = TimeUnit.SECONDS.toNanos(1);
        List<Event> events = List.of(
                new Event.Started(0, A, ORDERS, 0),
                new Event.Killed(second, A),
                new Event.Elected(3 * second, A, ORDERS, 1, 4 * second),
                new Event.Elected(5 * second, B, ORDERS, 2, 6 * second));
        Report report = Judge.judge(events);
        assertThat(report.violations())
                .singleElement()
                .satisfies(violation -> assertThat(violation.promise()).isEqualTo(Promise.S3));
        assertThat(Objects.requireNonNull(report.elections().get(ORDERS))
                        .leaderships()
                        .get(0)
                        .until())
                .isEqualTo(LeadershipInterval.OPEN);
    }

    @Test
    void s3_theLastLineOfAProcessThatIsBeingKilledEndsItsLeadership() {
        List<Event> events = List.of(
                new Event.Started(0, A, ORDERS, 0),
                new Event.Killed(10, A),
                new Event.Elected(20, A, ORDERS, 1, 100),
                new Event.Standing(30, A, ORDERS, 2),
                new Event.Elected(40, B, ORDERS, 3, 140));
        Report report = Judge.judge(events);
        assertThat(report.isClean()).isTrue();
        assertThat(Objects.requireNonNull(report.elections().get(ORDERS))
                        .leaderships()
                        .get(0)
                        .until())
                .isEqualTo(30);
    }

    @Test
    void figuresContainTheLongestTimeWithoutALeader() {
        long ms = TimeUnit.MILLISECONDS.toNanos(1);
        Report report = Judge.judge(List.of(
                new Event.Started(0, A, ORDERS, 0),
                new Event.Elected(40 * ms, A, ORDERS, 1, 900 * ms),
                new Event.Killed(1000 * ms, A),
                new Event.Elected(1300 * ms, B, ORDERS, 2, 2000 * ms),
                new Event.Dismissed(2000 * ms, B, ORDERS, 2, "hand-over", 2000 * ms),
                new Event.Elected(2005 * ms, C, ORDERS, 3, 2900 * ms),
                new Event.Following(9000 * ms, A, ORDERS, 3, C)));
        Report.Figures figures = Objects.requireNonNull(report.elections().get(ORDERS));
        assertThat(figures.firstLeaderNanos()).isEqualTo(40 * ms);
        assertThat(figures.longestLeaderlessNanos()).isEqualTo(300 * ms);
        assertThat(figures.leaderships()).extracting(LeadershipInterval::term).containsExactly(1L, 2L, 3L);
    }

    @Test
    void figuresCountATimeWithoutALeaderAtTheEndOfTheRecord() {
        Report report = Judge.judge(List.of(
                new Event.Elected(0, A, ORDERS, 1, 100),
                new Event.Dismissed(50, A, ORDERS, 1, "lease-expired", 40),
                new Event.Leaderless(500, B, ORDERS, 1)));
        assertThat(Objects.requireNonNull(report.elections().get(ORDERS)).longestLeaderlessNanos())
                .isEqualTo(460);
    }

    @Test
    void figuresShowThatNoPeerEverLed() {
        Report report = Judge.judge(List.of(new Event.Started(0, A, ORDERS, 0)));
        assertThat(report.isClean()).isTrue();
        assertThat(Objects.requireNonNull(report.elections().get(ORDERS)).firstLeaderNanos())
                .isEqualTo(Report.Figures.NEVER);
    }

    @Test
    void aPeerThatStandsAgainstALeaderIsCountedApartFromALeaderThatStandsAgain() {
        Report report = Judge.judge(List.of(
                new Event.Elected(10, A, ORDERS, 1, 100),
                new Event.Standing(20, B, ORDERS, 2),
                new Event.Standing(25, A, ORDERS, 3),
                new Event.Dismissed(30, A, ORDERS, 1, "higher-term", 30),
                new Event.Standing(31, A, ORDERS, 4),
                new Event.Elected(32, A, ORDERS, 4, 130)));
        Report.Figures figures = Objects.requireNonNull(report.elections().get(ORDERS));
        assertThat(figures.stoodAgainstLeader()).isEqualTo(1);
        assertThat(figures.stoodAgain()).isEqualTo(1);
    }

    /** The same events in another order of the peers; the order of each peer's own events is kept. */
    private static List<Event> interleavedAnew(List<Event> events, Random random) {
        List<PeerId> turns = new ArrayList<>(events.stream().map(Event::peer).toList());
        Collections.shuffle(turns, random);
        List<Event> left = new ArrayList<>(events);
        List<Event> anew = new ArrayList<>();
        for (PeerId peer : turns) {
            Event next = left.stream()
                    .filter(event -> event.peer().equals(peer))
                    .findFirst()
                    .orElseThrow();
            left.remove(next);
            anew.add(next);
        }
        return anew;
    }

    private static List<Event> read(Path file) throws IOException {
        EventLog log = EventLog.read(List.of(file));
        assertThat(log.garbage()).isEmpty();
        return log.events();
    }

    private static List<Path> files(String prefix) {
        try {
            URL here = Objects.requireNonNull(JudgeTest.class.getResource("good-kill-and-restart.jsonl"));
            try (Stream<Path> all =
                    Files.list(Objects.requireNonNull(Path.of(here.toURI()).getParent()))) {
                return all.filter(file -> file.getFileName().toString().startsWith(prefix))
                        .sorted()
                        .toList();
            }
        } catch (IOException | URISyntaxException e) {
            throw new AssertionError("the files beside this test cannot be listed", e);
        }
    }
}
