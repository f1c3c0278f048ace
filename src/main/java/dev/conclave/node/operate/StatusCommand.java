package dev.conclave.node.operate;

import dev.conclave.core.Terms;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.Console;
import dev.conclave.node.cli.TerminalCapabilities;
import dev.conclave.status.StatusJson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code status}: shows all voters and the leaders of their elections. */
@Command(
        name = "status",
        description = {
            "Shows all voters and which node leads which election, or one election on all voters.",
            "Nodes answer over HTTP: start them with run --http PORT, or set conclave.http.port."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes, the first that fits:%n",
        exitCodeList = {
            "1:failure; one line on standard error gives the reason",
            "2:an option is wrong",
            "3:no node answers",
            "4:no leader is known of the election that was asked for, or of one of all; a free lease does not count",
            "5:a voter does not answer, or does not take part; a voter without HTTP counts only if the others miss it",
            "0:all voters take part, and the election that was asked for has a leader, or each of all"
        })
public final class StatusCommand implements Callable<Integer> {

    static final int NO_ANSWER = 3;
    static final int NO_LEADER = 4;
    static final int MISSING_VOTER = 5;

    @Mixin
    private ShownElections elections = new ShownElections();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Mixin
    private OperateOptions options = new OperateOptions();

    private final Console console;

    public StatusCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CliException, InterruptedException {
        elections.check();
        Survey survey = new Surveyor(options.client()).ask(options.at(), elections.question());
        int code = codeOf(survey, elections.one());
        if (json) {
            console.out().println(json(survey));
        } else {
            Page page = new Page(TerminalCapabilities.columns());
            elections.show(new StatusPage(survey, page));
            boolean colors = TerminalCapabilities.isLive();
            page.lines()
                    .forEach(line -> console.out().println(colors ? line.tone().paint(line.text()) : line.text()));
        }
        if (code == NO_ANSWER) {
            console.complain("no node answers; name other HTTP doors with --at");
        }
        return code;
    }

    static int codeOf(Survey survey, Optional<String> election) {
        if (survey.answering().isEmpty()) {
            return NO_ANSWER;
        }
        List<ElectionView> known = survey.elections();
        boolean isLed = election.isEmpty()
                ? known.stream().noneMatch(ElectionView::isLeaderless)
                : known.stream()
                        .anyMatch(view -> view.name().equals(election.get())
                                && view.leader().isPresent());
        if (!isLed) {
            return NO_LEADER;
        }
        return survey.nodes().stream().anyMatch(Survey.Node::isTroubledVoter) ? MISSING_VOTER : ExitCode.OK;
    }

    private static String json(Survey survey) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("version", 1);
        all.put("nodes", survey.nodes().stream().map(StatusCommand::json).toList());
        all.put(
                "elections",
                survey.elections().stream().map(StatusCommand::json).toList());
        return StatusJson.write(all);
    }

    private static Map<String, Object> json(Survey.Node node) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", node.name());
        json.put("voter", node.isVoter());
        node.address().ifPresent(door -> json.put("http", door.toString()));
        json.put("answers", node.answer().isPresent());
        json.put("takesPart", node.takesPart());
        node.failure().ifPresent(why -> json.put("failure", why));
        node.answer().ifPresent(answer -> json.put("status", answer.status()));
        node.answer().flatMap(Survey.Answer::detail).ifPresent(seen -> json.put("election", seen));
        return json;
    }

    private static Map<String, Object> json(ElectionView view) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", view.name());
        view.leader().ifPresent(leader -> json.put("leader", leader));
        json.put("term", view.term());
        json.put("termText", Terms.show(view.term()));
        view.since().ifPresent(since -> json.put("since", since));
        return json;
    }
}
