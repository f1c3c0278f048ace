package dev.conclave.node.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.judge.Event;
import dev.conclave.judge.EventLine;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import picocli.CommandLine;

class JudgeCommandTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final ElectionName ORDERS = new ElectionName("orders <&\"'>");
    private static final PeerId ANNA = PeerId.parse("10.0.0.1:2551");
    private static final PeerId BERT = PeerId.parse("10.0.0.2:2551");

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private String standardInput = "";

    @Test
    void aCleanLogExitsWithZeroAndShowsItsLeaderships() throws Exception {
        Path log = write("log", Duration.ZERO, List.of(leads(ANNA, 1, 0, 1000), leads(BERT, 2, 1100, 2500)));
        assertThat(judge(log.toString())).isZero();
        assertThat(said())
                .contains("S1 holds", "S2 holds", "S3 holds", "S4 holds", "2 leaderships", "100.0 ms")
                .contains("12:00:00.000  term 0.1    10.0.0.1:2551          for 1.00 s")
                .contains("12:00:01.100  term 0.2    10.0.0.2:2551          for 1.40 s");
    }

    @Test
    void twoLeadersAtOnceExitWithOneAndAreFramedInThePicture() throws Exception {
        Path log = write("log", Duration.ZERO, List.of(leads(ANNA, 1, 0, 1000), leads(BERT, 2, 900, 2500)));
        Path picture = directory.resolve("out.svg");
        assertThat(judge(log.toString(), "--picture", picture.toString())).isEqualTo(1);
        assertThat(said())
                .contains("S3 VIOLATED", "lead at the same time, for 100.000 ms, from 12:00:00.900")
                .contains("S4 holds");
        assertThat(classes(xml(picture))).contains("bad", "c1", "c2", "story");
    }

    @Test
    void aKilledLeaderWhoseEndNoFileShowsViolatesNothing() throws Exception {
        List<Event> killed = leads(ANNA, 1, 0, 1000).subList(0, 2);
        Path one = write("one", Duration.ZERO, List.of(killed));
        Path other = write("other", Duration.ZERO, List.of(leads(BERT, 2, 600_000, 601_000)));
        assertThat(judge(one.toString(), other.toString())).isZero();
        assertThat(said())
                .contains("S3 holds", "term 0.1    10.0.0.1:2551          for 10.0 min", "without a leader 0.0 ms");
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("1 process ended without a word while leading");

        // Its next life does not shorten its leadership either.
        Event again = new Event.Started(TimeUnit.SECONDS.toNanos(900), ANNA, ORDERS, 1);
        Path next = write("next", Duration.ZERO, List.of(List.of(again)));
        assertThat(judge(one.toString(), other.toString(), next.toString())).isZero();
        assertThat(said()).contains("term 0.1    10.0.0.1:2551          for 10.0 min");
    }

    @Test
    void aLeaderThatLedBesideTheNextOneIsStillFound() throws Exception {
        Event again = new Event.Started(TimeUnit.SECONDS.toNanos(900), ANNA, ORDERS, 1);
        Path one = write("one", Duration.ZERO, List.of(leads(ANNA, 1, 0, 700_000), List.of(again)));
        Path other = write("other", Duration.ZERO, List.of(leads(BERT, 2, 600_000, 601_000)));
        assertThat(judge(one.toString(), other.toString())).isEqualTo(1);
        assertThat(said()).contains("S3 VIOLATED");
    }

    @Test
    void aLastLineThatIsCutIsNamed() throws Exception {
        Path log = write("log", Duration.ZERO, List.of(leads(ANNA, 1, 0, 1000), leads(BERT, 2, 1100, 2500)));
        String text = Files.readString(log);
        Files.writeString(log, text.substring(0, text.length() - 20));
        assertThat(judge(log.toString())).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8)).contains(log + ": its last line is cut and was left out");
    }

    @Test
    void filesOfTwoMachinesAreComparedByTheirWallClocks() throws Exception {
        Path one = write("one", Duration.ZERO, List.of(leads(ANNA, 1, 0, 1000)));
        Path other = write("other", Duration.ofDays(9), List.of(leads(BERT, 2, 1100, 2000)));
        assertThat(judge(one.toString(), other.toString())).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("several machines");
        assertThat(said()).contains("12:00:01.100  term 0.2");
    }

    @Test
    void standardInputIsRead() throws Exception {
        standardInput =
                Files.readString(write("log", Duration.ZERO, List.of(leads(ANNA, 1, 0, 1000))), StandardCharsets.UTF_8);
        assertThat(judge("-")).isZero();
        assertThat(said()).contains("1 leaderships");
    }

    @Test
    void aLineThatIsNoEventIsAWrongOptionThatNamesFileAndLine() throws Exception {
        Path log = write("log", Duration.ZERO, List.of(leads(ANNA, 1, 0, 1000)));
        Files.writeString(log, Files.readString(log) + "oops\n");
        assertThatThrownBy(() -> judge(log.toString()))
                .isInstanceOfSatisfying(
                        CliException.class,
                        wrong -> assertThat(wrong.isWrongOption()).isTrue())
                .hasMessageContaining(log + ":4: ");
        assertThatThrownBy(() -> judge(directory.resolve("none").toString()))
                .hasMessageContaining("none cannot be read: it does not exist");
        Path empty = Files.createFile(directory.resolve("empty"));
        assertThatThrownBy(() -> judge(empty.toString())).hasMessageContaining("no event in it");
    }

    @Test
    void aPictureOfManyLeadershipsIsWellFormedAndBounded() throws Exception {
        List<List<Event>> all = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            all.add(leads(i % 2 == 0 ? ANNA : BERT, i + 1, i * 100L, i * 100L + 90));
        }
        Path log = write("log", Duration.ZERO, all);
        Path picture = directory.resolve("out.svg");
        assertThat(judge(log.toString(), "--picture", picture.toString())).isZero();
        assertThat(said().lines().count()).isLessThan(40);
        assertThat(classes(xml(picture))).hasSizeBetween(4_000, 5_000);
        assertThat(Files.readString(picture)).contains("orders &lt;&amp;&quot;'&gt;", "not drawn: 3000 earlier");
    }

    @Test
    void anElectionThatIsNotInTheFilesIsAWrongOption() throws Exception {
        Path log = write("log", Duration.ZERO, List.of(leads(ANNA, 1, 0, 1000)));
        assertThatThrownBy(() -> judge(log.toString(), "--election", "stock")).hasMessageContaining("--election stock");
    }

    private static List<Event> leads(PeerId peer, long term, long from, long until) {
        long begin = TimeUnit.MILLISECONDS.toNanos(from);
        long end = TimeUnit.MILLISECONDS.toNanos(until);
        return List.of(
                new Event.Standing(begin, peer, ORDERS, term),
                new Event.Elected(begin, peer, ORDERS, term, end),
                new Event.Dismissed(end, peer, ORDERS, term, "lease-expired", end));
    }

    /** Writes a log whose monotonic clock shows this much more than that of others. */
    private Path write(String name, Duration ahead, List<List<Event>> events) throws IOException {
        StringBuilder lines = new StringBuilder();
        events.stream()
                .flatMap(List::stream)
                .forEach(event -> lines.append(
                                EventLine.write(event.later(ahead.toNanos()), NOON.plusNanos(event.mono())))
                        .append('\n'));
        return Files.writeString(directory.resolve(name), lines, StandardCharsets.UTF_8);
    }

    private int judge(String... args) throws CliException {
        Console console = new Console(
                new ByteArrayInputStream(standardInput.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return CommandLine.populateCommand(new JudgeCommand(console), args).call();
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private static Document xml(Path picture) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(picture.toFile());
    }

    private static List<String> classes(Document svg) {
        List<String> all = new ArrayList<>();
        var elements = svg.getElementsByTagName("*");
        for (int i = 0; i < elements.getLength(); i++) {
            var named = elements.item(i).getAttributes().getNamedItem("class");
            if (named != null) {
                all.addAll(List.of(named.getNodeValue().split(" ", -1)));
            }
        }
        return all;
    }
}
