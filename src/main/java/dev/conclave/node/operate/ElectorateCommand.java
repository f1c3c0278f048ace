package dev.conclave.node.operate;

import dev.conclave.core.PrintableText;
import dev.conclave.core.electorate.WishText;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.Console;
import dev.conclave.node.cli.TerminalCapabilities;
import dev.conclave.node.operate.NodeClient.Asked;
import dev.conclave.node.operate.Surveyor.Question;
import dev.conclave.status.ElectoratePlan;
import dev.conclave.status.ElectorateStatus;
import dev.conclave.status.StatusJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code electorate}: shows and changes the voters and the times that all nodes share. */
@Command(
        name = "electorate",
        description = {
            "Shows the voters and the times that all nodes share, and changes them while everything runs.",
            "  show               the configuration, how each voter is, and what is under way",
            "  history            how the last configurations came about",
            "  add A              one voter more; it must run and have a data directory",
            "  remove A           one voter less; it may be down",
            "  replace A B        B in the place of A",
            "  voters A,B,C       these voters and no others",
            "  readmit A          lets a voter vote again that has lost its data directory",
            "  force DIR          a new group in the place of one whose majority is lost, offline: see force --help",
            "  set KEY=VALUE...   other times: election-timeout=500ms heartbeat-interval=100ms max-clock-drift=0.01",
            "Nodes are named as host:port, as in conclave.voters. A change is given to the first node of --at that answers, or,"
                    + " if that has no data directory, to a voter. It waits until a majority obeys the last step; after"
                    + " Ctrl-C the node goes on."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:shown, planned, or carried out",
            "1:refused or failed; one line on standard error gives the reason",
            "2:an option is wrong, or the change is not understood"
        })
public final class ElectorateCommand implements Callable<Integer> {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    /** How long the node that carries out a change may say nothing before it counts as lost. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(15);

    /** A node answers a change within 10 s, and a dry run within 15 s. */
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(25);

    private static final int CONFLICT = 409;

    @Parameters(arity = "0..*", paramLabel = "WHAT", description = "What to do, see above.")
    private List<String> words = new ArrayList<>();

    @Option(names = "--dry-run", description = "Only say which steps would be made, and what would be refused.")
    private boolean dryRun;

    @Option(names = "--json", description = "With show, history and --dry-run: print one JSON object.")
    private boolean json;

    @Mixin
    private OperateOptions options = new OperateOptions();

    private final Console console;
    private String lastStep = "";

    public ElectorateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CliException, InterruptedException {
        if (words.isEmpty()) {
            throw OperateOptions.wrong("say what to do: show, history, or a change (see --help)");
        }
        String what = String.join(" ", words);
        boolean shows = what.equals("show") || what.equals("history");
        if (shows && dryRun) {
            throw OperateOptions.wrong("--dry-run needs a change (see --help)");
        }
        if (json && !shows && !dryRun) {
            throw OperateOptions.wrong("--json needs show, history or --dry-run");
        }
        String change = shows ? "" : parsed(what);
        NodeClient client = options.client();
        Survey survey = new Surveyor(client).ask(options.at(), Question.NODES_ONLY);
        Nodes.requireAnswer(survey);
        ElectorateSurvey electorate = ask(client, survey);
        if (shows) {
            show(electorate, what);
        } else if (dryRun) {
            plan(client, electorate.proposer(), change);
        } else {
            carryOut(client, electorate.proposer(), change);
        }
        return ExitCode.OK;
    }

    private static String parsed(String what) throws CliException {
        try {
            return WishText.show(WishText.parse(what));
        } catch (IllegalArgumentException e) {
            throw OperateOptions.wrong(PrintableText.of(String.valueOf(e.getMessage())) + " (see --help)");
        }
    }

    private static ElectorateSurvey ask(NodeClient client, Survey survey) throws CliException, InterruptedException {
        try {
            return ElectorateSurvey.of(client, survey);
        } catch (NodeFailure e) {
            throw new CliException("no node shows its electorate: " + e.why(), e);
        }
    }

    private void show(ElectorateSurvey electorate, String what) {
        if (json) {
            console.out().println(StatusJson.write(electorate.newest().electorate()));
            return;
        }
        Page page = new Page(TerminalCapabilities.columns());
        ElectoratePage shown = new ElectoratePage(electorate, page);
        if (what.equals("show")) {
            shown.show();
        } else {
            shown.history();
        }
        boolean colors = TerminalCapabilities.isLive();
        page.lines().forEach(line -> console.out().println(colors ? line.tone().paint(line.text()) : line.text()));
    }

    private static String path(String change, boolean dryRun) {
        return "electorate?change=" + NodeClient.segment(change) + "&dry-run=" + dryRun;
    }

    // ---- a dry run

