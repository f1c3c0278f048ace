package dev.conclave.node;

import java.util.Optional;

/** Why a command cannot do what it was asked to, in one line that says what to do about it. */
final class Trouble extends Exception {

    private static final long serialVersionUID = 1;

    Trouble(String line) {
        super(line);
    }

    Trouble(String line, Throwable cause) {
        super(line, cause);
    }

    /**
     * What went wrong at the bottom of it, in one line. Frameworks wrap the message that somebody wrote for people into
     * several that nobody did.
     */
    static String oneLine(Throwable thrown) {
        Throwable deepest = thrown;
        Throwable next = thrown.getCause();
        // A cause may be its own cause's cause; nobody nests deeper than this for a reason.
        for (int depth = 0; next != null && depth < 50; depth++) {
            if (next.getMessage() != null) {
                deepest = next;
            }
            next = next.getCause();
        }
        String kind = deepest.getClass().getSimpleName();
        String message = Optional.ofNullable(deepest.getMessage())
                .map(text -> text.replaceAll("\\s+", " ").strip())
                .orElse("");
        if (message.isEmpty()) {
            return kind;
        }
        // A file system's exceptions say the file and leave the rest to their name.
        return message.contains(" ") ? message : kind + ": " + message;
    }
}
