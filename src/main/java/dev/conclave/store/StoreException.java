package dev.conclave.store;

import java.nio.file.Path;

/**
 * Thrown when the store cannot keep its guarantees, or when a call would violate them. The message is one sentence for operators:
 * which file, what is wrong with it, what to do.
 */
public final class StoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates an exception with a complete message; for a {@link JournalHeadCheck}. */
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
