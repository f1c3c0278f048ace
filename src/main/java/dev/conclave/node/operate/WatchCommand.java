package dev.conclave.node.operate;

import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.Console;
import dev.conclave.node.cli.Durations;
import dev.conclave.node.cli.TerminalCapabilities;
import dev.conclave.node.operate.Surveyor.Question;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code watch}: what {@code status} shows, again and again. */
@Command(
        name = "watch",
        description = {
            "Shows what status shows, and redraws it, until Ctrl-C. Without a terminal it prints a line for each change.",
            "When it loses the node that it asks, it goes on with another one, and says so."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the reader of standard output has gone",
            "1:failure; one line on standard error gives the reason",
            "2:an option is wrong",
            "130:Ctrl-C"
        })
public final class WatchCommand implements Callable<Integer> {

    @Mixin
    private ShownElections elections = new ShownElections();

    @Option(
            names = "--every",
            paramLabel = "D",
            converter = Durations.class,
            description = "How long to wait between two looks (default: 1s).")
    private Duration every = Duration.ofSeconds(1);

    @Mixin
    private OperateOptions options = new OperateOptions();

    private final Console console;

    public WatchCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CliException, InterruptedException {
        elections.check();
        if (every.compareTo(Duration.ofMillis(100)) < 0) {
            throw OperateOptions.wrong("--every: at least 100ms");
        }
        Surveyor surveyor = new Surveyor(options.client());
        Question question = elections.question();
        List<HttpAddress> doors = options.at();
        WatchedChanges changes = new WatchedChanges();
        if (!TerminalCapabilities.isLive()) {
            while (!console.out().checkError()) {
                Survey survey = surveyor.ask(doors, question);
                doors = survey.addresses(first(survey, doors));
                String now = TimeText.second(Instant.now());
                changes.of(survey).forEach(change -> console.out().println(now + "  " + change));
                Thread.sleep(every.toMillis());
            }
            return ExitCode.OK;
        }
        try (Screen screen = new Screen(console.out())) {
            while (!console.out().checkError()) {
                Survey survey = surveyor.ask(doors, question);
                doors = survey.addresses(first(survey, doors));
                screen.draw(page(survey, changes));
                Thread.sleep(every.toMillis());
            }
        }
        return ExitCode.OK;
    }

    /** The doors to ask next, beginning with that of the node which answered first. */
    private static List<HttpAddress> first(Survey survey, List<HttpAddress> doors) {
        List<HttpAddress> order = new ArrayList<>();
        survey.asked().flatMap(Survey.Node::address).ifPresent(order::add);
        doors.stream().filter(door -> !order.contains(door)).forEach(order::add);
        return order;
    }

    private List<Page.Line> page(Survey survey, WatchedChanges changes) {
        Page page = new Page(TerminalCapabilities.columns());
        String through = survey.asked().map(node -> "through " + node.name()).orElse("no node answers");
        page.text(Tone.HEADING, TimeText.second(Instant.now()) + "  " + through + ", Ctrl-C ends");
        page.gap();
        elections.show(new StatusPage(survey, page));
        changes.of(survey);
        if (!changes.last().isEmpty()) {
            page.gap();
            page.text(Tone.HEADING, "Changes while watching");
            changes.last().forEach(change -> page.text(Tone.PLAIN, change));
        }
        return page.lines();
    }
}
