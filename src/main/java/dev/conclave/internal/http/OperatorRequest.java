package dev.conclave.internal.http;

import dev.conclave.core.RegisterValue;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A request as a server has received it.
 *
 * @param method in capital letters
 * @param path percent-encoded, without the query
 * @param query percent-encoded; empty if there is none
 * @param headers returns the first header with a name, in any case
 * @param content returns the content, or its first {@link #MOST_CONTENT} + 1 bytes; called at most once
 */
public record OperatorRequest(
        String method,
        String path,
        String query,
        Function<String, Optional<String>> headers,
        Supplier<byte[]> content) {

    /** The maximum size of a content in bytes: that of the value of a register. */
    public static final int MOST_CONTENT = RegisterValue.MAX_BYTES;

    Optional<String> header(String name) {
        return headers.apply(name);
    }
}
