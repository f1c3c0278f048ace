package dev.conclave.node.cli;

import dev.conclave.store.StoreException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Thrown when a command fails, with a one-line message that gives the reason and the remedy. */
public final class CliException extends Exception {

    private static final long serialVersionUID = 1;

    /** Matches the class name that {@link Throwable#Throwable(Throwable)} puts before the message of its cause. */
    private static final Pattern CLASS_NAME = Pattern.compile("^(?:[\\w$]+\\.)+[\\w$]+: ");

    private final boolean isWrongOption;

    /** A command failed. */
    public CliException(String line) {
        super(line);
        isWrongOption = false;
    }

    /** A command failed because of another failure. */
    public CliException(String line, Throwable cause) {
        this(line, cause, false);
    }

    private CliException(String line, Throwable cause, boolean isWrongOption) {
        super(line, cause);
        this.isWrongOption = isWrongOption;
    }

    /** An option has a value that cannot be used; the message of the cause says which and why. */
    public static CliException wrongOption(IllegalArgumentException why) {
        return new CliException(String.valueOf(why.getMessage()), why, true);
    }

    /** Whether an option is wrong, so that the same command will always fail. */
    public boolean isWrongOption() {
        return isWrongOption;
    }

    /** A message of Conclave for operators begins with the setting that it is about. */
    private static final Pattern NAMES_A_SETTING = Pattern.compile("^conclave\\.[a-z.-]+ ");

    /**
     * Returns the most useful message of an exception and its causes, in one line: usually the innermost one, since frameworks
     * wrap it into generic messages. The message of a {@link StoreException}, and one that begins with a setting, are written for
     * operators, so their causes are ignored.
     */
    public static String oneLine(Throwable thrown) {
        String best = "an unexpected " + thrown.getClass().getSimpleName()
                + Optional.ofNullable(thrown.getMessage())
                        .map(text -> ": " + text)
                        .orElse("");
        Optional<Throwable> next = Optional.of(thrown);
        // Bounded, since causes may form a cycle.
        for (int depth = 0; next.isPresent() && depth < 50; depth++) {
            best = words(next.get()).orElse(best);
            if (next.get() instanceof StoreException
                    || NAMES_A_SETTING.matcher(best).find()) {
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
