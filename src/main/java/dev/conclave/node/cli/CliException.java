package dev.conclave.node.cli;

import dev.conclave.store.StoreException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Thrown when a command fails, with a one-line message that gives the reason and the remedy. */
public final class CliException extends Exception {

    private static final long serialVersionUID = 1;

    /** Matches the class name that {@link Throwable#Throwable(Throwable)} puts before the message of its cause. */
    private static final Pattern CLASS_NAME = Pattern.compile("^(?:[\\w$]+\\.)+[\\w$]+: ");

    public CliException(String line) {
        super(line);
    }

    public CliException(String line, Throwable cause) {
        super(line, cause);
    }

    /**
     * Returns the most useful message of an exception and its causes, in one line: usually the innermost one, since frameworks
     * wrap it into generic messages. The message of a {@link StoreException} is written for operators, so its causes are ignored.
     */
    public static String oneLine(Throwable thrown) {
        String best = thrown.getClass().getSimpleName();
        Optional<Throwable> next = Optional.of(thrown);
        // Bounded, since causes may form a cycle.
        for (int depth = 0; next.isPresent() && depth < 50; depth++) {
            best = words(next.get()).orElse(best);
            if (next.get() instanceof StoreException) {
                break;
            }
            next = Optional.ofNullable(next.get().getCause());
        }
        return best;
    }

    /**
     * Returns the message if it is a sentence: a lone file name, as in exceptions of a file system, needs the message of the
     * outer exception.
     */
    private static Optional<String> words(Throwable thrown) {
        return Optional.ofNullable(thrown.getMessage())
                .map(text ->
                        CLASS_NAME.matcher(text.replaceAll("\\s+", " ").strip()).replaceFirst(""))
                .filter(text -> text.indexOf(' ') >= 0);
    }
}