    private void plan(NodeClient client, ElectorateSurvey.View at, String change)
            throws CliException, InterruptedException {
        try {
            ElectoratePlan plan = client.post(at.door(), path(change, true), ElectoratePlan.class, LONGEST_ANSWER)
                    .answer();
            if (json) {
                console.out().println(StatusJson.write(plan));
                return;
            }
            for (int i = 0; i < plan.steps().size(); i++) {
                say(i + 1 + ". " + plan.steps().get(i));
            }
            plan.warnings().forEach(warning -> say("Mind: " + warning));
            say(plan.steps().isEmpty() ? "There is nothing to change." : "Nothing was changed: this was a dry run.");
        } catch (NodeFailure e) {
            throw refused(client, at, e);
        }
    }

    // ---- a change

    private void carryOut(NodeClient client, ElectorateSurvey.View at, String change)
            throws CliException, InterruptedException {
        long began = System.nanoTime();
        Asked<ElectorateStatus> asked =
                client.post(at.door(), path(change, false), ElectorateStatus.class, LONGEST_ANSWER);
        while (!asked.sent().isDone() && System.nanoTime() < asked.deadlineNanos()) {
            Thread.sleep(BETWEEN_LOOKS.toMillis());
            look(client, at).ifPresent(this::sayStep);
        }
        ElectorateStatus now;
        try {
            now = asked.answer();
        } catch (NodeFailure e) {
            throw refused(client, at, e);
        }
        long id = now.change().orElse(0L);
        long heardAt = System.nanoTime();
        Optional<ElectorateStatus.Asked> outcome = outcome(now, id);
        while (outcome.filter(it -> it.state().equals("under-way")).isPresent()) {
            sayStep(now);
            Thread.sleep(BETWEEN_LOOKS.toMillis());
            Optional<ElectorateStatus> next = look(client, at);
            if (next.isPresent()) {
                now = next.get();
                heardAt = System.nanoTime();
                outcome = outcome(now, id);
            } else if (System.nanoTime() - heardAt > LONGEST_SILENCE.toNanos()) {
                throw new CliException("lost " + name(at) + " while it carried out \"" + change
                        + "\": look at electorate show at another voter, and say the change again if it is still"
                        + " wanted");
            }
        }
        conclude(at, change, now, outcome, Duration.ofNanos(System.nanoTime() - began));
    }

    private void conclude(
            ElectorateSurvey.View at,
            String change,
            ElectorateStatus now,
            Optional<ElectorateStatus.Asked> outcome,
            Duration took)
            throws CliException {
        if (outcome.isEmpty()) {
            throw new CliException(name(at) + " has been restarted while it carried out \"" + change
                    + "\", and does not continue it: look at electorate show, and say the change again if it is still"
                    + " wanted");
        }
        if (outcome.get().why().isPresent()) {
            throw new CliException(PrintableText.of(outcome.get().why().get()));
        }
        say(
                now.number() == at.electorate().number()
                        ? "There was nothing to change: configuration " + now.number() + " is so already."
                        : "Done (" + TimeText.span(took) + "): configuration " + now.number() + ", voters "
                                + String.join(
                                        ",",
                                        now.voters().stream()
                                                .map(ElectorateStatus.Voter::name)
                                                .toList())
                                + ", election-timeout " + Math.round(now.electionTimeoutMillis())
                                + " ms, heartbeat-interval " + Math.round(now.heartbeatIntervalMillis()) + " ms");
    }

    private static Optional<ElectorateStatus> look(NodeClient client, ElectorateSurvey.View at)
            throws InterruptedException {
        try {
            return Optional.of(
                    client.get(at.door(), "electorate", ElectorateStatus.class).answer());
        } catch (NodeFailure silent) {
            return Optional.empty();
        }
    }

    private static Optional<ElectorateStatus.Asked> outcome(ElectorateStatus now, long id) {
        return now.asked().stream().filter(asked -> asked.id() == id).findFirst();
    }

    /** Prints the step that is under way, once. */
    private void sayStep(ElectorateStatus now) {
        String step = now.underWay()
                .map(ElectorateStatus.UnderWay::step)
                // Before the first step is known there is nothing to say.
                .filter(words -> !words.startsWith("planning"))
                .orElse(lastStep);
        if (!step.equals(lastStep)) {
            lastStep = step;
            say(step);
        }
    }

    private void say(String line) {
        console.out().println(PrintableText.of(line));
        console.flush();
    }

    private static String name(ElectorateSurvey.View at) {
        return PrintableText.of(at.node().name());
    }

    /** A refusal is the node's own sentence; everything else says which node, and what it answered. */
    private static CliException refused(NodeClient client, ElectorateSurvey.View at, NodeFailure e) {
        if (e.httpStatus() == CONFLICT) {
            return new CliException(e.why().substring(("HTTP " + CONFLICT + ": ").length()), e);
        }
        return new CliException(name(at) + " refused, or did not finish: " + e.why() + Nodes.remedy(client, e), e);
    }
}
