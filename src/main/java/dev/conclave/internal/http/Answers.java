package dev.conclave.internal.http;

import akka.Done;
import dev.conclave.internal.runtime.FutureTimeouts;
import dev.conclave.status.StatusJson;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The answers that several routes have in common. */
final class Answers {

    /** The type of JSON. */
    static final String JSON = "application/json; charset=utf-8";

    static final Map<String, String> HEADERS = Map.of(
            "Cache-Control", "no-store",
            "X-Content-Type-Options", "nosniff");

    private Answers() {}

    static OperatorAnswer.Complete json(int status, Object body) {
        return new OperatorAnswer.Complete(status, JSON, StatusJson.write(body), HEADERS);
    }

    static OperatorAnswer.Complete error(int status, String why) {
        return json(status, Map.of("error", why));
    }

    static OperatorAnswer refusal(Access.Refusal refused) {
        OperatorAnswer.Complete answer = error(refused.status(), refused.why());
        if (refused.status() != 401) {
            return answer;
        }
        Map<String, String> headers = new LinkedHashMap<>(HEADERS);
        headers.put("WWW-Authenticate", "Bearer realm=\"conclave\"");
        return new OperatorAnswer.Complete(401, answer.type(), answer.body(), headers);
    }

    static OperatorAnswer notFound() {
        return error(404, "there is nothing at this path: see docs/operations.md for the routes");
    }

    static OperatorAnswer notAllowed(String allowed) {
        OperatorAnswer.Complete answer = error(405, "use the method " + allowed + " here");
        Map<String, String> headers = new LinkedHashMap<>(HEADERS);
        headers.put("Allow", allowed);
        return new OperatorAnswer.Complete(405, answer.type(), answer.body(), headers);
    }

    /**
     * Answers when a stage has ended, at the latest after the time limit.
     *
     * @param answer receives the failure, if there is one
     */
    static OperatorAnswer later(
            CompletionStage<Done> stage,
            Duration limit,
            Function<Optional<Throwable>, OperatorAnswer.Complete> answer) {
        CompletableFuture<Done> limited = new CompletableFuture<>();
        var unused = stage.whenComplete((done, failure) -> {
            if (failure == null) {
                limited.complete(done);
            } else {
                limited.completeExceptionally(failure);
            }
        });
        return new OperatorAnswer.Later(FutureTimeouts.failing(limited, limit)
                .handle((done, failure) ->
                        answer.apply(Optional.ofNullable(failure).map(Answers::cause))));
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
