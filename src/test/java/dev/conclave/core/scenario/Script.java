package dev.conclave.core.scenario;

import java.util.List;

/**
 * The text of a story. A line is an action, see {@link Verbs}, or a comment that begins with {@code #}. {@code ----} ends a
 * paragraph; its result follows, up to an empty line.
 */
record Script(String text) {

    private static final String CAME_OF_IT = "----";

    /** The same text, with the results of this run. */
    String playedOn(Network network) {
        Verbs verbs = new Verbs(network);
        StringBuilder played = new StringBuilder();
        boolean skipping = false;
        for (String line : text.lines().toList()) {
            if (skipping) {
                skipping = !line.isBlank();
                if (skipping) {
                    continue;
                }
            }
            played.append(line).append('\n');
            if (line.equals(CAME_OF_IT)) {
                List<String> came = network.trace().taken();
                came.forEach(one -> played.append(one).append('\n'));
                skipping = true;
            } else if (!line.isBlank() && !line.startsWith("#")) {
                verbs.perform(line);
            }
        }
        return played.toString();
    }
}
