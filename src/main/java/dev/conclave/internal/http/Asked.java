package dev.conclave.internal.http;

import dev.conclave.core.PrintableText;
import java.util.Map;

/**
 * The parts of a request to a route.
 *
 * @param name the decoded segment that stands for {@code *}; empty if the route has none
 * @param query the decoded query
 * @param by the cause of a command, in words; empty for reads
 */
record Asked(OperatorRequest request, String name, Map<String, String> query, String by) {

    /**
     * Returns a number of the query.
     *
     * @param otherwise the number if the query has none
     */
    int number(String parameter, int otherwise) {
        String text = query.getOrDefault(parameter, "");
        try {
            int number = text.isEmpty() ? otherwise : Integer.parseInt(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Answered below.
        }
        throw new IllegalArgumentException(
                parameter + " is \"" + PrintableText.of(text) + "\"; it must be a whole number of zero or above");
    }

    /** Returns whether the query says that this parameter is true; false if it says nothing. */
    boolean flag(String parameter) {
        String text = query.getOrDefault(parameter, "false");
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new IllegalArgumentException(
                        parameter + " is \"" + PrintableText.of(text) + "\"; it must be true or false");
        };
    }
}
