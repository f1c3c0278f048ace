package dev.conclave.node.operate;

import dev.conclave.core.PrintableText;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.Console;
import dev.conclave.node.operate.EventStream.ServerSentEvent;
import dev.conclave.node.operate.Surveyor.Question;
import dev.conclave.status.Change;
import dev.conclave.status.ChangeList;
import dev.conclave.status.StatusJson;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code events}: the changes of elections, as one node saw them. */
@Command(
        name = "events",
        description = {
            "Prints the last changes of elections, as one node saw them: the first of --at that answers.",
            "With --follow it goes on until Ctrl-C. When it loses the node it resumes where it was, or goes on with another"
                    + " voter, and says so on standard error.",
            "An election that the node does not know, and of which it keeps no change, is a failure; with --follow its"
                    + " changes are awaited."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:success", "1:failure; one line on standard error gives the reason", "2:an option is wrong"})
public final class EventsCommand implements Callable<Integer> {

    private static final int MOST_CHANGES = 1000;
    private static final Duration BEFORE_RETRY = Duration.ofSeconds(1);

    @Option(names = "--follow", description = "Go on with the changes to come.")
    private boolean follow;

    @Option(names = "--election", paramLabel = "NAME", description = "Only the changes of this election.")
    private @Nullable String election;

    @Option(
            names = "--last",
            paramLabel = "N",
            description = "How many changes of the past, 0 to 1000 (default: ${DEFAULT-VALUE}).")
    private int last = MOST_CHANGES;

    @Option(names = "--json", description = "Print each change as one JSON object in a line.")
    private boolean json;

    @Mixin
    private OperateOptions options = new OperateOptions();

    private final Console console;

    /** The remarks since the last change. */
    private final Set<String> said = new HashSet<>();

    public EventsCommand(Console console) {
        this.console = console;
    }

    /**
     * The place up to which changes were printed.
     *
     * @param node the node that sent them
     * @param id the last change's id there
     * @param at the last change's instant
     */
    private record Position(Source node, long id, Instant at) {
        Position after(Change change) {
            return new Position(node, change.id(), change.at().isAfter(at) ? change.at() : at);
        }

        /** Whether a change that the node sends was not printed: without an id, the instants of two nodes are compared. */
        boolean isBefore(Change change) {
            return id > 0 || change.at().isAfter(at);
        }
    }

    /** A node whose changes are printed; only within one the ids of changes grow, also after a restart. */
    private record Source(String name, HttpAddress door) {
        static Source of(Survey.Node node) {
            return new Source(node.name(), node.address().orElseThrow());
        }
    }

    @Override
    public Integer call() throws CliException, InterruptedException {
        if (last < 0 || last > MOST_CHANGES) {
            throw OperateOptions.wrong("--last " + last + ": between 0 and " + MOST_CHANGES);
        }
        Optional<String> wanted = Optional.ofNullable(election);
        if (wanted.isPresent()) {
            OperateOptions.requireElection("--election", wanted.get());
        }
        NodeClient client = options.client();
        Surveyor surveyor = new Surveyor(client);
        List<HttpAddress> at = options.at();
        Survey survey = surveyor.ask(at, wanted.map(Question::about).orElse(Question.NODES_ONLY));
        Nodes.requireAnswer(survey);
        Source first = Source.of(survey.asked().orElseThrow());
        List<Change> changes = past(client, first);
        if (wanted.isPresent() && changes.stream().noneMatch(this::isWanted)) {
            requireKnown(wanted.get(), survey);
        }
        Position position = printed(first, changes);
        while (follow && !console.out().checkError()) {
            try {
                position = followed(client, position);
            } catch (Lost lost) {
                say("lost " + lost.position.node().name() + ": " + lost.failure.why());
                position = resumed(surveyor, survey.addresses(at), lost.position);
            }
        }
        return ExitCode.OK;
    }

    private static List<Change> past(NodeClient client, Source node) throws CliException, InterruptedException {
        try {
            return client.get(node.door(), "changes?limit=" + MOST_CHANGES, ChangeList.class)
                    .answer()
                    .changes();
        } catch (NodeFailure e) {
            throw new CliException(PrintableText.of(node.name()) + " does not list its changes: " + e.why(), e);
        }
    }

    /** Refuses an election that the asked node does not know; with {@code --follow} the node may learn of it later. */
    private void requireKnown(String name, Survey survey) throws CliException {
        Survey.Node asked = survey.asked().orElseThrow();
        if (asked.knowsElection()) {
            return;
        }
        String unknown = asked.name() + " keeps no change of an election \"" + name + "\" and does not know it";
        if (follow) {
            say(unknown + " yet; its changes are printed when it does");
            return;
        }
        String remedy = survey.answering().stream()
                .filter(Survey.Node::knowsElection)
                .findFirst()
                .map(other -> other.name() + " knows it: ask that one with --at "
                        + other.address().orElseThrow())
                .orElse("status lists the elections that the nodes know");
        throw new CliException(PrintableText.of(unknown + "; " + remedy));
    }

    /** Prints the changes of the past. */
    private Position printed(Source node, List<Change> changes) {
        List<Change> wanted = changes.stream().filter(this::isWanted).toList();
        wanted.subList(Math.max(0, wanted.size() - last), wanted.size()).forEach(change -> print(node.name(), change));
        Position begin = new Position(node, 0, Instant.EPOCH);
        return changes.isEmpty() ? begin : begin.after(changes.get(changes.size() - 1));
    }

    /** Prints changes until the reader of standard output has gone; otherwise the stream is lost. */
    private Position followed(NodeClient client, Position begin) throws Lost, InterruptedException {
        Position position = begin;
        try (EventStream stream = new EventStream(client, begin.node().door(), begin.id())) {
            while (!console.out().checkError()) {
                ServerSentEvent event = stream.next();
                if (event.name().equals("gap")) {
                    say("changes are missing here: " + begin.node().name() + " keeps only the last thousand");
                } else if (event.name().equals("change")) {
                    Change change = read(event.data());
                    said.clear();
                    if (begin.isBefore(change) && isWanted(change)) {
                        print(begin.node().name(), change);
                    }
                    position = position.after(change);
                }
            }
            return position;
        } catch (NodeFailure e) {
            throw new Lost(position, e);
        }
    }

    private Change read(String data) throws NodeFailure {
        try {
            return StatusJson.read(data, Change.class);
        } catch (IOException e) {
            throw new NodeFailure(
                    "it sent an event that cannot be read: " + PrintableText.of(String.valueOf(e.getMessage())));
        }
    }

    /** Waits for a node that answers, preferably the same. */
    private Position resumed(Surveyor surveyor, List<HttpAddress> doors, Position lost) throws InterruptedException {
        while (!console.out().checkError()) {
            Thread.sleep(BEFORE_RETRY.toMillis());
            List<Source> answering = surveyor.ask(doors, Question.NODES_ONLY).answering().stream()
                    .map(Source::of)
                    .toList();
            Optional<Source> same = answering.stream()
                    .filter(node -> node.name().equals(lost.node().name()))
                    .findFirst();
            if (same.isPresent()) {
                say("asks " + lost.node().name() + " again, after its change " + lost.id());
                return new Position(same.get(), lost.id(), lost.at());
            }
            Optional<Source> other = answering.stream().findFirst();
            if (other.isPresent()) {
                say("goes on with " + other.get().name() + ", from what it saw after "
                        + TimeText.millisecond(lost.at()));
                return new Position(other.get(), 0, lost.at());
            }
        }
        return lost;
    }

    private boolean isWanted(Change change) {
        return election == null || change.election().equals(election);
    }

    private void print(String node, Change change) {
        console.out().println(json ? StatusJson.write(change) : ChangeText.line(node, change));
    }

    /** Prints a remark, once while a node refuses again and again. */
    private void say(String remark) {
        if (said.add(remark)) {
            console.err().println("conclave-node: " + PrintableText.of(remark));
        }
    }

    /** The stream was lost. */
    private static final class Lost extends Exception {

        private static final long serialVersionUID = 1;

        final transient Position position;
        final transient NodeFailure failure;

        Lost(Position position, NodeFailure failure) {
            super(failure);
            this.position = position;
            this.failure = failure;
        }
    }
}
