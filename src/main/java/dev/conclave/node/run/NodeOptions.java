package dev.conclave.node.run;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.core.PrintableText;
import dev.conclave.node.cli.CliException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that starts a peer. */
public final class NodeOptions {

    /** The names that Akka accepts. */
    private static final Pattern SYSTEM_NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_-]*");

    @Option(
            names = "--host",
            paramLabel = "H",
            description = "Address under which the other peers reach this one (default: 127.0.0.1).")
    private @Nullable String host;

    @Option(names = "--port", paramLabel = "P", description = "Port of this peer (default: 2551).")
    private @Nullable Integer port;

    @Option(
            names = "--voters",
            paramLabel = "h:p",
            split = ",",
            description = "Every peer that votes, this one included; the same list on every peer.")
    private List<String> voters = List.of();

    @Option(
            names = "--data-dir",
            paramLabel = "D",
            description = "Directory in which a voter stores its votes (default: ./conclave-data/<host>_<port>).")
    private @Nullable Path dataDir;

    @Option(names = "--election", paramLabel = "NAME", description = "Name of the election (default: default).")
    private String election = "default";

    @Option(
            names = "--system",
            paramLabel = "NAME",
            description = "Name of the actor system, the same on every peer; to take part beside the nodes of an"
                    + " application, the name of the application's (default: conclave).")
    private @Nullable String system;

    @Option(
            names = "--http",
            paramLabel = "[H:]P",
            description =
                    "Answer HTTP on this port: a page, status, metrics, and what the other commands ask for (default: off;"
                            + " without H on 127.0.0.1).")
    private @Nullable String http;

    /**
     * Returns the settings of the peer. The options are checked first, since the same values may come from a file, where they
     * are no options.
     *
     * @throws CliException if an option is wrong, or if the settings do not name a peer and its voters
     */
    public NodeConfig config() throws CliException {
        if (port != null && (port < 1 || port > 65535)) {
            throw CliException.wrongOption(new IllegalArgumentException("--port " + port + ": between 1 and 65535"));
        }
        if (system != null && !SYSTEM_NAME.matcher(system).matches()) {
            throw CliException.wrongOption(new IllegalArgumentException("--system " + PrintableText.of(system)
                    + ": letters, digits, - and _, beginning with a letter or a digit"));
        }
        try {
            voters.forEach(PeerId::parse);
        } catch (IllegalArgumentException e) {
            throw CliException.wrongOption(new IllegalArgumentException("--voters: " + e.getMessage(), e));
        }
        return NodeConfig.of(new NodeConfig.Options(
                Optional.ofNullable(system),
                Optional.ofNullable(host),
                port == null ? OptionalInt.empty() : OptionalInt.of(port),
                voters,
                Optional.ofNullable(dataDir),
                http()));
    }

    private Optional<NodeConfig.Http> http() throws CliException {
        try {
            return Optional.ofNullable(http).map(NodeConfig.Http::parse);
        } catch (IllegalArgumentException e) {
            throw CliException.wrongOption(new IllegalArgumentException(
                    "--http " + PrintableText.of(String.valueOf(http))
                            + ": write it as PORT or HOST:PORT, for example 8558",
                    e));
        }
    }

    /**
     * Returns the election in which the peer is a candidate.
     *
     * @throws CliException if the option does not name one
     */
    public ElectionName election() throws CliException {
        try {
            return ElectionName.ofApplication(election);
        } catch (IllegalArgumentException e) {
            throw CliException.wrongOption(new IllegalArgumentException("--election: " + e.getMessage(), e));
        }
    }
}
