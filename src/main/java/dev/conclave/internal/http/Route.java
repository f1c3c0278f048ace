package dev.conclave.internal.http;

import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A path and its answer.
 *
 * @param pattern the segments of the path; {@code *} stands for any one
 */
record Route(Guard guard, List<String> pattern, Function<Asked, OperatorAnswer> answer) {

    /** The condition under which a request is answered. */
    enum Guard {
        /** Everybody may ask: probes, load balancers, and the page itself, which knows nothing. */
        NONE,
        READ,
        /** Data of the application, which not every user of this machine may see. */
        READ_VALUE,
        WRITE
    }

    Route(Guard guard, String pattern, Function<Asked, OperatorAnswer> answer) {
        this(guard, PathAndQuery.segments(pattern), answer);
    }

    boolean fits(List<String> path) {
        return pattern.size() == path.size()
                && IntStream.range(0, path.size())
                        .allMatch(i ->
                                pattern.get(i).equals("*") || pattern.get(i).equals(path.get(i)));
    }

    String name(List<String> path) {
        int star = pattern.indexOf("*");
        return star < 0 ? "" : path.get(star);
    }

    /** The method of HTTP that it is for. */
    String method() {
        return guard == Guard.WRITE ? "POST" : "GET";
    }

    boolean takes(String method) {
        return guard == Guard.WRITE ? method.equals("POST") : method.equals("GET") || method.equals("HEAD");
    }
}
