package dev.conclave.internal.http;

import akka.Done;
import dev.conclave.core.ElectionName;
import dev.conclave.core.PeerId;
import dev.conclave.internal.http.Route.Guard;
import dev.conclave.internal.node.NodeControl;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

/** The routes that change something. A refused command is an {@link IllegalStateException} or a failed stage. */
final class CommandRoutes {

    /** How long a command may take: longer than any regular hand-over. */
    private static final Duration LONGEST_COMMAND = Duration.ofSeconds(30);

    private final NodeControl node;

    CommandRoutes(NodeControl node) {
        this.node = node;
    }

    List<Route> all() {
        return List.of(
                new Route(Guard.WRITE, "/conclave/elections/*/hand-over", this::handOver),
                new Route(Guard.WRITE, "/conclave/elections/*/stand", this::stand),
                new Route(Guard.WRITE, "/conclave/elections/*/withdraw", this::withdraw),
                new Route(Guard.WRITE, "/conclave/drain", this::drain),
                new Route(Guard.WRITE, "/conclave/undrain", this::undrain));
    }

    private OperatorAnswer handOver(Asked asked) {
        Optional<PeerId> to = Optional.ofNullable(asked.query().get("to")).map(PeerId::parse);
        return later(node.handOver(known(asked.name()), to, asked.by()));
    }

    private OperatorAnswer stand(Asked asked) {
        node.stand(known(asked.name()), asked.by());
        return done();
    }

    private OperatorAnswer withdraw(Asked asked) {
        node.withdraw(known(asked.name()), asked.by());
        return done();
    }

    private OperatorAnswer drain(Asked asked) {
        return later(node.drain(asked.by()));
    }

    private OperatorAnswer undrain(Asked asked) {
        node.undrain(asked.by());
        return done();
    }

    private ElectionName known(String name) {
        ElectionName election = new ElectionName(name);
        if (node.reader().election(election).isEmpty()) {
            throw new UnknownElection(node.self(), name);
        }
        return election;
    }

    private OperatorAnswer later(CompletionStage<Done> command) {
        return Answers.later(command, LONGEST_COMMAND, done -> done(), CommandRoutes::failed);
    }

    private static OperatorAnswer.Complete failed(Throwable cause) {
        return cause instanceof TimeoutException
                ? Answers.error(
                        504,
                        "the command has not ended after " + LONGEST_COMMAND.toSeconds()
                                + " s; it may still succeed: see GET /conclave/status")
                : Answers.error(409, String.valueOf(cause.getMessage()));
    }

    private OperatorAnswer.Complete done() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("done", true);
        body.put("self", node.self().toString());
        return Answers.json(200, body);
    }
}
