package dev.conclave.internal.http;

import dev.conclave.internal.runtime.FutureTimeouts;
import dev.conclave.status.StatusJson;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    static OperatorAnswer.Complete tooLarge() {
        return error(
                413,
                "the content has more than " + OperatorRequest.MOST_CONTENT
                        + " bytes; only the value of a register is sent as content, and it has no more");
    }

    static OperatorAnswer notFound() {
        return error(404, "there is nothing at this path: see docs/operations.md for the routes");
    }

    static OperatorAnswer notAllowed(List<String> allowed) {
        OperatorAnswer.Complete answer = error(405, "use the method " + String.join(" or ", allowed) + " here");
        Map<String, String> headers = new LinkedHashMap<>(HEADERS);
        headers.put("Allow", String.join(", ", allowed));
        return new OperatorAnswer.Complete(405, answer.type(), answer.body(), headers);
    }

    /**
     * Answers when a stage has ended, at the latest after the time limit.
     *
     * @param done receives the value of the stage
     * @param failed receives its failure; that of the time limit is a {@link java.util.concurrent.TimeoutException}
     */
    static <T> OperatorAnswer later(
            CompletionStage<T> stage,
            Duration limit,
            Function<T, OperatorAnswer.Complete> done,
            Function<Throwable, OperatorAnswer.Complete> failed) {
        CompletableFuture<T> limited = new CompletableFuture<>();
        var unused = stage.whenComplete((value, failure) -> {
            if (failure == null) {
                limited.complete(value);
            } else {
                limited.completeExceptionally(failure);
            }
        });
        return new OperatorAnswer.Later(FutureTimeouts.failing(limited, limit)
                .handle((value, failure) -> failure == null ? done.apply(value) : failed.apply(cause(failure))));
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
