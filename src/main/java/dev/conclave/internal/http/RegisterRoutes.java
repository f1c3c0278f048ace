package dev.conclave.internal.http;

import dev.conclave.core.ElectionName;
import dev.conclave.core.RegisterValue;
import dev.conclave.core.RegisterVersion;
import dev.conclave.internal.http.Route.Guard;
import dev.conclave.internal.node.NodeControl;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** Answers requests about registers. Thread-safe; no method waits. */
final class RegisterRoutes {

    /** How long a read or a write may take; a read ends by itself after an election timeout. */
    private static final Duration LONGEST = Duration.ofSeconds(15);

    private final NodeControl node;

    RegisterRoutes(NodeControl node) {
        this.node = node;
    }

    List<Route> all() {
        return List.of(
                new Route(Guard.READ, "/conclave/registers", this::list),
                new Route(Guard.READ_VALUE, "/conclave/elections/*/register", this::read),
                new Route(Guard.WRITE, "/conclave/elections/*/register", this::write));
    }

    private OperatorAnswer list(Asked asked) {
        return Answers.json(
                200,
                node.reader()
                        .registers()
                        .stored(
                                Optional.ofNullable(asked.query().get("after")).map(ElectionName::new),
                                asked.number("limit", Integer.MAX_VALUE)));
    }

    private OperatorAnswer read(Asked asked) {
        ElectionName election = new ElectionName(asked.name());
        if (asked.flag("copy")) {
            return Answers.json(200, node.reader().registers().copyWithValue(known(election)));
        }
        if (!node.reader().registers().knows(election)) {
            // A read would begin to observe the election, and find nobody.
            throw new UnknownElection(node.self(), election.value());
        }
        return Answers.later(
                node.readRegister(election),
                LONGEST,
                entry -> Answers.json(200, node.reader().registers().truth(election, entry)),
                failure -> Answers.error(
                        503,
                        failure instanceof TimeoutException
                                ? "no leader of \"" + election + "\" has answered"
                                : String.valueOf(failure.getMessage())));
    }

    private OperatorAnswer write(Asked asked) {
        ElectionName election = known(new ElectionName(asked.name()));
        boolean clears = asked.flag("clear");
        boolean replaces = asked.flag("replace");
        byte[] content = asked.request().content().get();
        if (content.length > OperatorRequest.MOST_CONTENT) {
            return Answers.tooLarge();
        }
        if (clears && content.length > 0) {
            throw new IllegalArgumentException("clear=true empties the register, so it takes no content");
        }
        Optional<RegisterValue> value = clears ? Optional.empty() : Optional.of(new RegisterValue(content));
        return Answers.later(
                node.importRegister(election, value, replaces || clears, asked.by()),
                LONGEST,
                this::done,
                failure -> failure instanceof TimeoutException
                        ? Answers.error(
                                504,
                                "the write has not ended after " + LONGEST.toSeconds()
                                        + " s; it may still succeed: read the register")
                        : Answers.error(409, String.valueOf(failure.getMessage())));
    }

    private OperatorAnswer.Complete done(RegisterVersion version) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("done", true);
        body.put("self", node.self().toString());
        body.put("term", version.term());
        body.put("write", version.count());
        return Answers.json(200, body);
    }

    private ElectionName known(ElectionName election) {
        if (node.reader().election(election).isEmpty()) {
            throw new UnknownElection(node.self(), election.value());
        }
        return election;
    }
}
