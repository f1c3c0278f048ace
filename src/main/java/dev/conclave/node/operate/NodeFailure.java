package dev.conclave.node.operate;

import dev.conclave.node.cli.CliException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;

/** Thrown when a node does not do what it was asked for; the message says why, as the part of a sentence. */
final class NodeFailure extends Exception {

    private static final long serialVersionUID = 1;

    private final int httpStatus;

    /** The node answered with a status that is no success. */
    NodeFailure(int httpStatus, String why) {
        super(why);
        this.httpStatus = httpStatus;
    }

    /** The node did not answer, or not in a form that can be read. */
    NodeFailure(String why) {
        this(0, why);
    }

    private NodeFailure(String why, Throwable cause) {
        super(why, cause);
        this.httpStatus = 0;
    }

    /** The status of the node's answer; 0 if there was none. */
    int httpStatus() {
        return httpStatus;
    }

    String why() {
        return String.valueOf(getMessage());
    }

    static NodeFailure silent(Duration limit) {
        return new NodeFailure("no answer within " + TimeText.span(limit));
    }

    /** Puts a failure of the HTTP client into words. */
    static NodeFailure of(Throwable thrown) {
        Throwable inner = thrown;
        while (inner instanceof CompletionException || inner instanceof ExecutionException) {
            inner = Optional.ofNullable(inner.getCause()).orElseGet(() -> new IOException("no reason is known"));
        }
        if (inner instanceof NodeFailure failure) {
            return failure;
        }
        return new NodeFailure(words(inner), inner);
    }

    private static String words(Throwable thrown) {
        if (isCausedBy(UnresolvedAddressException.class, thrown)) {
            return "the host name cannot be resolved";
        } else if (thrown instanceof ConnectException refused) {
            return Optional.ofNullable(refused.getMessage()).orElse("connection refused");
        } else if (thrown instanceof HttpTimeoutException) {
            return "the connection was not established in time";
        } else if (thrown instanceof SSLException) {
            return "TLS failed: " + CliException.oneLine(thrown);
        } else if (thrown instanceof IOException) {
            return "it did not answer in HTTP (" + CliException.oneLine(thrown)
                    + "); does it expect --tls, or is it not a node?";
        }
        return CliException.oneLine(thrown);
    }

    private static boolean isCausedBy(Class<? extends Throwable> type, Throwable thrown) {
        Optional<Throwable> next = Optional.of(thrown);
        // Bounded, since causes may form a cycle.
        for (int depth = 0; next.isPresent() && depth < 10; depth++) {
            if (type.isInstance(next.get())) {
                return true;
            }
            next = Optional.ofNullable(next.get().getCause());
        }
        return false;
    }
}
