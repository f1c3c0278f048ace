package dev.conclave.core;

import java.util.Locale;

/**
 * Escapes text for logs and messages: names come from applications and from other nodes, and a name with a line feed could forge
 * a log line.
 */
public final class PrintableText {

    private PrintableText() {}

    /**
     * Returns the text with each control character, line separator, text-direction mark and unpaired surrogate written as a
     * Java escape, such as {@code \n} or {@code \u001b}. A backslash stays as it is, so text that was escaped before does not
     * change.
     */
    public static String of(String text) {
        for (int at = 0; at < text.length(); at++) {
            if (isUnsafe(text, at)) {
                return escaped(text, at);
            }
        }
        return text;
    }

    private static String escaped(String text, int from) {
        StringBuilder safe = new StringBuilder(text.length() + 16).append(text, 0, from);
        for (int at = from; at < text.length(); at++) {
            char c = text.charAt(at);
            if (!isUnsafe(text, at)) {
                safe.append(c);
            } else if (c == '\n') {
                safe.append("\\n");
            } else if (c == '\r') {
                safe.append("\\r");
            } else if (c == '\t') {
                safe.append("\\t");
            } else {
                safe.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            }
        }
        return safe.toString();
    }

    private static boolean isUnsafe(String text, int at) {
        char c = text.charAt(at);
        if (c < 0x7f) {
            return c < ' ';
        }
        return c <= 0x9f
                || c == '\u2028'
                || c == '\u2029'
                || isDirectionMark(c)
                || (Character.isSurrogate(c) && !isPaired(text, at));
    }

    /** Whether the character changes the order in which the text after it is displayed. */
    private static boolean isDirectionMark(char c) {
        return c == '\u061c'
                || c == '\u200e'
                || c == '\u200f'
                || (c >= '\u202a' && c <= '\u202e')
                || (c >= '\u2066' && c <= '\u2069');
    }

    private static boolean isPaired(String text, int at) {
        return Character.isHighSurrogate(text.charAt(at))
                ? at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1))
                : at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
    }
}
