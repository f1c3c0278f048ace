package dev.conclave.node.operate;

import dev.conclave.core.PeerId;
import dev.conclave.core.electorate.Configuration;
import dev.conclave.core.electorate.Force;
import dev.conclave.core.node.JournalHead;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.Console;
import dev.conclave.store.FileNodeStore;
import dev.conclave.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code electorate force}: writes a new group into the directory of a voter, in the place of one whose majority is lost (E11). */
@Command(
        name = "force",
        description = {
            "For the case that a majority of the voters is lost for good: writes a new group into the data directory of one that is"
                    + " left, offline. Its voters are the survivors.",
            "Stop this node first. The operator's promise: no lost voter starts again with its old data directory before it has"
                    + " met a survivor; two leaders would be possible. Survivors that run take the new group when they meet this"
                    + " node, and end their leaderships first. Do it on one survivor only."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:written",
            "1:refused or failed; one line on standard error gives the reason, and nothing was written",
            "2:an option is wrong"
        })
public final class ForceCommand implements Callable<Integer> {

    @Parameters(paramLabel = "DIR", description = "The data directory of this voter.")
    private Path directory = Path.of("");

    @Option(
            names = "--group",
            required = true,
            paramLabel = "GROUP",
            description = "The group that is replaced, as electorate show and inspect print it.")
    private String group = "";

    @Option(
            names = "--survivors",
            required = true,
            split = ",",
            paramLabel = "h:p",
            description = "The voters that are left, this one included.")
    private List<String> survivors = new ArrayList<>();

    @Option(
            names = "--over",
            paramLabel = "GROUP/N",
            description = "Another group that was forced from the same one, and the number of its configuration: it is"
                    + " replaced too.")
    private @Nullable String over;

    private final Console console;

    public ForceCommand(Console console) {
        this.console = console;
    }

    private record Other(long group, int number) {}

    @Override
    public Integer call() throws CliException {
        long expected = readGroup("--group", group);
        Other other = readOther();
        List<PeerId> left = new ArrayList<>();
        for (String survivor : survivors) {
            try {
                left.add(PeerId.parse(survivor.strip()));
            } catch (IllegalArgumentException e) {
                throw CliException.wrongOption(new IllegalArgumentException("--survivors: " + e.getMessage()));
            }
        }
        if (!Files.isDirectory(directory)) {
            throw new CliException(directory + " is not a directory; name the data directory of this voter");
        }
        Force force = new Force(expected, left, other.group(), other.number());
        SecureRandom random = new SecureRandom();
        long at = System.currentTimeMillis();
        try (FileNodeStore store =
                FileNodeStore.open(directory, found -> forced(found, force, random.nextLong(), at))) {
            Configuration written = store.head().electorate().configuration().orElseThrow();
            console.out()
                    .println("written: " + written + " of the new group " + Configuration.show(written.group())
                            + ", in the place of " + Configuration.show(expected) + "; start this node, then the other"
                            + " survivors");
        } catch (StoreException refused) {
            throw new CliException(String.valueOf(refused.getMessage()), refused);
        }
        return ExitCode.OK;
    }

    private static JournalHead forced(Optional<JournalHead> found, Force force, long drawn, long at) {
        JournalHead head = found.orElseThrow(() ->
                new IllegalStateException("it holds no journal; name the data directory of a voter that is left"));
        return head.with(force.in(head.self(), head.identity(), head.electorate(), drawn, at));
    }

    private Other readOther() throws CliException {
        if (over == null) {
            return new Other(0, 0);
        }
        int slash = over.indexOf('/');
        try {
            return new Other(
                    readGroup("--over", over.substring(0, Math.max(slash, 0))),
                    Integer.parseInt(over.substring(slash + 1)));
        } catch (NumberFormatException e) {
            throw CliException.wrongOption(new IllegalArgumentException("--over is \"" + over
                    + "\"; write the group and the number of its configuration: 9c41a0b1c2d3e4f5/7"));
        }
    }

    private static long readGroup(String option, String text) throws CliException {
        try {
            return Long.parseUnsignedLong(text.strip(), 16);
        } catch (NumberFormatException e) {
            throw CliException.wrongOption(new IllegalArgumentException(
                    option + " is \"" + text + "\"; write the sixteen hexadecimal digits that electorate show prints"));
        }
    }
}
