package dev.conclave.internal.http;

import dev.conclave.core.PrintableText;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Decodes the percent-encoded parts of a request; throws {@link IllegalArgumentException} if a part is not such text. */
final class PathAndQuery {

    private static final String REPLACEMENT = "\ufffd";

    private PathAndQuery() {}

    /** The decoded segments of a path; a slash at the end is an empty one. */
    static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        for (String one : path.substring(path.startsWith("/") ? 1 : 0).split("/", -1)) {
            segments.add(decode(one));
        }
        return segments;
    }

    /** The decoded parameters of a query; the first of each name counts. */
    static Map<String, String> query(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String one : query.split("&", -1)) {
            int equals = one.indexOf('=');
            if (equals > 0) {
                parameters.putIfAbsent(
                        decode(one.substring(0, equals)),
                        decode(one.substring(equals + 1).replace("+", "%20")));
            }
        }
        return parameters;
    }

    /** Decodes percent signs, and leaves a plus as it is, which only forms write for a space. */
    private static String decode(String text) {
        String decoded;
        try {
            decoded = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException wrong) {
            decoded = REPLACEMENT;
        }
        // The decoder puts a replacement in the place of bytes that are not UTF-8; it may also have been sent.
        if (decoded.contains(REPLACEMENT) && !text.toUpperCase(Locale.ROOT).contains("%EF%BF%BD")) {
            throw new IllegalArgumentException("\"" + PrintableText.of(text) + "\" is not percent-encoded UTF-8");
        }
        return decoded;
    }
}
