package dev.conclave.node;

import dev.conclave.store.StoreException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Why a command cannot do what it was asked to, in one line that says what to do about it. */
public final class Trouble extends Exception {

    private static final long serialVersionUID = 1;

    /** What {@link Throwable#Throwable(Throwable)} puts before the message of its cause. */
    private static final Pattern CLASS_NAME = Pattern.compile("^(?:[\\w$]+\\.)+[\\w$]+: ");

    Trouble(String line) {
        super(line);
    }

    Trouble(String line, Throwable cause) {
        super(line, cause);
    }

    /**
     * What went wrong at the bottom of it, in one line. Frameworks wrap the message that somebody wrote for people into
     * several that nobody did. What a store says is written for people; what it says it because of is not.
     */
    static String oneLine(Throwable thrown) {
        String best = thrown.getClass().getSimpleName();
        Optional<Throwable> next = Optional.of(thrown);
        // A cause may be its own cause's cause; nobody nests deeper than this for a reason.
        for (int depth = 0; next.isPresent() && depth < 50; depth++) {
            best = words(next.get()).orElse(best);
            if (next.get() instanceof StoreException) {
                break;
            }
            next = Optional.ofNullable(next.get().getCause());
        }
        return best;
    }

    /** A message that says something: a lone name, as a file system's exceptions have, needs the one around it. */
    private static Optional<String> words(Throwable thrown) {
        return Optional.ofNullable(thrown.getMessage())
                .map(text ->
                        CLASS_NAME.matcher(text.replaceAll("\\s+", " ").strip()).replaceFirst(""))
                .filter(text -> text.indexOf(' ') >= 0);
    }
}
