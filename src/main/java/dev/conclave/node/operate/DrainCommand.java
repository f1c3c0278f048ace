package dev.conclave.node.operate;

import dev.conclave.core.PrintableText;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.Console;
import dev.conclave.node.operate.Surveyor.Question;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The common part of {@code drain} and {@code undrain}: one node receives a command. */
@Command(
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failure; one line on standard error gives the reason", "2:an option is wrong"})
public abstract sealed class DrainCommand implements Callable<Integer> {

    @Parameters(
            arity = "0..1",
            paramLabel = "NODE",
            description =
                    "The node, by its name as host:port; it is found through any other (default: the node that --at"
                            + " names).")
    private @Nullable String node;

    @Mixin
    private OperateOptions options = new OperateOptions();

    private final Console console;
    private final String verb;
    private final String outcome;

    private DrainCommand(Console console, String verb, String outcome) {
        this.console = console;
        this.verb = verb;
        this.outcome = outcome;
    }

    @Override
    public Integer call() throws CliException, InterruptedException {
        List<HttpAddress> at = options.at();
        String asked = node;
        if (asked == null && at.size() != 1) {
            throw OperateOptions.wrong("--at names several nodes: say which one is meant, as NODE (see --help)");
        }
        NodeClient client = options.client();
        Survey survey = new Surveyor(client).ask(at, Question.NODES_ONLY);
        Nodes.requireAnswer(survey);
        String name = asked != null ? asked : survey.asked().orElseThrow().name();
        Nodes.post(client, name, Nodes.doorOf(name, survey), verb);
        console.out().println(PrintableText.of(name) + " " + outcome);
        return ExitCode.OK;
    }

    /** {@code drain}: takes a node out of the leaders of all elections. */
    @Command(
            name = "drain",
            description =
                    "Takes a node out of the leaders of all elections, until undrain or its restart. It hands over every"
                            + " election that it leads, and goes on voting; the elections behind leases are not affected.")
    public static final class Drain extends DrainCommand {
        public Drain(Console console) {
            super(
                    console,
                    "drain",
                    "is drained: it leads no election, and goes on voting, until undrain or its restart");
        }
    }

    /** {@code undrain}: ends what {@code drain} began. */
    @Command(name = "undrain", description = "Lets a drained node be a candidate again.")
    public static final class Undrain extends DrainCommand {
        public Undrain(Console console) {
            super(console, "undrain", "is a candidate again in the elections in which it stands");
        }
    }
}
