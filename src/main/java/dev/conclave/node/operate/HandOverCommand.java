package dev.conclave.node.operate;

import dev.conclave.core.PeerId;
import dev.conclave.core.PrintableText;
import dev.conclave.core.Terms;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.Console;
import dev.conclave.node.operate.Surveyor.Question;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code hand-over}: lets another node lead an election. */
@Command(
        name = "hand-over",
        description = "Lets another node lead an election, and waits for it. The leader is found through any node.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:another node leads",
            "1:failure; one line on standard error gives the reason",
            "2:an option is wrong"
        })
public final class HandOverCommand implements Callable<Integer> {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
    private static final Duration LONGEST_ELECTION = Duration.ofSeconds(10);

    @Parameters(paramLabel = "ELECTION", description = "The election.")
    private String election = "";

    @Option(
            names = "--to",
            paramLabel = "PEER",
            description = "The candidate that is to lead, by its name as host:port (default: the next in line).")
    private @Nullable String to;

    @Mixin
    private OperateOptions options = new OperateOptions();

    private final Console console;

    public HandOverCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CliException, InterruptedException {
        requireNames();
        NodeClient client = options.client();
        Surveyor surveyor = new Surveyor(client);
        Survey before = surveyor.ask(options.at(), Question.about(election));
        Nodes.requireAnswer(before);
        ElectionView known = viewIn(before)
                .orElseThrow(() -> new CliException("no node that answered knows an election \"" + printable() + "\""));
        String leader = known.leader()
                .orElseThrow(() -> new CliException(
                        "\"" + printable() + "\" has no known leader, term " + Terms.show(known.term())));
        HttpAddress door = Nodes.doorOf(leader, before);
        long began = System.nanoTime();
        String query = Optional.ofNullable(to)
                .map(peer -> "?to=" + NodeClient.segment(peer))
                .orElse("");
        Nodes.post(client, leader, door, "elections/" + NodeClient.segment(election) + "/hand-over" + query);
        ElectionView next = awaitNext(surveyor, before, known);
        console.out()
                .println(printable() + ": " + PrintableText.of(next.leader().orElseThrow()) + " leads in term "
                        + Terms.show(next.term())
                        + ", before it " + PrintableText.of(leader) + " in term " + Terms.show(known.term()) + " ("
                        + TimeText.span(Duration.ofNanos(System.nanoTime() - began)) + ")");
        return ExitCode.OK;
    }

    private void requireNames() throws CliException {
        OperateOptions.requireElection("ELECTION", election);
        if (to != null) {
            try {
                to = PeerId.parse(to).toString();
            } catch (IllegalArgumentException e) {
                throw OperateOptions.wrong("--to: " + e.getMessage());
            }
        }
    }

    private String printable() {
        return PrintableText.of(election);
    }

    private Optional<ElectionView> viewIn(Survey survey) {
        return survey.elections().stream()
                .filter(view -> view.name().equals(election))
                .findFirst();
    }

    private ElectionView awaitNext(Surveyor surveyor, Survey before, ElectionView known)
            throws CliException, InterruptedException {
        long giveUpAt = System.nanoTime() + LONGEST_ELECTION.toNanos();
        while (System.nanoTime() < giveUpAt) {
            Survey now = surveyor.ask(before.addresses(options.at()), Question.about(election));
            Optional<ElectionView> next =
                    viewIn(now).filter(view -> view.leader().isPresent() && view.term() > known.term());
            if (next.isPresent()) {
                return next.get();
            }
            Thread.sleep(BETWEEN_LOOKS.toMillis());
        }
        throw new CliException("\"" + printable() + "\" was handed over, but no next leader is known after "
                + TimeText.span(LONGEST_ELECTION) + "; look at status " + printable());
    }
}
