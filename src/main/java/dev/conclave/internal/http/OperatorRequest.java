package dev.conclave.internal.http;

import java.util.Optional;
import java.util.function.Function;

/**
 * A request as a server has received it.
 *
 * @param method in capital letters
 * @param path percent-encoded, without the query
 * @param query percent-encoded; empty if there is none
 * @param headers returns the first header with a name, in any case
 */
public record OperatorRequest(String method, String path, String query, Function<String, Optional<String>> headers) {

    Optional<String> header(String name) {
        return headers.apply(name);
    }
}
