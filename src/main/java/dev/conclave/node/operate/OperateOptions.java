package dev.conclave.node.operate;

import dev.conclave.core.ElectionName;
import dev.conclave.core.PrintableText;
import dev.conclave.node.cli.CliException;
import dev.conclave.node.cli.Durations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that all commands have which speak to running nodes. */
final class OperateOptions {

    private static final String TOKEN = "CONCLAVE_HTTP_TOKEN";

    @Option(
            names = "--at",
            paramLabel = "h:p",
            split = ",",
            description = "HTTP doors of nodes to begin with; the other voters are found through them"
                    + " (default: 127.0.0.1:8558).")
    private List<String> at = List.of("127.0.0.1:" + HttpAddress.USUAL_PORT);

    @Option(
            names = "--time-limit",
            paramLabel = "D",
            converter = Durations.class,
            description = "How long a node may take to answer (default: 3s).")
    private Duration limit = Duration.ofSeconds(3);

    @Option(
            names = "--token-file",
            paramLabel = "F",
            description = {
                "File with the token for what changes something (default: the environment's " + TOKEN + ").",
                "A token is never an argument: every user of this machine can read the arguments of a process, and shells"
                        + " keep them in their history."
            })
    private @Nullable Path tokenFile;

    @Option(names = "--tls", description = "Speak HTTPS to the nodes.")
    private boolean tls;

    @Option(
            names = "--trust",
            paramLabel = "F",
            description =
                    "With --tls: PEM file of the certificates that sign those of the nodes (default: those that the JDK"
                            + " trusts).")
    private @Nullable Path trust;

    @Option(
            names = "--cert",
            paramLabel = "F",
            description = "With --tls: PEM file of this client's certificate, for nodes that ask for one.")
    private @Nullable Path cert;

    @Option(names = "--key", paramLabel = "F", description = "With --cert: PEM file of its private key, in PKCS #8.")
    private @Nullable Path key;

    List<HttpAddress> at() throws CliException {
        try {
            return at.stream().map(HttpAddress::parse).distinct().toList();
        } catch (IllegalArgumentException e) {
            throw wrong("--at: " + e.getMessage());
        }
    }

    NodeClient client() throws CliException {
        if (limit.isNegative() || limit.isZero()) {
            throw wrong("--time-limit: longer than 0");
        }
        if (!tls && (trust != null || cert != null || key != null)) {
            throw wrong("--trust, --cert and --key need --tls");
        }
        if ((cert == null) != (key == null)) {
            throw wrong("--cert and --key need each other");
        }
        return new NodeClient(
                tls
                        ? Optional.of(ClientTls.of(
                                Optional.ofNullable(trust), Optional.ofNullable(cert), Optional.ofNullable(key)))
                        : Optional.empty(),
                token(Optional.ofNullable(tokenFile), Optional.ofNullable(System.getenv(TOKEN))),
                limit);
    }

    static Optional<String> token(Optional<Path> file, Optional<String> environment) throws CliException {
        Optional<String> token = environment;
        String source = TOKEN;
        if (file.isPresent()) {
            token = Optional.of(new String(bytes(file.get()), StandardCharsets.UTF_8));
            source = file.get().toString();
        }
        token = token.map(String::strip);
        if (token.isPresent() && !token.get().chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new CliException(
                    "the token in " + source + " holds spaces or other characters that an HTTP header cannot carry;"
                            + " write it in one line of ASCII");
        }
        if (file.isPresent() && token.filter(text -> !text.isEmpty()).isEmpty()) {
            throw new CliException(source + " holds no token");
        }
        return token.filter(text -> !text.isEmpty());
    }

    static byte[] bytes(Path file) throws CliException {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new CliException(
                    "cannot read " + PrintableText.of(file.toString()) + " ("
                            + e.getClass().getSimpleName() + ")",
                    e);
        }
    }

    /** Refuses a text that is not the name of an election. */
    static void requireElection(String option, String name) throws CliException {
        try {
            ElectionName unused = new ElectionName(name);
        } catch (IllegalArgumentException e) {
            throw wrong(option + ": " + e.getMessage() + " (see --help)");
        }
    }

    static CliException wrong(String why) {
        return CliException.wrongOption(new IllegalArgumentException(why));
    }
}
