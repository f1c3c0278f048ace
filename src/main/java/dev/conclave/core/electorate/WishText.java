package dev.conclave.core.electorate;

import dev.conclave.core.PeerId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** A {@link Wish} as operators write it, on the command line, over HTTP and in JMX: {@code replace 10.0.0.3:2551 10.0.0.4:2551}. */
public final class WishText {

    /** The forms, for messages. */
    public static final String FORMS = "add A | remove A | replace A B | voters A,B,C | readmit A | set"
            + " election-timeout=500ms heartbeat-interval=100ms max-clock-drift=0.01";

    private WishText() {}

    /**
     * Reads a wish.
     *
     * @throws IllegalArgumentException if it is not understood, with a sentence that says what to write
     */
    public static Wish parse(String text) {
        List<String> words = new ArrayList<>(Arrays.asList(text.strip().split("\\s+", -1)));
        String verb = words.remove(0);
        return switch (verb) {
            case "add" -> new Wish.Add(only(verb, words));
            case "remove" -> new Wish.Remove(only(verb, words));
            case "readmit" -> new Wish.Readmit(only(verb, words));
            case "replace" -> {
                if (words.size() != 2) {
                    throw new IllegalArgumentException("replace needs two addresses: replace A B");
                }
                yield new Wish.Replace(PeerId.parse(words.get(0)), PeerId.parse(words.get(1)));
            }
            case "voters" ->
                new Wish.Voters(Arrays.stream(String.join(",", words).split(",", -1))
                        .map(String::strip)
                        .filter(word -> !word.isEmpty())
                        .map(PeerId::parse)
                        .toList());
            case "set" -> times(words);
            default ->
                throw new IllegalArgumentException("\"" + verb + "\" is not a change of the electorate; say " + FORMS);
        };
    }

    /** Returns the form that {@link #parse} reads. */
    public static String show(Wish wish) {
        if (wish instanceof Wish.Add add) {
            return "add " + add.voter();
        } else if (wish instanceof Wish.Remove remove) {
            return "remove " + remove.voter();
        } else if (wish instanceof Wish.Readmit readmit) {
            return "readmit " + readmit.voter();
        } else if (wish instanceof Wish.Replace replace) {
            return "replace " + replace.out() + " " + replace.in();
        } else if (wish instanceof Wish.Voters voters) {
            return "voters " + voters.voters().stream().map(PeerId::toString).collect(Collectors.joining(","));
        }
        Wish.Times times = (Wish.Times) wish;
        StringBuilder text = new StringBuilder("set");
        times.electionNanos()
                .ifPresent(nanos -> text.append(" election-timeout=").append(time(nanos)));
        times.heartbeatNanos()
                .ifPresent(nanos -> text.append(" heartbeat-interval=").append(time(nanos)));
        times.maxClockDrift()
                .ifPresent(fraction -> text.append(" max-clock-drift=").append(fraction));
        return text.toString();
    }

    private static String time(long nanos) {
        return nanos % 1_000_000 == 0 ? nanos / 1_000_000 + "ms" : nanos + "ns";
    }

    private static PeerId only(String verb, List<String> words) {
        if (words.size() != 1) {
            throw new IllegalArgumentException(verb + " needs one address: " + verb + " 10.0.0.4:2551");
        }
        return PeerId.parse(words.get(0));
    }

    private static Wish times(List<String> words) {
        OptionalLong election = OptionalLong.empty();
        OptionalLong heartbeat = OptionalLong.empty();
        OptionalDouble drift = OptionalDouble.empty();
        for (String word : words) {
            int equals = word.indexOf('=');
            String key = word.substring(0, Math.max(equals, 0));
            String value = word.substring(equals + 1);
            switch (key) {
                case "election-timeout" -> election = OptionalLong.of(nanos(key, value));
                case "heartbeat-interval" -> heartbeat = OptionalLong.of(nanos(key, value));
                case "max-clock-drift" -> drift = OptionalDouble.of(fraction(key, value));
                default ->
                    throw new IllegalArgumentException("\"" + word
                            + "\" is not a setting; election-timeout, heartbeat-interval and max-clock-drift are, each with"
                            + " = and a value");
            }
        }
        if (words.isEmpty()) {
            throw new IllegalArgumentException("set needs a setting: set election-timeout=500ms");
        }
        return new Wish.Times(heartbeat, election, drift);
    }

    private static long nanos(String key, String value) {
        String text = value.toLowerCase(Locale.ROOT);
        long unit = text.endsWith("ns") ? 1 : text.endsWith("ms") ? 1_000_000 : 1_000_000_000;
        String digits = unit < 1_000_000_000
                ? text.substring(0, text.length() - 2)
                : text.endsWith("s") ? text.substring(0, text.length() - 1) : "";
        try {
            return Math.multiplyExact(Long.parseLong(digits.strip()), unit);
        } catch (ArithmeticException | NumberFormatException notATime) {
            throw new IllegalArgumentException(
                    key + " is \"" + value + "\", which is not a time like 500ms or 1s", notATime);
        }
    }

    private static double fraction(String key, String value) {
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(
                    key + " is \"" + value + "\", which is not a number like 0.01", notANumber);
        }
    }
}
