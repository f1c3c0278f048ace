package dev.conclave.node.judge;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PrintableText;
import dev.conclave.core.Terms;
import dev.conclave.judge.Event;
import dev.conclave.judge.Judge;
import dev.conclave.judge.LeadershipInterval;
import dev.conclave.judge.Report;
import dev.conclave.judge.Violation;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code judge}: checks S1 to S4 over the events that peers have written. */
@Command(
        name = "judge",
        description = {
            "Checks S1 to S4 over the events of peers (run --events json), prints the leaderships, and draws them.",
            "Name the files of all peers. Files of several machines are compared by their wall clocks: then S3 and S4"
                    + " are only as good as those clocks."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:S1 to S4 hold",
            "1:at least one is violated",
            "2:an option is wrong, or a file cannot be read; standard error names the file and the line"
        })
public final class JudgeCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Event logs; - is standard input.")
    private List<String> files = List.of();

    @Option(
            names = "--picture",
            paramLabel = "FILE",
            description = "Write a picture of the leaderships (SVG), a row for each peer.")
    private @Nullable Path picture;

    @Option(
            names = "--election",
            paramLabel = "NAME",
            description = "Show and draw only this election (default: all; the verdicts cover all).")
    private @Nullable String election;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Print at most so many leaderships of an election, the last ones (default: 20).")
    private int limit = 20;

    private final Console console;

    public JudgeCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CliException {
        if (limit < 0) {
            throw CliException.wrongOption(new IllegalArgumentException("--limit " + limit + ": 0 or more"));
        }
        EventFiles read = EventFiles.read(files, console.in());
        read.notes().forEach(console::complain);
        List<Event> ends = UnknownEnds.of(read.events());
        if (!ends.isEmpty()) {
            console.complain(ends.size() + (ends.size() == 1 ? " process" : " processes")
                    + " ended without a word while leading: each leadership is taken to have ended before the next one"
                    + " began, which the files cannot prove");
        }
        Report report =
                Judge.judge(Stream.concat(read.events().stream(), ends.stream()).toList(), read.origin()::at);
        Map<ElectionName, Report.Figures> shown = new TreeMap<>(report.elections());
        if (election != null) {
            shown.keySet().removeIf(name -> !name.value().equals(election));
            if (shown.isEmpty()) {
                throw CliException.wrongOption(new IllegalArgumentException(
                        "--election " + PrintableText.of(election) + ": the files have no event of that election"));
            }
        }
        print(report, shown, read);
        if (picture != null) {
            draw(picture, new TimeLine(shown, report.violations(), read.events(), read.origin()));
        }
        return report.isClean() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void print(Report report, Map<ElectionName, Report.Figures> shown, EventFiles read) {
        PrintStream out = console.out();
        for (Violation.Promise promise : Violation.Promise.values()) {
            out.println(promise + " " + (report.held(promise) ? "holds" : "VIOLATED") + ": " + meaning(promise));
        }
        report.violations().forEach(violation -> out.println("  " + PrintableText.of(violation.toString())));
        out.println(counted(read.events().size(), "event") + " of " + counted(peers(read.events()), "peer") + " in "
                + counted(report.elections().size(), "election"));
        shown.forEach((name, figures) -> print(out, name, figures, read));
        out.flush();
    }

    private void print(PrintStream out, ElectionName name, Report.Figures figures, EventFiles read) {
        List<LeadershipInterval> all = figures.leaderships();
        out.println();
        out.println("\"" + PrintableText.of(name.value()) + "\": " + all.size()
                + " leaderships, the longest time without a leader " + Times.length(figures.longestLeaderlessNanos()));
        if (all.size() > limit) {
            out.println("  " + (all.size() - limit) + " earlier ones are not shown (--limit)");
        }
        for (LeadershipInterval one : all.subList(Math.max(all.size() - limit, 0), all.size())) {
            out.printf(
                    Locale.ROOT,
                    "  %s  term %-6s %-22s %s%n",
                    read.origin().at(one.from()),
                    Terms.show(one.term()),
                    one.peer(),
                    one.until() == LeadershipInterval.OPEN
                            ? "until the end of the log"
                            : "for " + Times.length(one.until() - one.from()));
        }
    }

    private static String meaning(Violation.Promise promise) {
        return switch (promise) {
            case S1 -> "at most one leader per term";
            case S2 -> "a peer's terms never go back, as far as its events show";
            case S3 -> "at no instant do two peers lead";
            case S4 -> "tokens grow in the order of leaderships";
        };
    }

    private static String counted(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private static long peers(List<Event> events) {
        return events.stream().map(Event::peer).distinct().count();
    }

    private static void draw(Path file, TimeLine timeLine) throws CliException {
        try {
            Files.writeString(file, timeLine.svg(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            String why = e instanceof NoSuchFileException ? "its folder does not exist" : CliException.oneLine(e);
            throw new CliException("the picture " + file + " cannot be written: " + why, e);
        }
    }
}
