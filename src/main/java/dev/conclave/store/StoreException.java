package dev.conclave.store;

import java.nio.file.Path;

/**
 * The store cannot keep its promise, or was asked for something that would break it. The message is one sentence that a
 * person can act on: which file, what is wrong with it, what to do.
 */
public final class StoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Says it in words of one's own; for a {@link HeadRule}, which knows best what it refuses. */
    public StoreException(String message) {
        super(message);
    }

    StoreException(String message, Throwable cause) {
        super(message, cause);
    }

    StoreException(Path file, String what, String remedy) {
        super(sentence(file, what, remedy));
    }

    StoreException(Path file, String what, String remedy, Throwable cause) {
        super(sentence(file, what, remedy), cause);
    }

    private static String sentence(Path file, String what, String remedy) {
        return file + ": " + what + "; " + remedy;
    }
}
