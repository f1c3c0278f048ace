package dev.conclave.node.operate;

import dev.conclave.core.PrintableText;
import dev.conclave.node.cli.CliException;
import java.time.Duration;
import java.util.Optional;

/** Finds nodes in a survey, and tells them what to do. */
final class Nodes {

    /** A node answers within 30 s. */
    private static final Duration LONGEST_DEED = Duration.ofSeconds(35);

    private Nodes() {}

    static void requireAnswer(Survey survey) throws CliException {
        if (survey.answering().isEmpty()) {
            Survey.Node first = survey.nodes().get(0);
            throw new CliException("no node answers; "
                    + first.address().map(HttpAddress::toString).orElse(first.name()) + ": "
                    + first.failure().orElse("no reason is known"));
        }
    }

    static HttpAddress doorOf(String name, Survey survey) throws CliException {
        Optional<Survey.Node> node = survey.nodes().stream()
                .filter(known -> known.name().equals(name))
                .findFirst();
        if (node.isEmpty()) {
            throw new CliException(PrintableText.of(name)
                    + " is neither a voter nor a node that was asked; name its HTTP door" + " with --at");
        }
        if (node.get().answer().isEmpty()) {
            throw new CliException(PrintableText.of(name) + " does not answer: "
                    + node.get().failure().orElse("no reason is known"));
        }
        return node.get().address().orElseThrow();
    }

    static void post(NodeClient client, String name, HttpAddress door, String path)
            throws CliException, InterruptedException {
        try {
            Object unused = client.post(door, path, LONGEST_DEED).answer();
        } catch (NodeFailure e) {
            throw new CliException(
                    PrintableText.of(name) + " refused, or did not finish: " + e.why() + remedy(client, e), e);
        }
    }

    /** The remedy for a refusal for want of a token; empty for others. */
    static String remedy(NodeClient client, NodeFailure refused) {
        return refused.httpStatus() == 401 && !client.hasToken()
                ? "; give a token with --token-file or in CONCLAVE_HTTP_TOKEN"
                : "";
    }
}
