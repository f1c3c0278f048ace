package dev.conclave.node.operate;

import dev.conclave.node.cli.CliException;
import dev.conclave.node.operate.Surveyor.Question;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options of {@code status} and {@code watch}: one election, or the list of all. */
final class ShownElections {

    private static final int MOST_ELECTIONS = 200;

    @Parameters(arity = "0..1", paramLabel = "ELECTION", description = "Show this election as each node sees it.")
    private @Nullable String election;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "How many elections to list, 0 to 200 (default: ${DEFAULT-VALUE}).")
    private int most = 20;

    /** Refuses values that cannot be used. */
    void check() throws CliException {
        if (most < 0 || most > MOST_ELECTIONS) {
            throw OperateOptions.wrong("--limit " + most + ": between 0 and " + MOST_ELECTIONS);
        }
        if (election != null) {
            OperateOptions.requireElection("ELECTION", election);
        }
    }

    /** The one election to show; empty for the list. */
    Optional<String> one() {
        return Optional.ofNullable(election);
    }

    Question question() {
        return one().map(Question::about).orElse(Question.elections(most));
    }

    /** Shows the one election, or the list. */
    void show(StatusPage page) {
        one().ifPresentOrElse(page::one, () -> page.all(most));
    }
}
