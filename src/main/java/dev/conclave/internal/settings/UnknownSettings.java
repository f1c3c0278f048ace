package dev.conclave.internal.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds keys below {@code conclave} that are not settings of Conclave, such as misspelled ones. They are only logged and not
 * refused, since system properties may appear there, and so may settings of a newer version of Conclave.
 */
public final class UnknownSettings {

    /** The sections whose keys are not checked: those of a dispatcher depend on its type, and tokens have any names. */
    private static final Set<String> FREE =
            Set.of("dispatcher", "warm-up-dispatcher", "singleton.dispatcher", "http.tokens");

    /** Matches a key that {@link Config#getStringList} reads as the index of a list's element; it ignores other keys. */
    private static final Pattern ELEMENT = Pattern.compile("[0-9]+");

    /** The maximum number of wrong letters with which an unknown key is reported as a misspelling of a known one. */
    private static final int MAX_TYPOS = 2;

    private UnknownSettings() {}

    /** Returns one sentence for each unknown key in a configuration with the layout of {@code conclave}. */
    public static List<String> in(Config config) {
        // Not the library's default reference: that contains the system properties too, misspelled ones among them.
        Config known = ConfigFactory.parseResources(UnknownSettings.class.getClassLoader(), "reference.conf")
                .resolve()
                .getConfig("conclave");
        List<String> keys = keysOf("", known.root(), Set.of()).toList();
        Set<String> lists = keys.stream()
                .filter(key -> known.getValue(key).valueType() == ConfigValueType.LIST)
                .collect(Collectors.toSet());
        return keysOf("", config.root(), lists)
                .distinct()
                .filter(key -> !keys.contains(key))
                .map(key -> "conclave." + key + " is not a setting of Conclave and has no effect"
                        + likeliest(key, keys)
                                .map(meant -> "; did you mean conclave." + meant + "?")
                                .orElse(""))
                .toList();
    }

    private static Stream<String> keysOf(String prefix, ConfigObject section, Set<String> lists) {
        return section.entrySet().stream().flatMap(entry -> keysOf(prefix + entry.getKey(), entry.getValue(), lists));
    }

    private static Stream<String> keysOf(String path, ConfigValue value, Set<String> lists) {
        if (!(value instanceof ConfigObject section) || FREE.contains(path)) {
            return Stream.of(path);
        }
        return lists.contains(path) ? keysOfList(path, section) : keysOf(path + ".", section, lists);
    }

    /**
     * Returns the keys of a list from a properties file, in which a list has a key for each element, such as {@code
     * conclave.voters.0}, and is read as a list.
     */
    private static Stream<String> keysOfList(String path, ConfigObject section) {
        return section.keySet().stream().map(key -> ELEMENT.matcher(key).matches() ? path : path + "." + key);
    }

    private static Optional<String> likeliest(String key, List<String> keys) {
        return keys.stream()
                .min(Comparator.comparingInt(known -> typos(key, known)))
                .filter(known -> typos(key, known) <= MAX_TYPOS);
    }

    /** Returns how many letters must be inserted, removed or replaced (Levenshtein distance). */
    private static int typos(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
