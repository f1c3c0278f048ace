package dev.conclave.node.inspect;

import dev.conclave.core.Ballot;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PrintableText;
import dev.conclave.core.RegisterEntry;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.Terms;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.node.JournalHead;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.Console;
import dev.conclave.store.InspectedJournal;
import dev.conclave.store.StoreException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code inspect}: shows what a data directory holds. */
@Command(
        name = "inspect",
        description = {
            "Shows what the data directory of a voter holds: its identity, the voters and the longest election timeout"
                    + " under which it was written, and the ballot of each election.",
            "Reads one file, and neither locks nor changes anything, so it may be used beside a running peer. A damaged"
                    + " directory is named with the place of the damage, and with what to do."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the journal is sound", "1:it is damaged, or there is none", "2:an option is wrong"})
public final class InspectCommand implements Callable<Integer> {

    /** A journal is written between two reads at most this often in a row. */
    private static final int READS = 20;

    @Parameters(paramLabel = "DIR", description = "The data directory.")
    private Path directory = Path.of("");

    @Option(names = "--election", paramLabel = "NAME", description = "Show only the ballot of this election.")
    private @Nullable String election;

    @Option(names = "--limit", paramLabel = "N", description = "Show at most so many ballots (default: 20).")
    private int limit = 20;

    @Option(
            names = "--json",
            description = "Write one JSON object; of a journal that is damaged or missing, with the field error.")
    private boolean json;

    private final Console console;

    public InspectCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws CliException {
        if (limit < 0) {
            throw CliException.wrongOption(new IllegalArgumentException("--limit " + limit + ": 0 or more"));
        }
        InspectedJournal journal;
        try {
            journal = read(directory.resolve(InspectedJournal.NAME));
        } catch (CliException unreadable) {
            if (json) {
                console.out().println(JournalJson.failure(directory, String.valueOf(unreadable.getMessage())));
            }
            throw unreadable;
        }
        Map<ElectionName, Ballot> chosen = new TreeMap<>(journal.ballots());
        if (election != null) {
            chosen.keySet().removeIf(name -> !name.value().equals(election));
        }
        if (json) {
            console.out().println(JournalJson.of(directory, journal, chosen, limit));
        } else {
            print(console.out(), journal, chosen);
        }
        return ExitCode.OK;
    }

    /** Reads the file until two reads agree: beside a running peer, a read may meet a write that is under way. */
    private static InspectedJournal read(Path file) throws CliException {
        try {
            byte[] last = Files.readAllBytes(file);
            for (int reads = 1; reads < READS; reads++) {
                byte[] again = Files.readAllBytes(file);
                if (Arrays.equals(last, again)) {
                    break;
                }
                last = again;
            }
            return InspectedJournal.of(file, last);
        } catch (StoreException damaged) {
            throw new CliException(String.valueOf(damaged.getMessage()), damaged);
        } catch (NoSuchFileException e) {
            throw new CliException(
                    file + " does not exist: a voter writes it at its first start; name the directory that"
                            + " conclave.data-dir or --data-dir names",
                    e);
        } catch (IOException e) {
            throw new CliException(
                    file + " cannot be read: "
                            + (e instanceof AccessDeniedException ? "permission denied" : CliException.oneLine(e)),
                    e);
        }
    }

    private static String named(Configuration configuration) {
        return configuration.named().entrySet().stream()
                .map(voter -> voter.getKey() + " as " + voter.getValue())
                .collect(Collectors.joining(", "));
    }

    private void print(PrintStream out, InspectedJournal journal, Map<ElectionName, Ballot> chosen) {
        JournalHead head = journal.head();
        row(out, "journal", directory.resolve(InspectedJournal.NAME) + ", " + journal.bytes() + " bytes, sound");
        if (journal.cut() > 0) {
            row(
                    out,
                    "",
                    journal.cut() + " records at its end belong to a write that was not finished; no message"
                            + " was sent because of them");
        }
        if (journal.missingZeros() > 0) {
            row(out, "", journal.missingZeros() + " bytes of its unused end are missing, which does no harm");
        }
        row(out, "peer", head.self().toString());
        row(out, "identity", head.identity().toString());
        row(out, "starts", String.valueOf(head.starts()));
        Optional<Configuration> configuration = head.electorate().configuration();
        row(
                out,
                "group",
                configuration.map(one -> Configuration.show(one.group())).orElse("none yet"));
        row(
                out,
                "voters",
                configuration
                        .map(one -> "configuration " + one.number() + ": " + named(one))
                        .orElse("no configuration yet"));
        configuration.ifPresent(one -> row(
                out,
                "E and H",
                one.electionNanos() / 1_000_000 + " ms and " + one.settings().heartbeatNanos() / 1_000_000 + " ms"));
        row(out, "longest E", head.longestElectionNanos() / 1_000_000 + " ms");
        head.electorate()
                .accepted()
                .ifPresent(accepted ->
                        row(out, "accepted", accepted.next() + ", which is the next one if a majority accepted it"));
        row(
                out,
                "terms",
                "highest " + Terms.show(journal.highestTerm()) + ", floor of forgotten elections "
                        + Terms.show(journal.floor()));
        row(out, "elections", journal.ballots().size() + (election == null ? "" : ", of which shown " + chosen.size()));
        chosen.entrySet().stream()
                .limit(limit)
                .forEach(ballot ->
                        out.println("  term " + Terms.show(ballot.getValue().term()) + "  "
                                + PrintableText.of(ballot.getKey().value()) + "  "
                                + ballot.getValue()
                                        .votedFor()
                                        .map(peer -> "voted for " + peer)
                                        .orElse("has not voted in it")
                                + register(journal, ballot.getKey())));
        if (chosen.size() > limit) {
            out.println("  " + (chosen.size() - limit) + " more: --election NAME shows one, --limit N so many");
        }
        out.flush();
    }

    private static String register(InspectedJournal journal, ElectionName election) {
        RegisterEntry entry = journal.registers().get(election);
        return entry == null
                ? ""
                : "; register " + entry.version() + ", "
                        + entry.value().map(RegisterValue::toString).orElse("empty");
    }

    private static void row(PrintStream out, String name, String value) {
        out.printf("%-11s%s%n", name, value);
    }
}
