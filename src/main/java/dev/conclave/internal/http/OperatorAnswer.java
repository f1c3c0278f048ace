package dev.conclave.internal.http;

import java.util.Map;
import java.util.concurrent.CompletionStage;

/** The answer to an {@link OperatorRequest}. */
public sealed interface OperatorAnswer {

    /**
     * An answer that is known.
     *
     * @param status the status of HTTP
     * @param type the type of the content
     * @param body the content
     * @param headers further headers
     */
    record Complete(int status, String type, String body, Map<String, String> headers) implements OperatorAnswer {}

    /**
     * An answer that is known later.
     *
     * @param answer never fails
     */
    record Later(CompletionStage<Complete> answer) implements OperatorAnswer {}

    /**
     * A stream of events, to be closed by the server when it ends.
     *
     * @param events the stream
     */
    record Streaming(EventStream events) implements OperatorAnswer {}
}
